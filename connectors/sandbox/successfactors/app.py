"""The tenant as a web application: OData service, token endpoint, and the levers of the sandbox."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from email.utils import format_datetime
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.sandbox.successfactors.access import Access
from connectors.sandbox.successfactors.edmx import edmx
from connectors.sandbox.successfactors.errors import RefusedError, bad_request
from connectors.sandbox.successfactors.faults import Faults
from connectors.sandbox.successfactors.reads import Reader
from connectors.sandbox.successfactors.tenant import Tenant
from connectors.sandbox.successfactors.writes import edit, upsert

_SERVICE = "/odata/v2"
_MAINTENANCE = b"<!DOCTYPE html><title>Scheduled maintenance</title>"


class TenantApp:
    """Routes of one tenant. All run on one event loop, so state needs no locks.

    Args:
        base_url: the address at which the tenant is reached, for links.
    """

    def __init__(self, tenant: Tenant, faults: Faults, access: Access, base_url: str) -> None:
        self._tenant = tenant
        self._faults = faults
        self._access = access
        self._reader = Reader(faults, base_url + _SERVICE)
        routes: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
            ("POST", "/oauth/token", self._token),
            ("GET", f"{_SERVICE}/$metadata", self._metadata),
            ("POST", f"{_SERVICE}/upsert", self._upsert),
            ("GET", _SERVICE + "/{entity_set}", self._read),
            ("GET", "/sandbox/health", self._health),
            ("POST", "/sandbox/clock", self._clock),
            ("GET", "/sandbox/faults", self._show_faults),
            ("POST", "/sandbox/faults", self._set_faults),
            ("POST", "/sandbox/edit", self._edit),
        ]
        self.app = Starlette(
            routes=[
                Route(path, self._guarded(handler), methods=[method])
                for method, path, handler in routes
            ]
        )

    def _guarded(
        self, handler: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            try:
                if request.url.path.startswith(_SERVICE):
                    await self._misbehave(request)
                response = await handler(request)
            except RefusedError as refusal:
                response = _json(refusal.body(), refusal.status)
                if refusal.status == 429:
                    response.headers["Retry-After"] = str(
                        int(self._faults.level("retry_after_seconds"))
                    )
            response.headers["Date"] = format_datetime(self._tenant.clock.now(), usegmt=True)
            return response

        return guarded

    async def _misbehave(self, request: Request) -> None:
        """Authentication, rate limit, and the faults that stand before any work."""
        faults = self._faults
        forget = faults.strikes("reject_token_every")
        self._access.check(request.headers.get("authorization", ""), forget=forget)
        rate = faults.level("rate_limit")
        if rate and not self._access.within_rate(rate):
            faults.fired["rate_limit"] += 1
            raise RefusedError(
                429, "TooManyRequests", "The request rate of the company is exceeded"
            )
        if faults.strikes("throttle_every"):
            raise RefusedError(
                429, "TooManyRequests", "The request rate of the company is exceeded"
            )
        if faults.strikes("error_every"):
            raise RefusedError(500, "COE_GENERAL_SERVER_ERROR", "[COE0000]Internal server error")
        if faults.strikes("timeout_every"):
            await asyncio.sleep(faults.level("timeout_seconds", 5))

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        return _json(self._access.token({name: str(value) for name, value in form.items()}))

    async def _metadata(self, _request: Request) -> Response:
        return Response(edmx(self._tenant.schema()), media_type="application/xml")

    async def _read(self, request: Request) -> Response:
        table = self._tenant.table(request.path_params["entity_set"])
        body = orjson.dumps(self._reader.page(table, dict(request.query_params)))
        if self._faults.strikes("truncate_every"):
            body = body[: len(body) * 2 // 3]
        if self._faults.strikes("wrong_type_every"):
            return Response(_MAINTENANCE, media_type="text/html")
        return Response(body, media_type="application/json")

    async def _upsert(self, request: Request) -> Response:
        answer = upsert(self._tenant, self._faults, await _body(request))
        if self._faults.strikes("lose_response_every"):
            return Response(b"", 200, {"Content-Length": "64"}, media_type="application/json")
        return _json(answer)

    async def _health(self, _request: Request) -> Response:
        now = self._tenant.clock.now().isoformat()
        return _json({"ok": True, "pid": os.getpid(), "now": now, "is_simulated": True})

    async def _clock(self, request: Request) -> Response:
        days = (await _body(request)).get("advance_days")
        if not isinstance(days, int | float) or not 0 < days <= 3650:
            raise bad_request("advance_days must be a positive number")
        return _json({"now": self._tenant.advance(days).isoformat()})

    async def _show_faults(self, _request: Request) -> Response:
        return _json({**self._faults.shown(), "tokens_issued": self._access.issued})

    async def _set_faults(self, request: Request) -> Response:
        self._faults.replace(await _body(request))
        return _json(self._faults.shown())

    async def _edit(self, request: Request) -> Response:
        return _json(edit(self._tenant, await _body(request)))


async def _body(request: Request) -> Any:
    try:
        return orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        raise bad_request("The body is not JSON") from None


def _json(content: object, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")
