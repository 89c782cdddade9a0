"""Cards, group robots and calendars of the DingTalk stand-in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from connectors.sandbox.kit import RefusedError, TenantApp, body_of, json_answer
from connectors.sandbox.kit.app import Handler, Kind

CONVERSATION, CARD_TEMPLATE, ROBOT = "cid_hiring", "template-1.schema", "robot-1"
_CARDS, _EVENTS = "/v1.0/card/instances", "/v1.0/calendar/users/{owner}/calendars/primary/events"
_ROBOT_PATH = "/robot/send"
_ROBOT_MESSAGES, _ROBOT_SECONDS = 20, 60
_CLOCK_TOLERANCE_MS = 3_600_000
ROBOT_FAULTS = {
    "robot_messages": "messages of one robot in its window; more are dropped in silence (20)",
    "robot_seconds": "the window of a robot in seconds (60)",
}


class Messages:
    """Groups and calendars of one organisation. Its robot signs with the tenant's secret."""

    def __init__(self, tenant: TenantApp) -> None:
        self._tenant = tenant
        self._robot_times: deque[float] = deque()

    def routes(self) -> Sequence[tuple[str, str, Kind, Handler]]:
        """Cards, a robot, appointments."""
        return [
            ("POST", f"{_CARDS}/createAndDeliver", "write", self._deliver),
            ("PUT", _CARDS, "write", self._change),
            ("POST", _ROBOT_PATH, "write", self._robot),
            ("POST", _EVENTS, "write", self._make),
            ("PUT", f"{_EVENTS}/{{event}}", "write", self._move),
            ("DELETE", f"{_EVENTS}/{{event}}", "write", self._delete),
        ]

    def is_robot(self, request: Request) -> bool:
        """Whether a request is the robot's, which signs instead of carrying a token.

        Raises:
            RefusedError: it is, and the signature is not good.
        """
        if not request.url.path.endswith(_ROBOT_PATH):
            return False
        query, key = request.query_params, self._tenant.place.secret
        timestamp = query.get("timestamp", "")
        text = f"{timestamp}\n{key}".encode()
        due = base64.b64encode(hmac.new(key.encode(), text, hashlib.sha256).digest()).decode()
        if query.get("access_token") != key:
            raise RefusedError(200, "300001", "token is not exist")
        late = not timestamp.isdigit() or (
            abs(int(timestamp) - self._real_ms()) > _CLOCK_TOLERANCE_MS
        )
        if late or not hmac.compare_digest(due, query.get("sign", "")):
            raise RefusedError(200, "310000", "sign not match")
        return True

    def _real_ms(self) -> float:
        """Signatures follow the machine's time, not the simulated company's."""
        now = self._tenant.place.settings.clock.now().timestamp()
        return (now + self._tenant.faults.level("clock_skew_seconds")) * 1000

    async def _deliver(self, request: Request) -> Response:
        body = await body_of(request)
        known = (CARD_TEMPLATE, f"dtv1.card//IM_GROUP.{CONVERSATION}", ROBOT)
        model = body.get("imGroupOpenDeliverModel", {})
        if known != (body.get("cardTemplateId"), body.get("openSpaceId"), model.get("robotCode")):
            raise RefusedError(400, "param.error", "unknown template, conversation or robot")
        track = body.get("outTrackId")
        if not track:
            raise RefusedError(400, "param.error", "outTrackId is missing")
        if not self._tenant.written.values("card", track):
            self._put("card", track, {"parameters": _parameters(body)})
        return json_answer({"success": True, "result": {"outTrackId": track}})

    async def _change(self, request: Request) -> Response:
        body = await body_of(request)
        track = str(body.get("outTrackId"))
        if not self._tenant.written.values("card", track):
            raise RefusedError(400, "param.error", "unknown outTrackId")
        self._put("card", track, {"parameters": _parameters(body)})
        return json_answer({"success": True, "result": True})

    async def _robot(self, request: Request) -> Response:
        body = await body_of(request)
        if body.get("msgtype") != "markdown" or not body["markdown"].get("title"):
            raise RefusedError(200, "400101", "invalid message")
        faults, now = self._tenant.faults, time.monotonic()
        window = faults.level("robot_seconds", _ROBOT_SECONDS)
        while self._robot_times and self._robot_times[0] <= now - window:
            self._robot_times.popleft()
        if len(self._robot_times) >= faults.level("robot_messages", _ROBOT_MESSAGES):
            faults.fired["robot_dropped"] += 1
        else:
            self._robot_times.append(now)
            self._put("group_message", secrets.token_hex(8), {"text": body["markdown"]["text"]})
        return json_answer({"errcode": 0, "errmsg": "ok"})

    async def _make(self, request: Request) -> Response:
        body = self._appointment(await body_of(request))
        token = request.headers.get("x-client-token") or secrets.token_hex(16)
        event = hashlib.sha256(token.encode()).hexdigest()[:22]
        if not self._tenant.written.values("event", event):
            self._put("event", event, {**body, "status": "confirmed"})
        return json_answer({"id": event, **body})

    async def _move(self, request: Request) -> Response:
        event = self._known(request)
        self._put("event", event, self._appointment(await body_of(request)))
        return json_answer({"id": event})

    async def _delete(self, request: Request) -> Response:
        self._put("event", self._known(request), {"status": "cancelled"})
        return json_answer({})

    def _known(self, request: Request) -> str:
        event = str(request.path_params["event"])
        if self._tenant.written.values("event", event).get("status") != "confirmed":
            raise RefusedError(404, "eventNotExist", "the event does not exist")
        return event

    def _appointment(self, body: Mapping[str, Any]) -> dict[str, Any]:
        place = self._tenant.place
        staff = place.company.visible("employee", place.clock.now())["source_id"].to_pylist()
        asked = {str(each.get("id")) for each in body.get("attendees", [])}
        if not asked or asked - {f"u{one}" for one in staff}:
            raise RefusedError(400, "invalidParameter.attendees", "unknown attendee")
        if body["start"]["dateTime"] >= body["end"]["dateTime"] or not body.get("summary"):
            raise RefusedError(400, "invalidParameter.time", "an event ends after it starts")
        return {name: body[name] for name in ("summary", "start", "end", "attendees", "location")}

    def _put(self, collection: str, key: str, fields: Mapping[str, Any]) -> None:
        self._tenant.written.put(collection, key, fields, self._tenant.now_ms(), "api")


def _parameters(body: Mapping[str, Any]) -> Mapping[str, str]:
    found = body.get("cardData", {}).get("cardParamMap")
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise RefusedError(400, "param.error", "cardParamMap wants texts")
    return found
