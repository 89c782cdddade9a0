"""Whether the portal lives, and what it serves; for the demo, monitoring and load balancers."""

from __future__ import annotations

from fastapi import APIRouter, Request

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
