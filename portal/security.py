"""Headers that every answer carries, and the rule that the portal stays on this machine."""

from __future__ import annotations

import ipaddress

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from talentloop.errors import ConfigError

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
#: The data docs are pages of another tool with their own style inside: no script runs in them.
DOCS_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox; "
    "base-uri 'none'; frame-ancestors 'none'"
)
#: dbt's page is a program in one file. It runs in an origin of its own that reaches nothing.
MODEL_DOCS_CSP = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data:; font-src data:; sandbox allow-scripts; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "x-frame-options": "DENY",
}
DOCS_PREFIX = "/quality/docs"
FEEDBACK_PREFIX = "/feedback/"


class SecurityHeaders:
    """ASGI middleware that adds the headers to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; the response's headers are completed on the way back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers["content-security-policy"] = _policy(path)
                if not path.startswith("/static/"):
                    headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, with_headers)


def _policy(path: str) -> str:
    if path.startswith(DOCS_PREFIX + "/models/"):
        return MODEL_DOCS_CSP
    # A report is one file with its own style inside.
    return DOCS_CSP if path.startswith((DOCS_PREFIX + "/", FEEDBACK_PREFIX)) else CSP


def require_loopback(host: str) -> str:
    """The address, if it can be reached from this machine only.

    Raises:
        ConfigError: it can be reached from elsewhere, and there is no access control yet.
    """
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = host == "localhost"
    if not is_loopback:
        raise ConfigError(
            "The portal has no access control yet and binds to this machine only",
            where=f"TALENTLOOP_PORTAL_HOST={host}",
            remedy="Use 127.0.0.1, and an SSH tunnel to reach it from elsewhere.",
        )
    return host
