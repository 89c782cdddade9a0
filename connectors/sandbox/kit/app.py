"""A stand-in tenant as a web application: guards, faults and levers; the vendor's part is added."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, ClassVar, Literal

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.http.address import sandbox_secret
from connectors.sandbox.kit.admission import Admission
from connectors.sandbox.kit.clock import SandboxClock
from connectors.sandbox.kit.company import CompanyView
from connectors.sandbox.kit.errors import RefusedError
from connectors.sandbox.kit.faults import Faults
from connectors.sandbox.kit.written import Written
from talentloop.ids import secret_key
from talentloop.settings import Settings

Handler = Callable[[Request], Awaitable[Response]]
#: `open`: no credentials, no faults (token endpoints). `plain`: credentials and the faults before
#: any work. `read`, `write`: these, and a spoiled or lost answer.
Kind = Literal["open", "plain", "read", "write"]

_MAINTENANCE = b"<!DOCTYPE html><title>Scheduled maintenance</title>"


@dataclass(frozen=True)
class Place:
    """Where a tenant stands.

    Attributes:
        name: of the system; a folder of the sandbox and a part of the address.
        settings: where secrets and state lie.
        company: what happens there.
        clock: shared by all tenants.
        url: the address at which the tenant is reached, without a slash at its end.
    """

    name: str
    settings: Settings
    company: CompanyView
    clock: SandboxClock
    url: str

    @property
    def folder(self) -> Path:
        """Where the tenant keeps its state."""
        return self.settings.sandbox_dir / self.name

    @property
    def secret(self) -> str:
        """What this tenant takes as the client's secret: 64 hex characters, made at first use."""
        return secret_key(self.settings, sandbox_secret(self.name)).hex()


class TenantApp(ABC):
    """One tenant. All requests run on one event loop, so state needs no locks.

    A vendor's class gives `routes` and `authenticate`, and overrides what the vendor words in its
    own way (`refusal`, `throttled`, `broken`).

    Attributes:
        more_faults: the tenant's own faults that are set to a number → what they do.
        limit: requests in so many seconds that the vendor allows; None for no limit.
        faults: what is switched on.
        admission: which requests were let in, and when.
        written: what was written from outside; survives restarts.
    """

    more_faults: ClassVar[Mapping[str, str]] = {}
    limit: ClassVar[tuple[float, float] | None] = None

    def __init__(self, place: Place) -> None:
        self.place = place
        self.faults = Faults(self.more_faults)
        self.admission = Admission()
        self.written = Written(place.folder / "written.sqlite")
        self.app = Starlette(
            routes=[
                Route(path, self._guarded(kind, handler), methods=[method])
                for method, path, kind, handler in self.routes()
            ]
        )

    @abstractmethod
    def routes(self) -> Sequence[tuple[str, str, Kind, Handler]]:
        """Method, path below the tenant's address, kind and handler of everything served."""

    @abstractmethod
    async def authenticate(self, request: Request, *, forget: bool) -> None:
        """Let a request with good credentials pass.

        Args:
            forget: withdraw the token or session first, as an administrator might.

        Raises:
            RefusedError: the credentials are not good.
        """

    def refusal(self, refused: RefusedError) -> Response:
        """A refusal in the vendor's own form."""
        content = {"code": refused.code, "message": refused.message}
        return json_answer(content, refused.status, refused.headers)

    def throttled(self) -> RefusedError:
        """What is said to one who asks too often."""
        seconds = str(int(self.faults.level("retry_after_seconds")))
        return RefusedError(429, "TooManyRequests", "Too many requests", {"Retry-After": seconds})

    def broken(self) -> RefusedError:
        """What is said when the server fails."""
        return RefusedError(500, "InternalError", "Internal server error")

    def edit(self, body: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002 - for others
        """A person changes a record by hand: the lever `/sandbox/<name>/edit`.

        Raises:
            RefusedError: nothing can be edited, or not this.
        """
        raise RefusedError(404, "NOT_FOUND", "Nothing can be edited by hand in this tenant")

    def advanced(self) -> None:  # noqa: B027 - a hook, not a duty
        """Called after the shared clock has moved."""

    def close(self) -> None:
        """Close the files."""
        self.written.close()

    def now(self) -> datetime:
        """The tenant's own clock (UTC), which may run before or behind the company's."""
        skew = timedelta(seconds=self.faults.level("clock_skew_seconds"))
        return self.place.clock.now() + skew

    def now_ms(self) -> int:
        """The tenant's own clock in milliseconds since 1970."""
        return round(self.now().timestamp() * 1000)

    def page_start(self, start: int) -> int:
        """Where a page begins: a row too early while pages drift (`duplicate_rows`)."""
        if start and self.faults.level("duplicate_rows"):
            self.faults.fired["duplicate_rows"] += 1
            return start - 1
        return start

    def refuses_row(self) -> bool:
        """Whether a row of a write is refused for business reasons now (`refuse_row_every`)."""
        return self.faults.strikes("refuse_row_every")

    def state(self) -> dict[str, Any]:
        """What is on, how often it has fired, and what was written: `GET /sandbox/<name>/faults`."""
        effects = [
            {"collection": collection, "key": key, "fields": list(fields), "times": times}
            for (collection, key, fields), times in self.written.effects.items()
        ]
        return {**self.faults.shown(), "effects": effects}

    def _guarded(self, kind: Kind, handler: Handler) -> Handler:
        async def guarded(request: Request) -> Response:
            try:
                if kind != "open":
                    await self._misbehave(request)
                response = self._spoiled(kind, await handler(request))
            except RefusedError as refused:
                response = self.refusal(refused)
            response.headers["Date"] = format_datetime(self.now(), usegmt=True)
            return response

        return guarded

    async def _misbehave(self, request: Request) -> None:
        """Authentication, rate limit, and the faults that stand before any work."""
        faults = self.faults
        await self.authenticate(request, forget=faults.strikes("reject_token_every"))
        limit, seconds = self.limit or (0, 1)
        if faults.level("rate_limit"):
            limit, seconds = faults.level("rate_limit"), faults.level("rate_seconds", 1)
        if not self.admission.admit(limit, seconds):
            faults.fired["rate_limit"] += 1
            raise self.throttled()
        if faults.strikes("throttle_every"):
            raise self.throttled()
        if faults.strikes("error_every"):
            raise self.broken()
        if faults.strikes("timeout_every"):
            await asyncio.sleep(faults.level("timeout_seconds", 5))

    def _spoiled(self, kind: Kind, response: Response) -> Response:
        """The answer, or what becomes of it on its way."""
        if kind not in ("read", "write"):
            return response
        if kind == "write" and self.faults.strikes("lose_response_every"):
            return Response(b"", 200, {"Content-Length": "64"}, media_type="application/json")
        if self.faults.strikes("truncate_every"):
            body = bytes(response.body)
            return Response(body[: len(body) * 2 // 3], media_type=response.media_type)
        if self.faults.strikes("wrong_type_every"):
            return Response(_MAINTENANCE, media_type="text/html")
        return response


async def body_of(request: Request) -> Any:
    """The JSON body of a request.

    Raises:
        RefusedError: it is not JSON.
    """
    try:
        return orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        raise RefusedError(400, "BAD_REQUEST", "The body is not JSON") from None


def json_answer(
    content: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A JSON answer."""
    return Response(orjson.dumps(content), status, headers, media_type="application/json")
