"""All tenants behind one address: each below its name, made when it is first asked for."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from email.utils import format_datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from connectors.http.address import sandbox_secret
from connectors.sandbox.kit import (
    CompanyView,
    Place,
    RefusedError,
    SandboxClock,
    TenantApp,
    body_of,
    json_answer,
)
from connectors.sandbox.tenants import make_tenant, path_of, tenant_names
from talentloop.ids import secret_key
from talentloop.settings import Settings

_LONGEST_JUMP_DAYS = 3650


class Serving:
    """The tenants of one service, and the levers of the sandbox.

    A system that nobody uses costs nothing: its tenant is never made.

    Args:
        url: the address of the service.
    """

    def __init__(self, settings: Settings, company: CompanyView, url: str) -> None:
        self._settings = settings
        self._company = company
        self._url = url
        self._made: dict[str, TenantApp] = {}
        self._names = tenant_names(settings)
        for name in self._names:
            secret_key(settings, sandbox_secret(name))  # clients read it before they ask
        self.clock = SandboxClock(settings.sandbox_dir / "clock.json")
        levers: list[tuple[str, str, Callable[[Request], Awaitable[object]]]] = [
            ("GET", "/sandbox/health", self._health),
            ("POST", "/sandbox/clock", self._advance),
            ("GET", "/sandbox/{name}/faults", self._show),
            ("POST", "/sandbox/{name}/faults", self._misbehave),
            ("POST", "/sandbox/{name}/edit", self._edit),
            ("GET", "/sandbox/{name}/admissions", self._admissions),
        ]
        self.app = Starlette(
            routes=[
                *(Route(path, self._lever(pull), methods=[verb]) for verb, path, pull in levers),
                # The tenant at the root comes last: it is asked for everything else.
                *(
                    Mount(path_of(name) or "/", app=self._lazy(name))
                    for name in sorted(self._names, key=path_of, reverse=True)
                ),
            ]
        )

    def tenant(self, name: str) -> TenantApp:
        """The tenant of a system.

        Raises:
            RefusedError: there is no such system.
        """
        if name not in self._names:
            known = ", ".join(sorted(self._names))
            raise RefusedError(404, "NOT_FOUND", f"There is no tenant {name}. Known: {known}")
        if name not in self._made:
            address = self._url + path_of(name)
            place = Place(name, self._settings, self._company, self.clock, address)
            self._made[name] = make_tenant(place)
        return self._made[name]

    def close(self) -> None:
        """Close the files of all tenants."""
        for tenant in self._made.values():
            tenant.close()

    def _lazy(self, name: str) -> ASGIApp:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await self.tenant(name).app(scope, receive, send)

        return app

    def _lever(
        self, pull: Callable[[Request], Awaitable[object]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def pulled(request: Request) -> Response:
            try:
                response = json_answer(await pull(request))
            except RefusedError as refused:
                body = {"error": {"code": refused.code, "message": {"value": refused.message}}}
                response = json_answer(body, refused.status)
            response.headers["Date"] = format_datetime(self.clock.now(), usegmt=True)
            return response

        return pulled

    async def _health(self, _request: Request) -> dict[str, object]:
        now = self.clock.now().isoformat()
        return {"ok": True, "pid": os.getpid(), "now": now, "is_simulated": True}

    async def _advance(self, request: Request) -> dict[str, object]:
        days = (await body_of(request)).get("advance_days")
        if not isinstance(days, int | float) or not 0 < days <= _LONGEST_JUMP_DAYS:
            raise RefusedError(400, "BAD_REQUEST", "advance_days must be a positive number")
        now = self.clock.advance(days)
        for tenant in self._made.values():
            tenant.advanced()
        return {"now": now.isoformat()}

    async def _show(self, request: Request) -> dict[str, Any]:
        return self.tenant(request.path_params["name"]).state()

    async def _misbehave(self, request: Request) -> dict[str, Any]:
        tenant = self.tenant(request.path_params["name"])
        tenant.faults.replace(await body_of(request))
        return tenant.faults.shown()

    async def _edit(self, request: Request) -> dict[str, Any]:
        return dict(self.tenant(request.path_params["name"]).edit(await body_of(request)))

    async def _admissions(self, request: Request) -> dict[str, Any]:
        admission = self.tenant(request.path_params["name"]).admission
        return {"times": admission.times(), "refused": admission.refused}
