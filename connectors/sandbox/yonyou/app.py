"""The tenant as a web application: token, lists, details, writes; YonBIP and the older eHR."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import Response

from connectors.sandbox.kit import Place, RefusedError, TenantApp, body_of, json_answer
from connectors.sandbox.kit.app import Handler, Kind
from connectors.sandbox.yonyou.access import Access
from connectors.sandbox.yonyou.events import post_event
from connectors.sandbox.yonyou.lists import page
from connectors.sandbox.yonyou.records import Record
from connectors.sandbox.yonyou.tenant import Tenant
from connectors.sandbox.yonyou.v3 import OlderTenant
from connectors.sandbox.yonyou.writes import Writes

_GATEWAY = "/iuap-api-gateway"
_BIP = f"{_GATEWAY}/yonbip"
_V3 = f"{_GATEWAY}/ehr/v3"
#: Path → (faults' name of the stream, list, filter by time, filters by key).
_LISTS: dict[str, tuple[str, Callable[[Tenant], Sequence[Record]], str, dict[str, str]]] = {
    "/hrcloud/staffing/list": ("staffing", lambda t: t.records.staffing, "", {}),
    "/hrcloud/hrcandidate/list": (
        "candidate", lambda t: [_brief(row) for row in t.candidates()], "pubts",
        {"idList": "id", "codeList": "code"},
    ),
    "/hrcloud/bill/getEntryBillByParam": ("bill", lambda t: t.records.bills, "pubts", {}),
    "/hrcloud/staff/listmdd": (
        "staff_list", lambda t: [_brief(row) for row in t.records.staff], "pubts", {},
    ),
    "/hrcloud/staff/listdetailmdd": ("staff", lambda t: t.records.staff, "", {"idList": "id"}),
}  # fmt: skip
_V3_LISTS: dict[str, tuple[str, Callable[[OlderTenant], Sequence[Record]]]] = {
    "/demand/list": ("demand", lambda t: t.records.v3_demands),
    "/resume/list": ("resume", lambda t: t.resumes()),
    "/staff/list": ("staff", lambda t: t.records.v3_staff),
    "/performance/list": ("performance", lambda t: t.records.v3_results),
}


class YonyouTenant(TenantApp):
    """用友 over the simulated company."""

    more_faults: ClassVar[Mapping[str, str]] = {
        "replace_lists": "a list inside a candidate is replaced by the one sent, not added to",
        "forget_ids": "ids of children in a list are ignored: every child sent is new",
        "throttle_code": "throttled with HTTP 200 and this code, not with 429",
        "hide_rows": "so many records at the end of a list are counted but not shown",
        "timestamp_seconds": "how old a signature may be (default: any age)",
    }

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.access = Access(place.secret)
        self._answers = 0

    @cached_property
    def tenant(self) -> Tenant:
        """What YonBIP shows."""
        return Tenant(self.place.company, self.place.clock, self.written)

    @cached_property
    def older(self) -> OlderTenant:
        """What the older eHR shows."""
        return OlderTenant(self.tenant, self.place.clock, self.written)

    @cached_property
    def writes(self) -> Writes:
        """What can be written."""
        return Writes(self.tenant, self.faults, self.refuses_row)

    def routes(self) -> Sequence[tuple[str, str, Kind, Handler]]:
        """Both layouts of the token service, and both products."""
        found: list[tuple[str, str, Kind, Handler]] = [
            ("GET", "/open-auth/selfAppAuth/getAccessToken", "open", self._token),
            ("GET", "/iuap-api-auth/open-auth/selfAppAuth/getAccessToken", "open", self._token),
            ("GET", "/open-auth/dataCenter/getGatewayAddress", "open", self._address),
            ("POST", f"{_BIP}/hrcloud/HRCloud/getGlobalCandidateDetail", "read", self._detail),
            ("GET", f"{_BIP}/HCC/pmresult/openapi/queryAllPeriodList", "read", self._periods),
            ("POST", f"{_BIP}/hrcloud/pmcore/queryPerformScoreResultInfo", "read", self._results),
            ("POST", f"{_BIP}/HCC/otd/openApi/talentPool/query", "read", self._pool),
            ("POST", f"{_V3}/resume/get", "read", self._v3(self.older.resume)),
            ("POST", f"{_V3}/talentpool/get", "read", self._v3(self.older.entry)),
        ]
        found += [("POST", _BIP + path, "read", self._list(path)) for path in _LISTS]
        found += [("POST", _V3 + path, "read", self._v3_list(path)) for path in _V3_LISTS]
        writes: dict[str, Callable[[Mapping[str, Any]], Record]] = {
            f"{_BIP}/hrcloud/insertGlobalCandidate": self.writes.insert,
            f"{_BIP}/hrcloud/updateGlobalCandidate": self.writes.update,
            f"{_BIP}/HCC/otd/openApi/talentPool/batchAdd": self.writes.pool,
            f"{_V3}/resume/save": lambda body: self.writes.once(body, self.older.save),
            f"{_V3}/talentpool/update": lambda body: self.writes.once(body, self.older.put),
        }
        return found + [("POST", path, "write", self._write(w)) for path, w in writes.items()]

    async def authenticate(self, request: Request, *, forget: bool) -> None:
        """The token in the query."""
        self.access.check(request.query_params.get("access_token", ""), forget=forget)

    def refusal(self, refused: RefusedError) -> Response:
        """`{code, message}`, mostly over HTTP 200."""
        content = {"code": refused.code, "message": refused.message, "data": None}
        return json_answer(content, refused.status, refused.headers)

    def throttled(self) -> RefusedError:
        """429, or the code that was set."""
        headers = {"Retry-After": str(int(self.faults.level("retry_after_seconds")))}
        code = int(self.faults.level("throttle_code"))
        if code:
            return RefusedError(200, str(code), "请求过于频繁", headers)
        return RefusedError(429, "429", "请求过于频繁", headers)

    def broken(self) -> RefusedError:
        """The vendor's 999, over HTTP 200."""
        return RefusedError(200, "999", "服务端逻辑异常")

    def edit(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """A person edits: `{entity, key, fields, by}`; entity is candidate (key: id),
        interview_result (key: interviewExternalKey), talentpool (eHR, key: candidateId). Or the
        tenant posts an event: entity event, key: the address to post to.

        Raises:
            RefusedError: there is no such record, or the address is not on loopback.
        """
        entity, key = str(body.get("entity", "candidate")), str(body.get("key", ""))
        fields, by = dict(body.get("fields") or {}), str(body.get("by", "hr.person"))
        if entity == "event":
            return {"answer": post_event(key, fields, self.place.secret, self.now_ms())}
        if entity == "interview_result":
            self.tenant.edit_result(key, fields, by)
        elif entity == "talentpool":
            self.older.edit(key, fields, by)
        elif self.tenant.candidate(by="id", value=key) is not None:
            self.tenant.save(key, fields, replace=False, by=by)
        else:
            raise RefusedError(404, "1002", "没有这个候选人")
        return {"changed": True}

    def advanced(self) -> None:
        """Every list shows the new instant."""
        self.tenant.advanced()

    def state(self) -> dict[str, Any]:
        """As of every tenant, and how many tokens were issued."""
        return {**super().state(), "tokens_issued": self.access.issued}

    def _good(self, data: object) -> Response:
        """A good answer; its code is a number and a text in turn, as seen at the vendor."""
        if data is None:
            return json_answer({"code": "1002", "message": "没有数据", "data": None})
        self._answers += 1
        code = 200 if self._answers % 2 else "200"
        return json_answer({"code": code, "message": "操作成功", "data": data})

    async def _token(self, request: Request) -> Response:
        tolerance = self.faults.level("timestamp_seconds")
        data = self.access.token(dict(request.query_params), self.now_ms(), tolerance)
        return json_answer({"code": "00000", "message": "成功！", "data": data})

    async def _address(self, request: Request) -> Response:
        if not request.query_params.get("tenantId"):
            raise RefusedError(200, "400", "tenantId 不能为空")
        url = self.place.url
        data = {"gatewayUrl": f"{url}{_GATEWAY}", "tokenUrl": f"{url}/iuap-api-auth"}
        return json_answer({"code": "00000", "message": "成功！", "data": data})

    def _list(self, path: str) -> Handler:
        stream, rows_of, since, keys = _LISTS[path]

        async def listed(request: Request) -> Response:
            body = await body_of(request)
            rows = rows_of(self.tenant)
            data = page(rows, body, since=since, keys=keys, start_of=self.page_start)
            hidden = {row["id"] for row in rows[len(rows) - int(self.faults.level("hide_rows")) :]}
            data["recordList"] = [row for row in data["recordList"] if row["id"] not in hidden]
            data["recordList"] = self.faults.reshaped(stream, data["recordList"])
            return self._good(data)

        return listed

    def _v3_list(self, path: str) -> Handler:
        stream, rows_of = _V3_LISTS[path]

        async def listed(request: Request) -> Response:
            body = await body_of(request)
            data = page(
                rows_of(self.older), body, since="updateTime", keys={}, start_of=self.page_start
            )
            data["recordList"] = self.faults.reshaped(stream, data["recordList"])
            return self._good(data)

        return listed

    def _v3(self, find: Callable[[Mapping[str, Any]], Record | None]) -> Handler:
        async def found(request: Request) -> Response:
            return self._good(find(await body_of(request)))

        return found

    def _write(self, write: Callable[[Mapping[str, Any]], Record]) -> Handler:
        async def written(request: Request) -> Response:
            return self._good(write(await body_of(request)))

        return written

    async def _detail(self, request: Request) -> Response:
        body = await body_of(request)
        by = "id" if body.get("id") else "code"
        found = self.tenant.candidate(by=by, value=str(body.get(by, "")))
        if found is None:
            return self._good(None)
        return self._good(self.faults.reshaped("candidate", [found])[0])

    async def _periods(self, _request: Request) -> Response:
        return self._good(self.tenant.records.periods)

    async def _results(self, request: Request) -> Response:
        body = await body_of(request)
        people = {str(one) for one in body.get("staffIds") or []}
        found = [
            row
            for row in self.tenant.records.results
            if row["periodCode"] == body.get("periodCode") and row["staffId"] in people
        ]
        return self._good(self.faults.reshaped("performance", found) or None)

    async def _pool(self, request: Request) -> Response:
        wanted = str((await body_of(request)).get("staffId", "")).split(",")
        rows = [row for row in self.tenant.pool_members() if row["staffId"] in wanted]
        return self._good({"recordCount": len(rows), "recordList": rows})


def _brief(row: Mapping[str, Any]) -> Record:
    """What a list shows of a record that has a detail."""
    return {name: row.get(name) for name in ("id", "code", "name", "pubts")}
