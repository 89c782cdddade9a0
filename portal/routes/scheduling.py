"""The page of interviews ahead."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from portal.render import render
from portal.routes.request import LiveDeskGiven
from portal.views.scheduling import scheduling_page
from talentloop.ops.cursors import list_cursors

router = APIRouter()


@router.get("/scheduling")
def scheduling(desk: LiveDeskGiven) -> Response:
    """Bookings by day, interviews without a slot, loads, conflicts."""
    list_cursors(desk.frame.settings)  # without a database there is one thing to say
    return render(desk.frame, "scheduling.html", page=scheduling_page(desk))
