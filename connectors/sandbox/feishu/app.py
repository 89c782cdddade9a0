"""The tenant as a web application: token endpoint, reads, writes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from connectors.sandbox.feishu import people
from connectors.sandbox.feishu.access import Access
from connectors.sandbox.feishu.messages import Messages
from connectors.sandbox.feishu.rows import Json
from connectors.sandbox.feishu.tenant import APPLICATIONS, Lists
from connectors.sandbox.feishu.writes import (
    ASSESSMENTS,
    EXTERNAL_APPLICATIONS,
    EXTERNAL_INTERVIEWS,
    Writes,
    checked_assessment,
)
from connectors.sandbox.kit import Place, RefusedError, TenantApp, body_of, json_answer
from connectors.sandbox.kit.app import Handler, Kind

_HIRE = "/open-apis/hire/v1"
_IDS = {"user_id_type", "department_id_type", "job_level_id_type", "job_family_id_type"}
_PAGING = {"page_size", "page_token", *_IDS}
#: Lists with a filter for changes: parameters of its ends, and the largest page.
_FILTERED = {
    "jobs": ("update_start_time", "update_end_time", 20),
    "job_requirements": ("update_time_begin", "update_time_end", 100),
    "talents": ("update_start_time", "update_end_time", 20),
    "applications": ("update_start_time", "update_end_time", 200),
    "evaluations": ("update_start_time", "update_end_time", 100),
}
_PAGE_CAP = 100
_RECORDS_CAP = 50
_PEOPLE_CAP = 50
_INVALID = "99992402"
_MISSING = "1002001"


class FeishuTenant(TenantApp):
    """One Feishu tenant over the simulated company."""

    def __init__(self, place: Place) -> None:
        self._access = Access(place.secret)
        self._lists: Lists | None = None
        super().__init__(place)
        self._writes = Writes(self.written, self.now_ms)
        self._throttled = 0

    def routes(self) -> Sequence[tuple[str, str, Kind, Handler]]:
        """Everything served."""
        reads: list[tuple[str, str, Kind, Handler]] = [
            ("GET", f"{_HIRE}/{name}", "read", self._filtered(name)) for name in _FILTERED
        ]
        return [
            ("POST", "/open-apis/auth/v3/tenant_access_token/internal", "open", self._token),
            *reads,
            ("GET", f"{_HIRE}/applications/{{id}}", "read", self._one(APPLICATIONS, "application")),
            ("GET", f"{_HIRE}/offers/{{id}}", "read", self._one("offers", "offer")),
            ("GET", f"{_HIRE}/interviews", "read", self._interviews),
            ("GET", f"{_HIRE}/interview_records", "read", self._records),
            ("GET", f"{_HIRE}/offers", "read", self._offers),
            ("POST", "/open-apis/corehr/v2/employees/search", "read", self._employees),
            ("GET", "/open-apis/performance/v1/semesters", "read", self._semesters),
            ("POST", "/open-apis/performance/v2/review_datas/query", "read", self._reviews),
            ("GET", f"{_HIRE}/external_applications", "read", self._external_applications),
            ("POST", f"{_HIRE}/external_applications", "write", self._create_application),
            ("POST", f"{_HIRE}/external_interviews", "write", self._create_interview),
            ("PUT", f"{_HIRE}/external_interviews/{{id}}", "write", self._put_interview),
            ("POST", f"{_HIRE}/external_interviews/batch_query", "read", self._batch_query),
            ("POST", f"{_HIRE}/external_interview_assessments", "write", self._create_assessment),
            (
                "PATCH", f"{_HIRE}/external_interview_assessments/{{id}}", "write",
                self._patch_assessment,
            ),
            ("POST", f"{_HIRE}/applications/{{id}}/transfer_stage", "write", self._transfer),
            *Messages(self).routes(),
        ]  # fmt: skip

    async def authenticate(self, request: Request, *, forget: bool) -> None:
        """A bearer of a good tenant_access_token passes."""
        self._access.check(request.headers.get("authorization", ""), forget=forget)

    def refusal(self, refused: RefusedError) -> Response:
        """`{code, msg}`, the code as a number."""
        code = int(refused.code) if refused.code.isdigit() else 99991400 + refused.status
        return json_answer({"code": code, "msg": refused.message}, refused.status, refused.headers)

    def throttled(self) -> RefusedError:
        """429 or, as older interfaces have it, 400; in turn."""
        self._throttled += 1
        seconds = str(int(self.faults.level("retry_after_seconds")))
        status = 429 if self._throttled % 2 else 400
        headers = {"x-ogw-ratelimit-reset": seconds}
        return RefusedError(status, "99991400", "request trigger frequency limit", headers)

    def advanced(self) -> None:
        """Everything is made anew for the new instant."""
        self._lists = None

    def state(self) -> dict[str, Any]:
        """Also how many tokens were issued."""
        return {**super().state(), "tokens_issued": self._access.issued}

    def edit(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """A person changes an external record: `{entity, key, fields, by}`."""
        collection, fields = str(body.get("entity")), body.get("fields")
        if collection not in (EXTERNAL_INTERVIEWS, ASSESSMENTS) or not isinstance(fields, Mapping):
            raise RefusedError(404, _MISSING, "Only external interviews and assessments are edited")
        by = str(body.get("by", "hr.person"))
        return self._writes.change(collection, str(body.get("key")), fields, by)

    @property
    def lists(self) -> Lists:
        """What the company shows now."""
        if self._lists is None:
            self._lists = Lists(self.place.company, self.place.clock.now(), self.written)
        return self._lists

    async def _token(self, request: Request) -> Response:
        body = await body_of(request)
        return json_answer(self._access.token(body.get("app_id"), body.get("app_secret")))

    def _filtered(self, name: str) -> Handler:
        since, until, cap = _FILTERED[name]

        async def handler(request: Request) -> Response:
            query = _query(request, {*_PAGING, since, until})
            found = self.lists.listed(name).between(_ms(query, since), _ms(query, until))
            if name == APPLICATIONS:
                return self._page(name, [record["id"] for record in found], query, cap)
            return self._page(name, found, query, cap)

        return handler

    def _one(self, name: str, field: str) -> Handler:
        async def handler(request: Request) -> Response:
            _query(request, {*_IDS, "options"})
            record = self.lists.listed(name).by_id.get(request.path_params["id"])
            if record is None:
                raise RefusedError(404, _MISSING, f"the {field} does not exist")
            return _good({field: self.faults.reshaped(name, [record])[0]})

        return handler

    async def _interviews(self, request: Request) -> Response:
        query = _query(request, {*_PAGING, "application_id", "start_time", "end_time"})
        since, until = _ms(query, "start_time"), _ms(query, "end_time")
        wanted = query.get("application_id")
        found = [
            one
            for one in self.lists.listed("interviews").records
            if (wanted is None or one["application_id"] == wanted)
            and (since is None or one["begin_time"] >= since)
            and (until is None or one["begin_time"] <= until)
        ]
        return self._page("interviews", found, query, _PAGE_CAP)

    async def _records(self, request: Request) -> Response:
        query = _query(request, {*_PAGING, "ids"})
        ids = request.query_params.getlist("ids")
        if len(ids) > _RECORDS_CAP:
            raise _invalid("ids")
        known = self.lists.interview_records
        found = [known.by_id[one] for one in ids if one in known.by_id] if ids else known.records
        return self._page("interview_records", found, query, _RECORDS_CAP)

    async def _offers(self, request: Request) -> Response:
        query = _query(request, {*_PAGING, "talent_id"})
        if "talent_id" not in query:
            raise _invalid("talent_id")
        return self._page("offers", self.lists.offers_of(query["talent_id"]), query, _PAGE_CAP)

    async def _employees(self, request: Request) -> Response:
        query, body = _query(request, _PAGING), await body_of(request)
        fields = body.get("fields") or []
        found = [
            people.with_fields(employee, fields)
            for employee in self.lists.listed("employees").records
        ]
        return self._page("employees", found, query, _PAGE_CAP)

    async def _semesters(self, request: Request) -> Response:
        _query(request, {*_IDS, "start_time", "end_time", "year", "type_group", "type"})
        return _good({"items": self.lists.listed("semesters").records})

    async def _reviews(self, request: Request) -> Response:
        _query(request, _IDS)
        body = await body_of(request)
        wanted = {str(one) for one in body.get("semester_ids") or []}
        persons = set(body.get("reviewee_user_ids") or [])
        if not wanted or not persons or len(persons) > _PEOPLE_CAP:
            raise _invalid("semester_ids, reviewee_user_ids")
        found = [
            {name: value for name, value in data.items() if name != "id"}
            for data in self.lists.listed("review_datas").between(
                body.get("updated_later_than"), None
            )
            if data["semester_id"] in wanted and data["user_id"]["user_id"] in persons
        ]
        return _good({"datas": self.faults.reshaped("reviews", found)})

    async def _external_applications(self, request: Request) -> Response:
        query = _query(request, {*_PAGING, "talent_id"})
        wanted = query.get("talent_id")
        found = [
            {name: value for name, value in record.items() if not name.startswith("_")}
            for record in self._writes.records(EXTERNAL_APPLICATIONS)
            if record["talent_id"] == wanted
        ]
        return self._page(EXTERNAL_APPLICATIONS, found, query, _PAGE_CAP)

    async def _create_application(self, request: Request) -> Response:
        body = await body_of(request)
        if body.get("talent_id") not in self.lists.listed("talents").by_id:
            raise RefusedError(400, _MISSING, "the talent does not exist")
        return _good({"external_application": self._writes.create(EXTERNAL_APPLICATIONS, body)})

    async def _create_interview(self, request: Request) -> Response:
        made = self._writes.create_interview(await body_of(request))
        return _good({"external_interview": made})

    async def _put_interview(self, request: Request) -> Response:
        body = await body_of(request)
        made = self._writes.change(EXTERNAL_INTERVIEWS, request.path_params["id"], body)
        return _good({"external_interview": made})

    async def _batch_query(self, request: Request) -> Response:
        query = _query(request, {*_PAGING, "external_application_id"})
        found = self._writes.interviews_of(query.get("external_application_id", ""))
        return self._page(EXTERNAL_INTERVIEWS, found, query, _PAGE_CAP)

    async def _create_assessment(self, request: Request) -> Response:
        body = await body_of(request)
        self._refuse_perhaps()
        return _good({"external_interview_assessment": self._writes.create_assessment(body)})

    async def _patch_assessment(self, request: Request) -> Response:
        body = await body_of(request)
        checked_assessment(body)
        self._refuse_perhaps()
        made = self._writes.change(ASSESSMENTS, request.path_params["id"], body)
        return _good({"external_interview_assessment": made})

    async def _transfer(self, request: Request) -> Response:
        body = await body_of(request)
        self._writes.transfer(
            self.lists.listed(APPLICATIONS), request.path_params["id"], body.get("stage_id"),
            refuse=self.refuses_row(),
        )  # fmt: skip
        return _good({})

    def _refuse_perhaps(self) -> None:
        if self.refuses_row():
            raise RefusedError(400, "1002399", "the assessment form is closed")

    def _page(
        self, name: str, found: Sequence[Any], query: Mapping[str, str], cap: int
    ) -> Response:
        """One page; the token of the next is where it begins."""
        size, start = _size(query, cap), _start(query)
        end = start + size
        items: Sequence[Any] = found[self.page_start(start) : end]
        if items and isinstance(items[0], dict):
            items = self.faults.reshaped(name, items)
        more = end < len(found)
        token = f"p{end}" if more else ""
        return _good({"items": list(items), "has_more": more, "page_token": token})


def _good(data: Json) -> Response:
    return json_answer({"code": 0, "msg": "success", "data": data})


def _query(request: Request, known: Collection[str]) -> dict[str, str]:
    unknown = set(request.query_params) - set(known)
    if unknown:
        raise _invalid(", ".join(sorted(unknown)))
    return dict(request.query_params)


def _size(query: Mapping[str, str], cap: int) -> int:
    text = query.get("page_size", "10")
    if not text.isdigit() or not 1 <= int(text) <= cap:
        raise _invalid("page_size")
    return int(text)


def _start(query: Mapping[str, str]) -> int:
    token = query.get("page_token") or "p0"
    if not (token.startswith("p") and token[1:].isdigit()):
        raise _invalid("page_token")
    return int(token[1:])


def _ms(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    if not text.isdigit():
        raise _invalid(name)
    return int(text)


def _invalid(name: str) -> RefusedError:
    return RefusedError(400, _INVALID, f"field validation failed: {name}")
