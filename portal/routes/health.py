"""Whether the portal lives, what it serves, and what monitoring collects."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from connectors.openmetrics import CONTENT_TYPE, openmetrics
from talentloop import ops
from talentloop.errors import PublishError
from talentloop.warehouse import open_published

router = APIRouter()


@router.get("/healthz")
def healthz(request: Request) -> dict[str, str | bool | None]:
    """Always 200 while the process lives; `published` is null before the first publication."""
    settings = request.app.state.settings
    version: str | None = None
    try:
        with open_published(settings) as db:
            version = db.version
    except PublishError:
        pass
    return {"status": "ok", "published": version, "operations": ops.is_reachable(settings)}


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Synchronisation and write-back as OpenMetrics text; no personal data."""
    return Response(openmetrics(request.app.state.settings), media_type=CONTENT_TYPE)
