"""The page of what waits for a person."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from portal.render import render
from portal.routes.request import LiveDeskGiven
from portal.routes.talent import VIEWER
from portal.views.waiting import waiting_page
from talentloop.ops import audit
from talentloop.ops.cursors import list_cursors

router = APIRouter()


@router.get("/waiting")
def waiting(desk: LiveDeskGiven) -> Response:
    """Proposed exclusions, answers without a score, stopped deliveries, other proposals.

    Each view that shows words of a résumé is written to the audit trail.
    """
    list_cursors(desk.frame.settings)  # without a database there is one thing to say, not five
    page = waiting_page(desk)
    if page.quoted:
        detail = {"page": "waiting", "proposals": page.quoted}
        audit.record(desk.frame.settings, VIEWER, "view_resume_words", "waiting", detail)
    return render(desk.frame, "waiting.html", page=page)
