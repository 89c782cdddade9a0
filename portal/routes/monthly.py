"""The monthly page."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from portal.render import render
from portal.routes.request import DeskGiven
from portal.views.monthly import monthly_page
from portal.views.values import month_of

router = APIRouter()


@router.get("/")
def home() -> Response:
    """Where a visitor begins."""
    return RedirectResponse("/reports/monthly", status_code=307)


@router.get("/reports/monthly")
def monthly(desk: DeskGiven, month: str | None = None) -> Response:
    """Monthly hiring efficiency."""
    return render(desk.frame, "monthly.html", page=monthly_page(desk, month_of(month)))
