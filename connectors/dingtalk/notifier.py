"""Cards and calendar entries in DingTalk."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from pydantic import Field, model_validator

from connectors.channels.messages import CalendarEvent, Card
from connectors.channels.sink import Notifier, harmless_to_repeat
from connectors.channels.text import markdown
from connectors.dingtalk.client import DingTalkClient
from connectors.dingtalk.options import SYSTEM, DingTalkOptions, connector_spec
from connectors.http import HttpClient, HttpError, Limit, Signed
from connectors.http.exchange import Request
from connectors.http.secrets import secret
from connectors.options import checked_options, open_client
from talentloop.settings import Settings
from talentloop.strict import Strict

_MARKDOWN_BYTES = 4096
_CARDS = "v1.0/card/instances"
_CLIENT_TOKEN = "x-client-token"  # noqa: S105 - the name of a header


class Target(Strict):
    """Where a card goes: a group through the application, or through a robot of its own."""

    conversation: str = Field("", description="openConversationId of a group")
    webhook_token: str = Field("", description="Reference to the access_token of a group's robot")
    webhook_secret: str = Field("", description="Reference to the secret that robot signs with")

    @model_validator(mode="after")
    def _one_way(self) -> Target:
        robot = bool(self.webhook_token) and bool(self.webhook_secret)
        if robot == bool(self.conversation) or bool(self.webhook_token) != robot:
            raise ValueError("wants a conversation, or webhook_token and webhook_secret")
        return self


class DingTalkChannelOptions(DingTalkOptions):
    """One organisation's messages and calendar, from `config/channels/<name>.yml`."""

    operator_id: str = Field("", description="Not needed for messages")
    targets: dict[str, Target] = Field(default_factory=dict, description="Where cards go, by name")
    robot_code: str = Field("", description="robotCode that brings cards into groups")
    card_template_id: str = Field(
        "", description="Template with the parameters title, body, link and link_text"
    )
    calendar_owner: str = Field("", description="unionId in whose calendar appointments are made")
    robot_limit: Limit = Field(
        Limit.model_validate({"requests": 20, "seconds": 62}),
        description="Messages of one robot; what comes faster is dropped without a word",
    )

    @model_validator(mode="after")
    def _cards_have_a_template(self) -> DingTalkChannelOptions:
        in_groups = any(target.conversation for target in self.targets.values())
        if in_groups and not (self.robot_code and self.card_template_id):
            raise ValueError("cards in a conversation want robot_code and card_template_id")
        return self


