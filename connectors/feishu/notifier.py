"""Cards and calendar entries in Feishu."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Literal

import orjson
from pydantic import Field

from connectors.channels.messages import CalendarEvent, Card
from connectors.channels.sink import MessageRefusedError, Notifier, harmless_to_repeat
from connectors.channels.text import cut
from connectors.feishu.client import FeishuClient, data_of
from connectors.feishu.options import SYSTEM, FeishuOptions
from connectors.http import HttpError, Limit, RetryClass
from connectors.options import checked_options
from talentloop.settings import Settings
from talentloop.strict import Strict

_CARD_BYTES = 30 * 1024
_TEXT_BYTES, _LINE_BYTES = 16 * 1024, 400
_COLOURS = {"neutral": "blue", "good": "green", "warning": "orange"}
_MESSAGES = "open-apis/im/v1/messages"
_CALENDARS = "open-apis/calendar/v4/calendars"


class Target(Strict):
    """Where a card goes: a group by its chat_id, or a person."""

    type: Literal["chat_id", "open_id", "user_id", "email"] = "chat_id"
    id: str = Field(min_length=1)


class FeishuChannelOptions(FeishuOptions):
    """One tenant's messages and calendar, from `config/channels/<name>.yml`."""

    limit: Limit | None = Field(
        Limit.model_validate({"requests": 5, "seconds": 1}),
        description="Requests; the vendor takes five a second for one group",
    )
    targets: dict[str, Target] = Field(default_factory=dict, description="Where cards go, by name")
    calendar_id: str = Field("primary", description="Calendar in which appointments are made")
    gone_codes: list[str] = Field(
        ["193003"], description="Codes that say that an appointment is deleted already"
    )


class FeishuNotifier(Notifier):
    """A Notifier over im/v1/messages and calendar/v4.

    Raises:
        ConfigError: the options do not fit.
    """

    harmless = frozenset({"card", "event"})

    def __init__(
        self, settings: Settings, name: str, options: FeishuChannelOptions | Mapping[str, Any]
    ) -> None:
        super().__init__(settings, name)
        self.options = checked_options(name, options, FeishuChannelOptions, SYSTEM, "channel")
        self._client = FeishuClient(settings, name, self.options)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def send_card(self, key: str, target: str, card: Card, ref: str) -> str:
        """Send a card, or change the earlier one about the same thing; returns its message_id."""
        content = card_json(card)
        if ref and self._changed(ref, content):
            return ref
        found = self.options.targets.get(target)
        if found is None:
            raise self.no_target(target)
        body = {"receive_id": found.id, "msg_type": "interactive", "content": content, "uuid": key}
        answer = self._call("POST", _MESSAGES, body, {"receive_id_type": found.type})
        return str(answer["message_id"])

    def _changed(self, message: str, content: str) -> bool:
        """Whether the card could be changed; one that is too old is said anew."""
        try:
            self._call("PATCH", f"{_MESSAGES}/{message}", {"content": content})
        except HttpError as error:
            if error.retry_class is RetryClass.PERMANENT:
                return False
            raise
        return True

    def put_event(self, _key: str, event: CalendarEvent, ref: str) -> str:
        """Make, change or cancel an appointment and its attendees; returns its event_id."""
        events = f"{_CALENDARS}/{self.options.calendar_id}/events"
        if event.cancelled:
            if ref:
                self._delete(f"{events}/{ref}")
            return ref
        users = [p.ids[self.name] for p in event.attendees if self.name in p.ids]
        if not users:
            raise self.nobody_here()
        if ref:
            self._call("PATCH", f"{events}/{ref}", _fields(event))
        else:
            # Under a key of the appointment's own, so that making it twice makes it once.
            made = {"idempotency_key": hashlib.sha256(event.uid.encode()).hexdigest()[:32]}
            ref = str(self._call("POST", events, _fields(event), made)["event"]["event_id"])
        self._invite(f"{events}/{ref}/attendees", users)
        return ref

    def _invite(self, path: str, users: list[str]) -> None:
        """Exactly these people are invited."""
        kind = {"user_id_type": self.options.user_id_type}
        pages = self._client.pages(path, {**kind, "page_size": "100"})
        known = {
            str(person["user_id"]): str(person["attendee_id"])
            for _, people in pages
            for person in people
            if person.get("type") == "user" and not person.get("is_organizer")
        }
        new = [{"type": "user", "user_id": user} for user in users if user not in known]
        gone = [attendee for user, attendee in known.items() if user not in users]
        if new:
            self._call("POST", path, {"attendees": new, "need_notification": True}, kind)
        if gone:
            self._call("POST", f"{path}/batch_delete", {"attendee_ids": gone}, kind)

    def _delete(self, path: str) -> None:
        try:
            self._call("DELETE", path, None, {"need_notification": "true"})
        except HttpError as error:
            if error.code not in self.options.gone_codes:
                raise

    def _call(
        self, method: str, path: str, body: object, params: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        where = f"{self.name} {path.removeprefix('open-apis/').partition('/')[0]}"
        with harmless_to_repeat():
            answer = self._client.send(method, path, body, params, where=where, idempotent=True)
        return data_of(answer)


def card_json(card: Card) -> str:
    """The card in the vendor's form, as the text that messages carry.

    Raises:
        MessageRefusedError: it is longer than the vendor takes.
    """
    colon = "：" if card.language == "zh" else ": "
    texts = [cut("\n\n".join(card.paragraphs), _TEXT_BYTES)] if card.paragraphs else []
    texts += [cut(f"{line.label}{colon}{line.value}", _LINE_BYTES) for line in card.lines]
    elements: list[dict[str, Any]] = [
        {"tag": "div", "text": {"tag": "plain_text", "content": text}} for text in texts
    ]
    if card.link:
        words = {"tag": "plain_text", "content": card.link_text or card.link}
        button = {"tag": "button", "type": "primary", "text": words, "url": card.link}
        elements.append({"tag": "action", "actions": [button]})
    content = {
        "config": {"update_multi": True, "wide_screen_mode": True},
        "header": {
            "title": {"tag": "plain_text", "content": card.title},
            "template": _COLOURS[card.tone],
        },
        "elements": elements,
    }
    text = orjson.dumps(content)
    if len(text) > _CARD_BYTES:
        raise MessageRefusedError(
            f"The card has {len(text)} bytes; {_CARD_BYTES} are taken",
            where="config/messages", remedy="Give the message fewer lines.",
        )  # fmt: skip
    return text.decode()


def _fields(event: CalendarEvent) -> dict[str, Any]:
    def at(seconds: float) -> dict[str, str]:
        return {"timestamp": str(int(seconds)), "timezone": event.time_zone}

    return {
        "summary": event.summary,
        "description": "\n".join(filter(None, (event.description, event.link))),
        "start_time": at(event.starts_at.timestamp()),
        "end_time": at(event.ends_at.timestamp()),
        "location": {"name": event.location},
        "reminders": [{"minutes": minutes} for minutes in event.reminders_minutes],
        "need_notification": True,
    }
