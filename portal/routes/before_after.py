"""The page that compares the time before and after a chosen day."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from portal.render import render
from portal.routes.request import DeskGiven
from portal.views.before_after import before_after_page

router = APIRouter()


@router.get("/reports/before_after")
def before_after(
    desk: DeskGiven,
    change_on: str | None = None,
    days: str | None = None,
    department: str | None = None,
    job_family: str | None = None,
) -> Response:
    """Cycle time, manual moves, automation and on-time fill before and after."""
    page = before_after_page(desk, change_on, days, department, job_family)
    return render(desk.frame, "before_after.html", page=page)
