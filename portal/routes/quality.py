"""The quality page, and the pages of the data checks below it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from portal.render import render
from portal.routes.request import FrameGiven, LiveDeskGiven
from portal.views.quality import quality_page
from talentloop.ops.cursors import list_cursors

router = APIRouter()
_KINDS = {".html", ".css", ".png", ".svg"}


@router.get("/quality")
def quality(desk: LiveDeskGiven) -> Response:
    """Sources, checks, held records, incidents, write-back, models, runs."""
    list_cursors(desk.frame.settings)  # without a database there is one thing to say, not twelve
    return render(desk.frame, "quality.html", page=quality_page(desk))


@router.get("/quality/docs/{path:path}")
def docs(frame: FrameGiven, path: str) -> Response:
    """A static page of the data checks; nothing outside their folder."""
    root = frame.settings.data_docs_dir.resolve()
    target = (root / (path or "index.html")).resolve()
    if not target.is_relative_to(root) or target.suffix not in _KINDS or not target.is_file():
        return render(frame, "missing.html", status=404)
    return FileResponse(target)
