"""The list of interviews that we evaluate, and the page of one."""

from __future__ import annotations

import re

from fastapi import APIRouter
from starlette.responses import Response

from portal.render import render
from portal.routes.request import LiveDeskGiven
from portal.routes.talent import VIEWER
from portal.views.interview import interview_page
from talentloop.ops import audit

router = APIRouter()
_SHOWN = re.compile(r"[0-9a-f]{8}")


@router.get("/interviews")
def interviews(desk: LiveDeskGiven) -> Response:
    """The interviews that came in for evaluation, the newest first."""
    return render(desk.frame, "interviews.html", result=desk.report("ops_interviews"))


@router.get("/interviews/{shown}")
def interview(desk: LiveDeskGiven, shown: str) -> Response:
    """Questions, answers, scores with evidence. Each view is written to the audit trail."""
    view = interview_page(desk, shown) if _SHOWN.fullmatch(shown) else None
    if view is None:
        return render(desk.frame, "missing.html", status=404)
    audit.record(
        desk.frame.settings, VIEWER, "view_interview", view.row.interview_key, {"page": "interview"}
    )
    return render(desk.frame, "interview.html", page=view)