class DingTalkNotifier(Notifier):
    """A Notifier over card instances, group robots and calendars.

    Raises:
        ConfigError: the options do not fit.
    """

    def __init__(
        self, settings: Settings, name: str, options: DingTalkChannelOptions | Mapping[str, Any]
    ) -> None:
        super().__init__(settings, name)
        self.options = checked_options(name, options, DingTalkChannelOptions, SYSTEM, "channel")
        robots = any(target.webhook_token for target in self.options.targets.values())
        self.harmless = frozenset({"event"} if robots else {"card", "event"})
        self._client = DingTalkClient(settings, name, self.options)
        self._robots: dict[str, HttpClient] = {}

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
        for client in self._robots.values():
            client.close()

    def send_card(self, key: str, target: str, card: Card, ref: str) -> str:
        """Send a card, or change the earlier one about the same thing; returns its outTrackId."""
        found = self.options.targets.get(target)
        if found is None:
            raise self.no_target(target)
        if found.webhook_token:
            self._through_robot(target, found, card)
            return ""
        data = {"cardParamMap": _parameters(card)}
        if ref:
            self._call("PUT", _CARDS, {"outTrackId": ref, "cardData": data})
            return ref
        body = {
            "cardTemplateId": self.options.card_template_id,
            "outTrackId": key,
            "cardData": data,
            "openSpaceId": f"dtv1.card//IM_GROUP.{found.conversation}",
            "imGroupOpenDeliverModel": {"robotCode": self.options.robot_code},
        }
        self._call("POST", f"{_CARDS}/createAndDeliver", body)
        return key

    def _through_robot(self, name: str, target: Target, card: Card) -> None:
        text = markdown(card, _MARKDOWN_BYTES)
        body = {"msgtype": "markdown", "markdown": {"title": card.title, "text": text}}
        where = f"{self.name} {name}"
        self._robot(name, target).post_json("robot/send", body, where=where, idempotent=False)

    def _robot(self, name: str, target: Target) -> HttpClient:
        """A client of the robot's own: it signs, and its limit is not the application's."""
        if name not in self._robots:
            changed = {"base_url": self.options.old_url, "limit": self.options.robot_limit}
            self._robots[name] = open_client(
                self.settings, f"{self.name}-{name}", self.options.model_copy(update=changed),
                connector_spec(), system=SYSTEM,
                auth=Signed(lambda request: self._signed(request, target)),
            )  # fmt: skip
        return self._robots[name]

    def _signed(self, request: Request, target: Target) -> Request:
        timestamp = str(round(self.settings.clock.now().timestamp() * 1000))
        key = secret(self.settings, target.webhook_secret, "robot secret")
        return request.with_params(
            {
                "access_token": secret(self.settings, target.webhook_token, "robot token"),
                "timestamp": timestamp,
                "sign": robot_sign(timestamp, key),
            }
        )

    def put_event(self, _key: str, event: CalendarEvent, ref: str) -> str:
        """Make, change or cancel an appointment; returns its id."""
        owner = self.options.calendar_owner
        if not owner:
            raise self.cannot("keep a calendar without calendar_owner")
        events = f"v1.0/calendar/users/{owner}/calendars/primary/events"
        if event.cancelled:
            if ref:
                self._delete(f"{events}/{ref}")
            return ref
        users = [p.ids[self.name] for p in event.attendees if self.name in p.ids]
        if not users:
            raise self.nobody_here()
        body = _fields(event, users)
        if ref:
            self._call("PUT", f"{events}/{ref}", body)
            return ref
        # Under a token of the appointment's own, so that making it twice makes it once.
        token = {_CLIENT_TOKEN: hashlib.sha256(event.uid.encode()).hexdigest()[:32]}
        return str(self._call("POST", events, body, token)["id"])

    def _delete(self, path: str) -> None:
        try:
            self._call("DELETE", path, None)
        except HttpError as error:
            if error.status != 404:  # it is gone already
                raise

    def _call(
        self, method: str, path: str, body: object, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        where = f"{self.name} {path.split('/')[1]}"
        with harmless_to_repeat():
            answer = self._client.send(
                method, path, body, headers=headers, where=where, idempotent=True
            )
        return dict(answer.data or {})


def robot_sign(timestamp: str, key: str) -> str:
    """The signature of a group robot's request, base64; the query encodes it.

    Args:
        timestamp: milliseconds since 1970.
        key: the robot's secret, which begins with SEC.
    """
    digest = hmac.new(key.encode(), f"{timestamp}\n{key}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _parameters(card: Card) -> dict[str, str]:
    body = markdown(card.model_copy(update={"link": ""}), _MARKDOWN_BYTES)
    return {
        "title": card.title,
        "body": body.partition("\n\n")[2],
        "link": card.link,
        "link_text": card.link_text,
    }


def _fields(event: CalendarEvent, users: list[str]) -> dict[str, Any]:
    def at(moment: str) -> dict[str, str]:
        return {"dateTime": moment, "timeZone": event.time_zone}

    return {
        "summary": event.summary,
        "description": "\n".join(filter(None, (event.description, event.link))),
        "start": at(event.local_start.isoformat()),
        "end": at(event.local_end.isoformat()),
        "attendees": [{"id": user} for user in users],
        "location": {"displayName": event.location},
        "reminders": [
            {"method": "dingtalk", "minutes": minutes} for minutes in event.reminders_minutes
        ],
    }
