"""The tenant as a web application: OData service and token endpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import orjson
from starlette.requests import Request
from starlette.responses import Response

from connectors.sandbox.kit import Place, RefusedError, TenantApp, body_of, json_answer
from connectors.sandbox.kit.app import Handler, Kind
from connectors.sandbox.successfactors.access import Access
from connectors.sandbox.successfactors.batches import Batch
from connectors.sandbox.successfactors.edmx import edmx
from connectors.sandbox.successfactors.errors import error_body
from connectors.sandbox.successfactors.reads import Reader
from connectors.sandbox.successfactors.tenant import Tenant
from connectors.sandbox.successfactors.writes import edit, upsert

_SERVICE = "/odata/v2"


class SuccessFactorsTenant(TenantApp):
    """A SuccessFactors tenant over the simulated company."""

    more_faults: ClassVar[Mapping[str, str]] = {
        "foreign_next": "next links lead to another host",
        "refuse_closed": "upserts to applications that are no longer open are refused",
        "busy_changesets": "change sets of a batch are answered with 503, and not applied",
    }

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._access = Access(place.secret)
        self._tenant = Tenant(place.company, place.clock, self.written, self.faults)
        self._reader = Reader(self, place.url + _SERVICE)

    def routes(self) -> Sequence[tuple[str, str, Kind, Handler]]:
        """Token endpoint, metadata, queries, upserts and batches."""
        return [
            ("POST", "/oauth/token", "open", self._token),
            ("GET", f"{_SERVICE}/$metadata", "plain", self._metadata),
            ("POST", f"{_SERVICE}/upsert", "write", self._upsert),
            ("POST", f"{_SERVICE}/$batch", "write", self._batch),
            ("GET", _SERVICE + "/{entity_set}", "read", self._read),
        ]

    async def authenticate(self, request: Request, *, forget: bool) -> None:
        """A bearer of a good token may pass."""
        self._access.check(request.headers.get("authorization", ""), forget=forget)

    def refusal(self, refused: RefusedError) -> Response:
        """The error body of OData v2."""
        return json_answer(error_body(refused), refused.status, refused.headers)

    def broken(self) -> RefusedError:
        """The vendor's own server error."""
        return RefusedError(500, "COE_GENERAL_SERVER_ERROR", "[COE0000]Internal server error")

    def edit(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """A person changes fields by hand: `{entity, key, fields, by}`."""
        return edit(self._tenant, body)

    def advanced(self) -> None:
        """Every table shows the new instant."""
        self._tenant.advanced()

    def state(self) -> dict[str, Any]:
        """Faults and effects, and how many tokens were issued."""
        return {**super().state(), "tokens_issued": self._access.issued}

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        return json_answer(self._access.token({name: str(value) for name, value in form.items()}))

    async def _metadata(self, _request: Request) -> Response:
        return Response(edmx(self._tenant.schema()), media_type="application/xml")

    async def _read(self, request: Request) -> Response:
        table = self._tenant.table(request.path_params["entity_set"])
        body = orjson.dumps(self._reader.page(table, dict(request.query_params)))
        return Response(body, media_type="application/json")

    async def _batch(self, request: Request) -> Response:
        kind = request.headers.get("content-type", "")
        shelf = Batch(self._tenant, self.faults, self._reader)
        kind, body = shelf.answer(kind, await request.body())
        return Response(body, 202, media_type=kind)

    async def _upsert(self, request: Request) -> Response:
        return json_answer(upsert(self._tenant, self.faults, await body_of(request)))
