"""Cards and calendar entries in WeCom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.channels.messages import CalendarEvent, Card
from connectors.channels.sink import Notifier, harmless_to_repeat
from connectors.channels.text import cut, markdown
from connectors.options import checked_options
from connectors.wecom.client import WecomClient
from connectors.wecom.options import SYSTEM, Target, WecomOptions
from talentloop.settings import Settings

_DUPLICATE_CHECK_SECONDS = 14_400  # the longest that the vendor takes
_ROBOT_BYTES = 4096
_MARKDOWN_BYTES = 2048
_CARD_LINES = 6
_SUMMARY, _DESCRIPTION = 128, 1000


class WecomNotifier(Notifier):
    """A Notifier over an application's messages, group robots and schedules.

    Raises:
        ConfigError: the options do not fit.
    """

    def __init__(
        self, settings: Settings, name: str, options: WecomOptions | Mapping[str, Any]
    ) -> None:
        super().__init__(settings, name)
        self.options = checked_options(name, options, WecomOptions, SYSTEM, "channel")
        if not any(target.webhook_key for target in self.options.targets.values()):
            self.harmless = frozenset({"card"})
        self._client = WecomClient(settings, name, self.options)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def send_card(self, _key: str, target: str, card: Card, _ref: str) -> str:
        """Send a card to a group or to people; returns the message's id, where it has one."""
        found = self.options.targets.get(target)
        if found is None:
            raise self.no_target(target)
        if found.webhook_key:
            content = {"content": markdown(card, _ROBOT_BYTES)}
            body = {"msgtype": "markdown", "markdown": content}
            self._client.post_robot(target, found.webhook_key, body)
            return ""
        return self._to_people(target, found, card)

    def _to_people(self, name: str, target: Target, card: Card) -> str:
        body = {
            "touser": "|".join(target.users),
            "agentid": self.options.agent_id,
            **_content(card),
            "enable_duplicate_check": 1,
            "duplicate_check_interval": _DUPLICATE_CHECK_SECONDS,
        }
        with harmless_to_repeat():
            answer = self._client.post("cgi-bin/message/send", body, idempotent=True)
        # Success although some, or all, of the recipients are unknown: the answer says which.
        unknown = [user for user in str(answer.get("invaliduser") or "").split("|") if user]
        self.note_refused(name, len(unknown), len(target.users))
        return str(answer.get("msgid") or "")

    def put_event(self, _key: str, event: CalendarEvent, ref: str) -> str:
        """Make, change or cancel a schedule; returns its schedule_id."""
        if event.cancelled:
            if ref:
                with harmless_to_repeat():
                    self._client.post(
                        "cgi-bin/oa/schedule/del", {"schedule_id": ref}, idempotent=True
                    )
            return ref
        if ref:
            changed = {"schedule": {**self._schedule(event), "schedule_id": ref}}
            with harmless_to_repeat():
                self._client.post("cgi-bin/oa/schedule/update", changed, idempotent=True)
            return ref
        new = {"schedule": self._schedule(event), "agentid": self.options.agent_id}
        answer = self._client.post("cgi-bin/oa/schedule/add", new, idempotent=False)
        return str(answer["schedule_id"])

    def _schedule(self, event: CalendarEvent) -> dict[str, Any]:
        users = [p.ids[self.name] for p in event.attendees if self.name in p.ids]
        if not users:
            raise self.nobody_here()
        schedule = {
            "admins": self.options.calendar_admins or users[:1],
            "start_time": int(event.starts_at.timestamp()),
            "end_time": int(event.ends_at.timestamp()),
            "attendees": [{"userid": user} for user in users],
            "summary": event.summary[:_SUMMARY],
            "description": "\n".join(filter(None, (event.description, event.link)))[:_DESCRIPTION],
            "location": event.location[:_SUMMARY],
            "reminders": _reminders(event),
        }
        return schedule | ({"cal_id": self.options.calendar_id} if self.options.calendar_id else {})


def _content(card: Card) -> dict[str, Any]:
    """A template card; without a link, which a template card must have, plain markdown."""
    if not card.link:
        content = {"content": markdown(card, _MARKDOWN_BYTES)}
        return {"msgtype": "markdown", "markdown": content}
    return {
        "msgtype": "template_card",
        "template_card": {
            "card_type": "text_notice",
            "main_title": {"title": cut(card.title, 120), "desc": cut("\n".join(card.paragraphs), 300)},
            "horizontal_content_list": [
                {"keyname": line.label, "value": cut(line.value, 300)}
                for line in card.lines[:_CARD_LINES]
            ],
            "card_action": {"type": 1, "url": card.link},
        },
    }  # fmt: skip


def _reminders(event: CalendarEvent) -> dict[str, Any]:
    if not event.reminders_minutes:
        return {"is_remind": 0}
    return {"is_remind": 1, "remind_before_event_secs": event.reminders_minutes[0] * 60}
