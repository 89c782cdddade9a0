"""The feedback report of one interview, at the address that its candidate was given.

The address carries a keyed hash that nobody can guess. The page is the very file that was written
when the interview was evaluated.
"""

from __future__ import annotations

import re
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import FileResponse

from interview.evaluation.notice import by_token
from interview.feedback.render import HTML, PDF

router = APIRouter()
_TOKEN = re.compile(r"^[0-9a-f]{32}$")


@router.get("/feedback/{token}")
def feedback(token: str, request: Request) -> FileResponse:
    """The report as a page."""
    return FileResponse(_file(request, token, HTML), media_type="text/html; charset=utf-8")


@router.get("/feedback/{token}/report.pdf")
def feedback_pdf(token: str, request: Request) -> FileResponse:
    """The report as PDF, where the machine could draw one."""
    return FileResponse(_file(request, token, PDF), media_type="application/pdf", filename=PDF)


def _file(request: Request, token: str, name: str) -> Path:
    settings = request.app.state.settings
    row = by_token(settings, token) if _TOKEN.match(token) else None
    path: Path | None = settings.home / row.folder / "report" / name if row else None
    if path is None or not path.is_file():
        raise HTTPException(404)
    return path
