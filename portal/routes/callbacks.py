"""Where channels post their events: proven, kept, answered within a moment. Nothing is acted on.

Vendors reach this through a proxy that ends TLS and passes on `/callbacks/` only, for the portal
itself listens on this machine only.
"""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from connectors.channels.receiving import Post, Receiver
from connectors.http.callbacks import CallbackRefusedError
from connectors.registry import list_receivers
from talentloop.logs import get_logger
from talentloop.settings import Settings

log = get_logger(__name__)
_LONGEST = 1024 * 1024


def callbacks_router(settings: Settings) -> APIRouter | None:
    """The receiver of the configured channels; None where none receives anything.

    Raises:
        ConfigError: a channel does not fit, or a secret is missing.
    """
    receivers = list_receivers(settings)
    return _router(receivers) if receivers else None


def _router(receivers: Mapping[str, Receiver]) -> APIRouter:
    router = APIRouter()

    @router.api_route("/callbacks/{channel}", methods=["GET", "POST"])
    async def receive(channel: str, request: Request) -> Response:
        receiver = receivers.get(channel)
        if receiver is None:
            raise HTTPException(404)
        post = Post(dict(request.query_params), dict(request.headers), await _body(request))
        try:
            reply = await run_in_threadpool(receiver.receive, post)
        except CallbackRefusedError as error:
            # Whoever sent it is not told why: that would help to forge the next.
            log.warning("callback_refused", channel=channel, reason=error.what)
            return Response("refused", 403, media_type="text/plain")
        return Response(reply.content, media_type=reply.media_type)

    return router


async def _body(request: Request) -> bytes:
    """The body, unless it is longer than any event."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > _LONGEST:
            raise HTTPException(413)
    return bytes(content)
