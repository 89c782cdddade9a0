"""The stand-in Cosmic tenant as a web application: tokens, query services and save services."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import Response

from connectors.http.address import sandbox_secret
from connectors.http.secrets import secret
from connectors.sandbox.kingdee.tables import Tables, record_id
from connectors.sandbox.kit import (
    Admission,
    Place,
    RefusedError,
    TenantApp,
    body_of,
    json_answer,
)
from connectors.sandbox.kit.admission import busiest
from connectors.sandbox.kit.app import Handler, Kind

CLIENT_ID, USER, ACCOUNT = "talentloop", "integration", "yuanshan"
_SERVICE = "/kapi/v2/yuanshan/hr"
_TOKEN_CALLS, _TOKEN_SECONDS = 30.0, 60.0
_MOST_ROWS, _MOST_SAVED = 1000, 100
_HEADERS = ("accesstoken", "access_token", "accessToken")
Json = dict[str, Any]


class CosmicTenant(TenantApp):
    """A Cosmic tenant over the simulated company. It takes the token under each name seen."""

    more_faults: ClassVar[Mapping[str, str]] = {
        "shift_every": "a page begins a row too late, as if an earlier record had just gone",
        "refuse_closed": "saves to applications that are no longer open are refused",
        "needs_gateway": "requests without x-acgw-identity are refused",
        "token_calls": "calls of getToken in a minute; more are refused (default 30)",
    }

    def __init__(self, place: Place) -> None:
        reference = f"file:{sandbox_secret(place.name)}"
        #: One secret for all: of the client, of the user's password, and the gateway's mark.
        self._secret = secret(place.settings, reference, "sandbox secret")
        self._tokens: set[str] = set()
        self._answered: dict[str, Json] = {}
        self.token_calls = Admission()
        super().__init__(place)
        self._tables = Tables("cosmic", place.company, self.written)

    def routes(self) -> Sequence[tuple[str, str, Kind, Handler]]:
        """The token endpoint, and a query and a save service for each list."""
        return [
            ("POST", "/kapi/oauth2/getToken", "open", self._token),
            ("POST", _SERVICE + "/tl_{entity}_query", "read", self._query),
            ("POST", _SERVICE + "/tl_{entity}_save", "write", self._save),
        ]

    async def authenticate(self, request: Request, *, forget: bool) -> None:
        """A bearer of a good token may pass, or the integration user with a password."""
        self._check_gateway(request)
        text = base64.b64encode(f"{USER}:{self._secret}".encode()).decode()
        if secrets.compare_digest(request.headers.get("authorization", ""), f"Basic {text}"):
            return
        token = next((request.headers[name] for name in _HEADERS if name in request.headers), "")
        if forget:
            self._tokens.discard(token)
        if token not in self._tokens:
            raise RefusedError(401, "401", "access_token 无效或已过期")

    def refusal(self, refused: RefusedError) -> Response:
        """A refusal as the gateway words it."""
        body = _answer(None, refused.code, refused.message)
        return json_answer(body, refused.status, refused.headers)

    def throttled(self) -> RefusedError:
        """Throttling tells of itself in the body alone."""
        seconds = str(int(self.faults.level("retry_after_seconds")))
        return RefusedError(200, "429", "请求过于频繁", {"Retry-After": seconds})

    def broken(self) -> RefusedError:
        """A failure within a service."""
        return RefusedError(500, "500", "系统异常")

    def edit(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """A person changes fields by hand: `{entity, key, fields, by}`."""
        entity, number = str(body.get("entity", "application")), str(body.get("key"))
        fields = dict(body.get("fields", {}))
        problem = self._problem(entity, number, fields, self.now())
        if problem:
            raise RefusedError(404, "404", problem)
        by = str(body.get("by", "hr.person"))
        return {"changed": self._tables.save(entity, number, fields, self.now(), by)}

    def state(self) -> Json:
        """Faults and effects, and how often a token was asked for, at most in so many seconds."""
        times = self.token_calls.times()
        most = {str(seconds): busiest(times, seconds) for seconds in (0.4, _TOKEN_SECONDS)}
        return {**super().state(), "token_calls": len(times), "busiest_token_calls": most}

    def _check_gateway(self, request: Request) -> None:
        given = request.headers.get("x-acgw-identity", "")
        if self.faults.level("needs_gateway") and given != self._secret:
            raise RefusedError(403, "403", "缺少 x-acgw-identity")

    async def _token(self, request: Request) -> Response:
        self._check_gateway(request)
        calls = self.faults.level("token_calls", _TOKEN_CALLS)
        if not self.token_calls.admit(calls, _TOKEN_SECONDS):
            raise RefusedError(200, "429", "获取 token 过于频繁")
        body = await body_of(request)
        named = (body.get("client_id"), body.get("username"), body.get("accountId"))
        told = all(isinstance(body.get(name), str) for name in ("nonce", "timestamp", "language"))
        given = str(body.get("client_secret", ""))
        if named != (CLIENT_ID, USER, ACCOUNT) or not told:
            raise RefusedError(200, "401", "第三方应用或用户不正确")
        if not secrets.compare_digest(given, self._secret):
            raise RefusedError(200, "401", "client_secret 不正确")
        token = secrets.token_urlsafe(32)
        self._tokens.add(token)
        content = {"access_token": token, "token_type": "Bearer", "expires_in": 7_200_000}
        return json_answer(_answer(content))

    async def _query(self, request: Request) -> Response:
        entity, body = request.path_params["entity"], await body_of(request)
        if entity not in self._tables.forms:
            raise RefusedError(404, "404", "服务不存在")
        asked = body.get("data") or {}
        rows = list(self._tables.records(entity, self.now()).values())
        if "modifytime_from" in asked:
            rows = [row for row in rows if row["modifytime"] >= asked["modifytime_from"]]
        if "numbers" in asked:
            rows = [row for row in rows if row["number"] in set(asked["numbers"])]
        rows.sort(key=lambda row: row["id"])
        size, number = int(body.get("pageSize", 0)), int(body.get("pageNo", 0))
        if not 1 <= size <= _MOST_ROWS or number < 1:
            raise RefusedError(200, "400", f"pageSize 须为 1 至 {_MOST_ROWS}，pageNo 自 1 起")
        start = self._page_start(size * (number - 1))
        page = self.faults.reshaped(entity, rows[start : start + size])
        content = {"rows": page, "pageNo": number, "pageSize": size, "totalCount": len(rows)}
        return json_answer(_answer(content))

    async def _save(self, request: Request) -> Response:
        entity, body = request.path_params["entity"], await body_of(request)
        models, key = body.get("data"), request.headers.get("idempotency-key", "")
        if entity not in self._tables.forms or not isinstance(models, list):
            raise RefusedError(404, "404", "服务不存在")
        if len(models) > _MOST_SAVED:
            raise RefusedError(200, "400", f"一次最多保存 {_MOST_SAVED} 条")
        if key not in self._answered:
            answer = self._saved(entity, models, self.now())
            if not key:
                return json_answer(answer)
            self._answered[key] = answer
        return json_answer(self._answered[key])

    def _saved(self, entity: str, models: Sequence[Any], at: datetime) -> Json:
        results: list[Json] = []
        for place, model in enumerate(models):
            fields = {name: value for name, value in dict(model).items() if name != "number"}
            number = str(dict(model).get("number") or "")
            problem = self._problem(entity, number, fields, at)
            if self.faults.strikes("refuse_row_every"):
                problem = "业务规则不允许保存"
            if not problem:
                self._tables.save(entity, number, fields, at, "api")
            results.append({
                "billIndex": place, "billStatus": not problem, "number": number,
                "id": None if problem else str(record_id(entity, number)),
                "errors": [problem] if problem else [],
            })  # fmt: skip
        failed = sum(not row["billStatus"] for row in results)
        content = {"failCount": failed, "successCount": len(results) - failed, "result": results}
        return _answer(
            content, "sav_failed" if failed else "0", "部分数据保存失败" if failed else ""
        )

    def _problem(self, entity: str, number: str, fields: Mapping[str, Any], at: datetime) -> str:
        """Why a record cannot be saved; empty where it can."""
        form = self._tables.forms[entity]
        record = self._tables.records(entity, at).get(number)
        if not number or (record is None and not form.is_created_by_save):
            return "数据不存在"
        for name, value in fields.items():
            kind = form.writable.get(name)
            if kind is None or name in self.faults.renames(entity):
                return f"字段 {name} 不存在，或不可修改"
            if value is not None and (kind == "number") != isinstance(value, int | float):
                return f"字段 {name} 的值类型不符"
        if self.faults.level("refuse_closed") and record and record.get("tl_status", "A") != "A":
            self.faults.fired["refuse_closed"] += 1
            return "应聘记录已关闭，不能修改"
        return ""

    def _page_start(self, start: int) -> int:
        if start and self.faults.strikes("shift_every"):
            return start + 1
        return self.page_start(start)


def _answer(data: Any, code: str = "0", message: str = "") -> Json:
    return {"status": code == "0", "errorCode": code, "message": message, "data": data}
