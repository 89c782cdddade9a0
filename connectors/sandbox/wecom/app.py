"""A corporation in WeCom: tokens, messages, group robots that drop what comes too fast, schedules."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import orjson
from starlette.requests import Request
from starlette.responses import Response

from connectors.sandbox.kit import Place, RefusedError, TenantApp, body_of, json_answer
from connectors.sandbox.kit.app import Handler, Kind

#: The simulated corporation. Its secret, which its robots take as their key too, is the place's.
CORP_ID, AGENT_ID = "wwsimulated0000001", 1000002
_TOKEN_SECONDS = 7200
_ROBOT_MESSAGES, _ROBOT_SECONDS = 20, 60
_LONGEST_CHECK = 14_400
_MARKDOWN_BYTES = {"webhook": 4096, "message": 2048}
_CARD = {"card_type", "main_title", "card_action"}


class WecomTenant(TenantApp):
    """A WeCom corporation whose members are the simulated company's employees."""

    more_faults: ClassVar[Mapping[str, str]] = {
        "robot_messages": "messages of one robot in its window; more are dropped in silence (20)",
        "robot_seconds": "the window of a robot in seconds (60)",
        "busy_every": "every n-th call: the system is busy (-1)",
    }

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._tokens: set[str] = set()
        self._robots: dict[str, deque[float]] = defaultdict(deque)
        self._said: dict[str, tuple[float, str]] = {}

    def routes(self) -> Sequence[tuple[str, str, Kind, Handler]]:
        """Tokens, messages, robots, schedules."""
        return [
            ("GET", "/cgi-bin/gettoken", "open", self._token),
            ("POST", "/cgi-bin/message/send", "write", self._message),
            ("POST", "/cgi-bin/webhook/send", "write", self._robot),
            ("POST", "/cgi-bin/oa/schedule/add", "write", self._add),
            ("POST", "/cgi-bin/oa/schedule/update", "write", self._update),
            ("POST", "/cgi-bin/oa/schedule/del", "write", self._delete),
        ]

    async def authenticate(self, request: Request, *, forget: bool) -> None:
        """A good token, or a robot's own key."""
        if request.url.path.endswith("/webhook/send"):
            if request.query_params.get("key") != self.place.secret:
                raise RefusedError(200, "93000", "invalid webhook url")
            return
        token = request.query_params.get("access_token", "")
        if forget:
            self._tokens.discard(token)
        if token not in self._tokens:
            raise RefusedError(200, "40014", "invalid access_token")
        if self.faults.level("busy_every") and self._busy():
            raise RefusedError(200, "-1", "system busy")

    def _busy(self) -> bool:
        self.faults.fired["asked"] += 1
        return self.faults.fired["asked"] % int(self.faults.level("busy_every")) == 0

    def refusal(self, refused: RefusedError) -> Response:
        """Errors come with status 200."""
        status = refused.status if refused.status >= 500 else 200
        return json_answer({"errcode": int(refused.code), "errmsg": refused.message}, status)

    def throttled(self) -> RefusedError:
        """A limit by the minute."""
        return RefusedError(200, "45009", "reach max api daily quota limit")

    def broken(self) -> RefusedError:
        """The system is busy."""
        return RefusedError(500, "-1", "system busy")

    async def _token(self, request: Request) -> Response:
        asked = request.query_params
        if (asked.get("corpid"), asked.get("corpsecret")) != (CORP_ID, self.place.secret):
            return json_answer({"errcode": 40001, "errmsg": "invalid credential"})
        token = secrets.token_urlsafe(48)
        self._tokens.add(token)
        return _ok(access_token=token, expires_in=_TOKEN_SECONDS)

    async def _message(self, request: Request) -> Response:
        body = await body_of(request)
        if body.get("agentid") != AGENT_ID:
            raise RefusedError(200, "301002", "not allow operate another agent")
        _check_content(body, "message")
        asked = [user for user in str(body.get("touser", "")).split("|") if user]
        unknown = sorted(set(asked) - self._members())
        if not set(asked) - set(unknown):
            raise RefusedError(200, "81013", "user & party & tag all invalid")
        message = self._duplicate(body) or secrets.token_hex(8)
        self._remember(body, message)
        known = [user for user in asked if user not in unknown]
        said = {"to": known, "content": _content(body)}
        self.written.put("message", message, said, self.now_ms(), "api")
        return _ok(invaliduser="|".join(unknown), msgid=message, response_code=secrets.token_hex(8))

    def _duplicate(self, body: Mapping[str, Any]) -> str:
        """The message that said the same lately, where the check is asked for."""
        if not body.get("enable_duplicate_check"):
            return ""
        within = min(int(body.get("duplicate_check_interval", 1800)), _LONGEST_CHECK)
        at, message = self._said.get(_digest(body), (0.0, ""))
        return message if message and self.now().timestamp() - at <= within else ""

    def _remember(self, body: Mapping[str, Any], message: str) -> None:
        self._said.setdefault(_digest(body), (self.now().timestamp(), message))

    async def _robot(self, request: Request) -> Response:
        body = await body_of(request)
        _check_content(body, "webhook")
        times = self._robots[request.query_params["key"]]
        now = time.monotonic()
        window = self.faults.level("robot_seconds", _ROBOT_SECONDS)
        while times and times[0] <= now - window:
            times.popleft()
        if len(times) >= self.faults.level("robot_messages", _ROBOT_MESSAGES):
            self.faults.fired["robot_dropped"] += 1
            return _ok()
        times.append(now)
        said = {"content": _content(body)}
        self.written.put("group_message", secrets.token_hex(8), said, self.now_ms(), "api")
        return _ok()

    async def _add(self, request: Request) -> Response:
        schedule = (await body_of(request)).get("schedule", {})
        self._check_schedule(schedule)
        made = secrets.token_hex(16)
        self._keep(made, schedule, "confirmed")
        return _ok(schedule_id=made)

    async def _update(self, request: Request) -> Response:
        schedule = (await body_of(request)).get("schedule", {})
        known = self._known(schedule.get("schedule_id"))
        self._check_schedule(schedule)
        self._keep(known, schedule, "confirmed")
        return _ok(schedule_id=known)

    async def _delete(self, request: Request) -> Response:
        known = self._known((await body_of(request)).get("schedule_id"))
        self.written.put("schedule", known, {"state": "deleted"}, self.now_ms(), "api")
        return _ok()

    def _keep(self, key: str, schedule: Mapping[str, Any], state: str) -> None:
        fields = {"schedule": {k: v for k, v in schedule.items() if k != "schedule_id"}}
        self.written.put("schedule", key, {**fields, "state": state}, self.now_ms(), "api")

    def _known(self, key: object) -> str:
        if not isinstance(key, str) or not self.written.values("schedule", key):
            raise RefusedError(200, "40058", "invalid schedule_id")
        return key

    def _check_schedule(self, schedule: Mapping[str, Any]) -> None:
        users = {str(each.get("userid")) for each in schedule.get("attendees", [])}
        if not users or users - self._members():
            raise RefusedError(200, "40003", "invalid userid")
        if not schedule.get("admins") or schedule["end_time"] <= schedule["start_time"]:
            raise RefusedError(200, "40058", "invalid schedule")
        if len(schedule["summary"]) > 128 or len(schedule.get("description", "")) > 1000:
            raise RefusedError(200, "40058", "summary or description too long")

    def _members(self) -> set[str]:
        """User ids: the employees' own numbers."""
        employees = self.place.company.visible("employee", self.place.clock.now())
        return set(employees["source_id"].to_pylist())


def _ok(**fields: Any) -> Response:
    return json_answer({"errcode": 0, "errmsg": "ok", **fields})


def _content(body: Mapping[str, Any]) -> Any:
    return body[body["msgtype"]]


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _check_content(body: Mapping[str, Any], way: str) -> None:
    kind = body.get("msgtype")
    if kind == "markdown":
        if len(body["markdown"]["content"].encode()) > _MARKDOWN_BYTES[way]:
            raise RefusedError(200, "45002", "content size out of limit")
    elif kind == "template_card" and way == "message":
        if _CARD - body["template_card"].keys() or not body["template_card"]["card_action"]["url"]:
            raise RefusedError(200, "42014", "invalid template_card")
    else:
        raise RefusedError(200, "40008", "invalid message type")
