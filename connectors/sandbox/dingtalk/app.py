"""The tenant as a web application: both generations of the vendor's interface on one address."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import Response

from connectors.sandbox.company_view import Entities, Json, entities
from connectors.sandbox.dingtalk import records
from connectors.sandbox.dingtalk.messages import ROBOT_FAULTS, Messages
from connectors.sandbox.kit import Place, RefusedError, TenantApp, body_of, json_answer
from connectors.sandbox.kit.app import Handler, Kind

APP_KEY = "dingtalloopsandbox"
BIZ_CODE = "ddats"
OPERATOR = "E000021"
_HEADER = "x-acs-dingtalk-access-token"
_LIFETIME_SECONDS = 7200
_FLOWS_CAP, _PEOPLE_CAP, _PAGE_CAP = 100, 50, 50
_QPS = "Forbidden.AccessDenied.QpsLimitForApi"
_QUOTA = "Forbidden.AccessDenied.ApiCountLimitForOrg"
_OLD_WORDS = {_QPS: 90018, _QUOTA: 90020, "InvalidAuthentication": 40014}
_BANNED = b"<html><body>\xe8\xae\xbf\xe9\x97\xae\xe8\xbf\x87\xe4\xba\x8e\xe9\xa2\x91\xe7\xb9\x81</body></html>"


class DingTalkTenant(TenantApp):
    """One DingTalk organisation over the simulated company."""

    more_faults: ClassVar[Mapping[str, str]] = {
        "quota_left": "requests until the month's allowance is used up",
        "banned": "our address is banned: every answer is an HTML page",
        **ROBOT_FAULTS,
    }

    def __init__(self, place: Place) -> None:
        self._tokens: dict[str, float] = {}
        self._issued = 0
        self._used = 0
        self._made: dict[str, Any] = {}
        self._rows: Entities | None = None
        self._messages = Messages(self)
        super().__init__(place)

    def routes(self) -> Sequence[tuple[str, str, Kind, Handler]]:
        """Everything served."""
        ats, hrm = "/v1.0/ats", "/v1.0/hrm"
        return [
            ("POST", "/v1.0/oauth2/accessToken", "open", self._token),
            ("POST", f"{ats}/flows/search", "read", self._search),
            ("GET", f"{ats}/flows/{{id}}/info", "read", self._flow),
            ("GET", f"{ats}/jobs/{{id}}/info", "read", self._job),
            ("POST", f"{ats}/candidates/query", "read", self._candidates),
            ("POST", f"{ats}/interviews/query", "read", self._interviews),
            ("POST", f"{hrm}/rosters/lists/query", "read", self._roster),
            ("GET", f"{hrm}/employees/dismissions", "read", self._dismissed),
            ("GET", f"{hrm}/employees/dimissionInfos", "read", self._leavers),
            ("POST", "/topapi/smartwork/hrm/employee/queryonjob", "read", self._on_job),
            *self._messages.routes(),
        ]

    async def authenticate(self, request: Request, *, forget: bool) -> None:
        """A token passes: in a header, or for the older interface in the query."""
        if self.faults.level("banned"):
            self.faults.fired["banned"] += 1
            raise RefusedError(200, "", "banned")
        if self._messages.is_robot(request):
            return
        token = request.headers.get(_HEADER) or request.query_params.get("access_token", "")
        if forget:
            self._tokens.pop(token, None)
        if self._tokens.get(token, 0) < time.monotonic():
            raise self._said(request, 401, "InvalidAuthentication", "不合法的access_token")
        allowance = int(self.faults.level("quota_left"))
        if allowance:
            self._used += 1
            if self._used > allowance:
                self.faults.fired["quota_left"] += 1
                raise self._said(request, 403, _QUOTA, "调用次数超过本月限额")

    def _said(self, request: Request, status: int, code: str, message: str) -> RefusedError:
        """The older interface answers 200 and says what is wrong in its body."""
        if _is_old(request):
            return RefusedError(200, str(_OLD_WORDS[code]), message)
        return RefusedError(status, code, message)

    def throttled(self) -> RefusedError:
        """The newer interface's words; see `refusal` for the older one's."""
        return RefusedError(403, _QPS, "qps limit")

    def refusal(self, refused: RefusedError) -> Response:
        """`{code, message, requestid}`, or `{errcode, errmsg}` where the code is a number."""
        if refused.message == "banned":
            return Response(_BANNED, media_type="text/html")
        if refused.code.isdigit():
            content: Json = {"errcode": int(refused.code), "errmsg": refused.message}
        else:
            requestid = secrets.token_hex(8)
            content = {"code": refused.code, "message": refused.message, "requestid": requestid}
        return json_answer(content, refused.status, refused.headers)

    def advanced(self) -> None:
        """Everything is made anew for the new instant."""
        self._rows = None
        self._made.clear()

    def state(self) -> dict[str, Any]:
        """Also how many tokens were issued."""
        return {**super().state(), "tokens_issued": self._issued}

    def _of(self, name: str) -> Any:
        """A list, made when it is first asked for."""
        if self._rows is None:
            self._rows = entities(self.place.company, self.place.clock.now())
        if name not in self._made:
            self._made[name] = getattr(records, name)(self._rows)
        return self._made[name]

    async def _token(self, request: Request) -> Response:
        body = await body_of(request)
        known = body.get("appKey") == APP_KEY and isinstance(body.get("appSecret"), str)
        if not known or not secrets.compare_digest(body["appSecret"], self.place.secret):
            raise RefusedError(400, "invalidClientIdOrSecret", "无效的clientId或者clientSecret")
        token = secrets.token_hex(16)
        self._tokens[token] = time.monotonic() + _LIFETIME_SECONDS
        self._issued += 1
        return json_answer({"accessToken": token, "expireIn": _LIFETIME_SECONDS})

    async def _search(self, request: Request) -> Response:
        body = await body_of(request)
        _wanted(request.query_params, "opUserId", OPERATOR)
        since, until = body.get("minModifyTimeMills"), body.get("maxModifyTimeMills")
        if not all(end is None or isinstance(end, int) for end in (since, until)):
            raise _invalid("minModifyTimeMills")
        ids = [flow["flowId"] for flow in self._of("flows").between(since, until)]
        page, end, more = self._cut(ids, body.get("cursor"), _size(body, "size", _FLOWS_CAP))
        answer = {"list": page, "hasMore": more, "totalCount": len(ids), "nextCursor": end}
        return json_answer(answer)

    async def _flow(self, request: Request) -> Response:
        return self._one("flows", request, "flow")

    async def _job(self, request: Request) -> Response:
        return self._one("jobs", request, "job")

    def _one(self, name: str, request: Request, noun: str) -> Response:
        found = self._of(name).by_id.get(request.path_params["id"])
        if found is None:
            raise RefusedError(404, f"{noun}NotExist", f"The {noun} does not exist")
        return json_answer(self.faults.reshaped(name, [found])[0])

    async def _candidates(self, request: Request) -> Response:
        body = await body_of(request)
        _wanted(request.query_params, "opUserId", OPERATOR)
        found = self._of("hired_candidates")
        page, end, more = self._cut(
            found, body.get("nextToken"), _size(body, "maxResults", _PAGE_CAP)
        )
        answer: Json = {"list": page, "hasMore": more, "totalCount": len(found)}
        if more:
            answer["nextToken"] = int(end)
        return json_answer(answer)

    async def _interviews(self, request: Request) -> Response:
        body = await body_of(request)
        _wanted(request.query_params, "bizCode", BIZ_CODE)
        found = self._of("interviews").get(body.get("candidateId"), [])
        page, end, more = self._cut(found, body.get("nextToken"), _size(body, "size", _PAGE_CAP))
        rows = self.faults.reshaped("interviews", page)
        answer = {"list": rows, "hasMore": more, "totalCount": len(found), "nextToken": end}
        return json_answer(answer)

    async def _roster(self, request: Request) -> Response:
        body = await body_of(request)
        ids = body.get("userIdList")
        if not isinstance(ids, list) or not 1 <= len(ids) <= _PEOPLE_CAP:
            raise _invalid("userIdList")
        people = self._of("roster")
        wanted = body.get("fieldFilterList") or []
        rows = [
            {
                "corpId": "dingyuanshan",
                "userId": one,
                "unionId": f"u{one}",
                "fieldDataList": records.field_data(people[one], wanted),
            }
            for one in ids
            if one in people
        ]
        return json_answer({"result": self.faults.reshaped("employees", rows)})

    async def _dismissed(self, request: Request) -> Response:
        query = dict(request.query_params)
        found = list(self._of("leavers"))
        size = _size({"maxResults": int(query.get("maxResults", "0"))}, "maxResults", _PAGE_CAP)
        page, end, more = self._cut(found, query.get("nextToken"), size)
        return json_answer({"userIdList": page, "hasMore": more, "nextToken": int(end)})

    async def _leavers(self, request: Request) -> Response:
        ids = json.loads(request.query_params.get("userIdList", "[]"))
        if not isinstance(ids, list) or not 1 <= len(ids) <= _PEOPLE_CAP:
            raise _invalid("userIdList")
        known = self._of("leavers")
        return json_answer({"result": [known[one] for one in ids if one in known]})

    async def _on_job(self, request: Request) -> Response:
        body = await body_of(request)
        gone = self._of("leavers")
        found = [one for one in self._of("roster") if one not in gone]
        size = _size(body, "size", _PAGE_CAP)
        page, end, more = self._cut(found, str(body.get("offset") or 0), size)
        result: Json = {"data_list": page}
        if more:
            result["next_cursor"] = int(end)
        return json_answer({"errcode": 0, "errmsg": "ok", "success": True, "result": result})

    def _cut(self, found: Sequence[Any], cursor: object, size: int) -> tuple[list[Any], str, bool]:
        """A page, where the next begins, and whether there is one."""
        text = str(cursor or "0")
        if not text.isdigit():
            raise _invalid("cursor")
        start = int(text)
        end = start + size
        return list(found[self.page_start(start) : end]), str(end), end < len(found)


def _is_old(request: Request) -> bool:
    return "/topapi/" in request.url.path


def _size(body: Mapping[str, Any], name: str, cap: int) -> int:
    size = body.get(name)
    if not isinstance(size, int) or not 1 <= size <= cap:
        raise _invalid(name)
    return size


def _wanted(query: Mapping[str, str], name: str, value: str) -> None:
    if query.get(name) != value:
        raise _invalid(name)


def _invalid(name: str) -> RefusedError:
    return RefusedError(400, "InvalidParameter", f"invalid parameter {name}")
