"""The application: routes, static files, headers, failure pages."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from portal.failures import add_failure_pages
from portal.render import HERE
from portal.routes import (
    before_after,
    callbacks,
    export,
    feedback,
    funnel,
    health,
    interview,
    monthly,
    quality,
    reports,
    scheduling,
    talent,
    validity,
    waiting,
)
from portal.security import SecurityHeaders, require_loopback
from talentloop.codes import load_code_lists
from talentloop.metrics import load_metrics
from talentloop.reports import all_reports, load_options
from talentloop.settings import Settings

#: Names that a browser on this machine uses. Another name in the Host header would be a web page
#: elsewhere that had its own name resolved to this machine, to read from it (DNS rebinding).
_HOSTS = ["127.0.0.1", "localhost", "[::1]"]


class _Static(StaticFiles):
    """Static files that browsers may keep: their address carries a hash of their content."""

    async def get_response(self, path: str, scope: Scope):  # type: ignore[no-untyped-def]
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def create_app(settings: Settings) -> FastAPI:
    """The portal as an ASGI application.

    Raises:
        ConfigError: the configured address can be reached from elsewhere, or the reporting
            options, code lists, metrics or report descriptions do not fit; or a channel that
            receives events does not.
    """
    require_loopback(settings.portal_host)
    for load in (load_options, load_code_lists, load_metrics):
        load(settings)
    all_reports()
    app = FastAPI(title="TalentLoop", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.settings = settings
    app.add_middleware(SecurityHeaders)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS)
    pages = (
        health,
        monthly,
        funnel,
        validity,
        before_after,
        talent,
        interview,
        waiting,
        scheduling,
        quality,
        reports,
        export,
        feedback,
    )
    for module in pages:
        app.include_router(module.router)
    receiver = callbacks.callbacks_router(settings)
    if receiver is not None:
        app.include_router(receiver)
    app.mount("/static", _Static(directory=HERE / "static"), name="static")
    add_failure_pages(app)
    return app
