"""Pages for what goes wrong: what is affected, and what to do next. Never a stack trace."""

from __future__ import annotations

import secrets

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from portal.frame import Frame
from portal.render import render
from talentloop.errors import PublishError, TalentLoopError
from talentloop.logs import get_logger
from talentloop.reports import ParameterError
from talentloop.warehouse.read import POINTER

log = get_logger(__name__)


def _frame(request: Request) -> Frame:
    found = getattr(request.state, "frame", None)
    return found if isinstance(found, Frame) else Frame.of(request.app.state.settings, request)


def _problem(request: Request, error: Exception) -> Response:
    """A failure of ours that has words for it."""
    assert isinstance(error, TalentLoopError)  # noqa: S101 - registered for this class
    frame = _frame(request)
    first_run = not (frame.settings.published_dir / POINTER).exists()
    if isinstance(error, PublishError) and first_run:
        return render(frame, "first_run.html", status=503)
    log.warning("page_refused", path=request.url.path, error=str(error))
    is_asked = isinstance(error, ParameterError)
    return render(
        frame,
        "problem.html",
        status=400 if is_asked else 503,
        error=error,
        is_asked=is_asked,
        reference=None,
    )


def _missing(request: Request, error: Exception) -> Response:
    """An address that leads nowhere, or is used in a wrong way."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
    return render(_frame(request), "missing.html", status=error.status_code)


def _unexpected(request: Request, error: Exception) -> Response:
    """A fault of the program: a reference for the reader, the rest for the log."""
    reference = "E-" + secrets.token_hex(2).upper()
    log.error("page_failed", path=request.url.path, reference=reference, exc_info=error)
    return render(
        _frame(request), "problem.html", status=500, error=None, is_asked=False, reference=reference
    )


def add_failure_pages(app: FastAPI) -> None:
    """Register the pages."""
    app.add_exception_handler(TalentLoopError, _problem)
    app.add_exception_handler(HTTPException, _missing)
    app.add_exception_handler(Exception, _unexpected)
