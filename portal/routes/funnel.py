"""The funnel page and the applications behind its figures."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from portal.render import render
from portal.routes.request import DeskGiven
from portal.views.applications import applications_page
from portal.views.filters import Asked
from portal.views.funnel import funnel_page

router = APIRouter()


def given_filters(
    start: Annotated[str | None, Query(alias="from")] = None,
    to: str | None = None,
    department: str | None = None,
    job_family: str | None = None,
    channel: str | None = None,
) -> Asked:
    """The filters of the address."""
    return Asked(start, to, department, job_family, channel)


FiltersGiven = Annotated[Asked, Depends(given_filters)]


@router.get("/reports/funnel")
def funnel(desk: DeskGiven, asked: FiltersGiven) -> Response:
    """Funnel, waiting times and time to hire."""
    return render(desk.frame, "funnel.html", page=funnel_page(desk, asked))


@router.get("/reports/funnel/applications")
def applications(
    desk: DeskGiven,
    asked: FiltersGiven,
    stage: str | None = None,
    exit_code: Annotated[str | None, Query(alias="exit")] = None,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """The applications behind one figure."""
    view = applications_page(desk, asked, stage or None, exit_code or None, page)
    return render(desk.frame, "applications.html", page=view)
