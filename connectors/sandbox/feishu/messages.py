"""Messages and calendars of the Feishu stand-in."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from connectors.sandbox.kit import RefusedError, TenantApp, body_of, json_answer
from connectors.sandbox.kit.app import Handler, Kind

_IM, _CALENDAR = "/open-apis/im/v1/messages", "/open-apis/calendar/v4/calendars/{calendar}/events"
_CARD_BYTES = 30 * 1024
_TIMES = ("start_time", "end_time")
CHAT = "oc_hiring"


class Messages:
    """Groups, people and calendars of one tenant."""

    def __init__(self, tenant: TenantApp) -> None:
        self._tenant = tenant

    def routes(self) -> Sequence[tuple[str, str, Kind, Handler]]:
        """Messages and appointments."""
        event = f"{_CALENDAR}/{{event}}"
        return [
            ("POST", _IM, "write", self._send),
            ("PATCH", f"{_IM}/{{message}}", "write", self._change),
            ("POST", _CALENDAR, "write", self._make),
            ("PATCH", event, "write", self._move),
            ("DELETE", event, "write", self._delete),
            ("GET", f"{event}/attendees", "read", self._attendees),
            ("POST", f"{event}/attendees", "write", self._invite),
            ("POST", f"{event}/attendees/batch_delete", "write", self._uninvite),
        ]

    async def _send(self, request: Request) -> Response:
        body, kind = await body_of(request), request.query_params.get("receive_id_type")
        known = {CHAT} if kind == "chat_id" else self._members()
        if body.get("receive_id") not in known:
            raise RefusedError(400, "230001", "invalid receive_id")
        if body.get("msg_type") != "interactive":
            raise RefusedError(400, "230001", "invalid msg_type")
        content = _checked(body.get("content"))
        uuid = body.get("uuid") or secrets.token_hex(16)
        message = f"om_{hashlib.sha256(str(uuid).encode()).hexdigest()[:24]}"
        if not self._tenant.written.values("message", message):
            self._put("message", message, {"to": body["receive_id"], "card": content})
        return _good({"message_id": message})

    async def _change(self, request: Request) -> Response:
        message = request.path_params["message"]
        known = self._tenant.written.values("message", message)
        if not known:
            raise RefusedError(400, "230011", "the message was recalled")
        if not known["card"].get("config", {}).get("update_multi"):
            raise RefusedError(400, "230099", "the card cannot be changed")
        self._put("message", message, {"card": _checked((await body_of(request)).get("content"))})
        return _good({})

    async def _make(self, request: Request) -> Response:
        body = _appointment(await body_of(request))
        key = request.query_params.get("idempotency_key") or secrets.token_hex(16)
        event = f"{hashlib.sha256(key.encode()).hexdigest()[:24]}_0"
        if not self._tenant.written.values("event", event):
            self._put("event", event, {**body, "status": "confirmed", "attendees": {}})
        return _good({"event": {"event_id": event, **body}})

    async def _move(self, request: Request) -> Response:
        event = self._known(request)
        self._put("event", event, _appointment(await body_of(request)))
        return _good({"event": {"event_id": event}})

    async def _delete(self, request: Request) -> Response:
        self._put("event", self._known(request), {"status": "cancelled"})
        return _good({})

    async def _attendees(self, request: Request) -> Response:
        people: Mapping[str, str] = self._kept(self._known(request))["attendees"]
        items = [{"type": "user", "user_id": u, "attendee_id": a} for u, a in people.items()]
        return _good({"items": items, "has_more": False, "page_token": ""})

    async def _invite(self, request: Request) -> Response:
        event, body = self._known(request), await body_of(request)
        users = [str(each.get("user_id")) for each in body.get("attendees", [])]
        if set(users) - self._members():
            raise RefusedError(400, "190002", "invalid user_id")
        people = dict(self._kept(event)["attendees"])
        people.update((user, f"user_{user}") for user in users)
        self._put("event", event, {"attendees": people})
        return _good({})

    async def _uninvite(self, request: Request) -> Response:
        event, body = self._known(request), await body_of(request)
        gone = set(body.get("attendee_ids", []))
        people = {u: a for u, a in self._kept(event)["attendees"].items() if a not in gone}
        self._put("event", event, {"attendees": people})
        return _good({})

    def _known(self, request: Request) -> str:
        event = str(request.path_params["event"])
        kept = self._kept(event)
        if not kept:
            raise RefusedError(404, "193001", "the event does not exist")
        if kept["status"] == "cancelled":
            raise RefusedError(400, "193003", "the event is deleted")
        return event

    def _kept(self, event: str) -> Mapping[str, Any]:
        return self._tenant.written.values("event", event)

    def _put(self, collection: str, key: str, fields: Mapping[str, Any]) -> None:
        self._tenant.written.put(collection, key, fields, self._tenant.now_ms(), "api")

    def _members(self) -> set[str]:
        place = self._tenant.place
        return set(place.company.visible("employee", place.clock.now())["source_id"].to_pylist())


def _good(data: Mapping[str, Any]) -> Response:
    return json_answer({"code": 0, "msg": "success", "data": data})


def _checked(content: object) -> dict[str, Any]:
    """A card: JSON in a text, of at most 30 KB, with a head and elements."""
    if not isinstance(content, str) or len(content.encode()) > _CARD_BYTES:
        raise RefusedError(400, "230025", "content is no text, or too long")
    try:
        card = json.loads(content)
    except ValueError:
        card = None
    if not isinstance(card, dict) or not card.get("elements") or "header" not in card:
        raise RefusedError(400, "230099", "invalid card")
    return card


def _appointment(body: Mapping[str, Any]) -> dict[str, Any]:
    times = [body.get(name, {}).get("timestamp", "") for name in _TIMES]
    if not all(text.isdigit() for text in times) or int(times[0]) >= int(times[1]):
        raise RefusedError(400, "190002", "invalid start_time or end_time")
    return {name: body[name] for name in (*_TIMES, "summary", "description", "location")}
