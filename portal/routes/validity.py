"""The page about interview validity."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from portal.render import render
from portal.routes.request import DeskGiven
from portal.views.validity import validity_page

router = APIRouter()


@router.get("/reports/validity")
def validity(
    desk: DeskGiven,
    months: Annotated[int, Query(ge=3, le=12)] = 6,
    job_family: str | None = None,
) -> Response:
    """Validity of scores, agreement of scorers, proposed weights."""
    return render(desk.frame, "validity.html", page=validity_page(desk, months, job_family or None))
