"""The stand-in K3Cloud tenant as a web application: signatures, sessions, and its form service."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import Response

from connectors.http.address import sandbox_secret
from connectors.http.secrets import secret
from connectors.kingdee_k3cloud.signing import Account, is_signed, stand_in_keys
from connectors.sandbox.kingdee.k3cloud_service import (
    LOST_SESSION,
    K3CloudService,
    RowError,
    failed,
)
from connectors.sandbox.kingdee.tables import Tables
from connectors.sandbox.kit import Place, RefusedError, TenantApp, body_of, json_answer
from connectors.sandbox.kit.app import Handler, Kind

ACCOUNT = Account("yuanshan", "talentloop")
_SERVICE = "/K3Cloud/Kingdee.BOS.WebApi.ServicesStub.DynamicFormService"
_SESSION = "kdservice-sessionid"

Operation = Callable[[K3CloudService, dict[str, Any], datetime], Any]
_OPERATIONS: dict[str, tuple[Kind, Operation]] = {
    "ExecuteBillQuery": ("read", partial(K3CloudService.query, named=False)),
    "BillQuery": ("read", partial(K3CloudService.query, named=True)),
    "QueryBusinessInfo": ("plain", K3CloudService.business_info),
    "View": ("plain", K3CloudService.view),
    "Save": ("write", K3CloudService.save),
    "BatchSave": ("write", K3CloudService.save),
}


class K3CloudTenant(TenantApp):
    """A K3Cloud tenant over the simulated company."""

    more_faults: ClassVar[Mapping[str, str]] = {
        "shift_every": "a page begins a row too late, as if an earlier record had just gone",
        "refuse_closed": "saves to applications that are no longer open are refused",
        "exception_every": "200 with `response_error:` and no JSON",
    }

    def __init__(self, place: Place) -> None:
        reference = f"file:{sandbox_secret(place.name)}"
        self._keys = stand_in_keys(secret(place.settings, reference, "sandbox secret"))
        self._sessions: set[str] = set()
        super().__init__(place)
        tables = Tables("k3cloud", place.company, self.written)
        self.service = K3CloudService(tables, self.faults, self._page_start)

    def routes(self) -> Sequence[tuple[str, str, Kind, Handler]]:
        """The operations of the form service that we use."""
        return [
            ("POST", f"{_SERVICE}.{name}.common.kdsvc", kind, self._operation(run))
            for name, (kind, run) in _OPERATIONS.items()
        ]

    def _operation(self, run: Operation) -> Handler:
        async def handle(request: Request) -> Response:
            if self.faults.strikes("exception_every"):
                return Response("response_error:发生时间：… 未将对象引用设置到对象的实例")
            response = json_answer(run(self.service, await body_of(request), self.now()))
            if _SESSION not in request.headers:
                session = secrets.token_hex(12)
                self._sessions.add(session)
                response.set_cookie(_SESSION, session, path="/")
            return response

        return handle

    async def authenticate(self, request: Request, *, forget: bool) -> None:
        """A signed request may pass; a session that it names must be known."""
        if not is_signed(self._keys, ACCOUNT, request.url.path, request.headers.get):
            raise RefusedError(401, "401", "签名验证失败")
        session = request.headers.get(_SESSION)
        if forget and session:
            self._sessions.discard(session)
        if session and session not in self._sessions:
            raise RefusedError(200, str(LOST_SESSION), "会话信息已丢失，请重新登录")

    def refusal(self, refused: RefusedError) -> Response:
        """A refusal as ResponseStatus."""
        code = int(refused.code) if refused.code.isdigit() else 4
        return json_answer(failed(code, refused.message), refused.status, refused.headers)

    def edit(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """A person changes fields by hand: `{entity, key, fields, by}`."""
        form, number = str(body.get("entity", "TL_Application")), str(body.get("key"))
        by = str(body.get("by", "hr.person"))
        try:
            changed = self.service.edit(form, number, dict(body.get("fields", {})), by, self.now())
        except RowError as error:
            raise RefusedError(404, "10", str(error)) from None
        return {"changed": changed}

    def state(self) -> dict[str, Any]:
        """Faults and effects, and how many sessions are open."""
        return {**super().state(), "sessions": len(self._sessions)}

    def _page_start(self, start: int) -> int:
        if start and self.faults.strikes("shift_every"):
            return start + 1
        return self.page_start(start)
