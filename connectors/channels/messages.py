"""What is said, whatever says it: a card, an invitation by mail, an entry in a calendar."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, model_validator

from talentloop.strict import Strict

Language = Literal["zh", "en"]
Tone = Literal["neutral", "good", "warning"]

#: Whatever could start a new header or hide text: control characters and line separators.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
#: One address without a name, comment or quoted part: what every system takes.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def _one_line(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("must be one line without control characters")
    return text


def _address(text: str) -> str:
    if len(text) > 254 or not _ADDRESS.fullmatch(text):
        raise ValueError("is not an e-mail address")
    return text


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("needs a time zone")
    return moment.astimezone(UTC)


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is not a time zone such as Asia/Shanghai")
    return name


def _web(link: str) -> str:
    if link and not re.fullmatch(r"https?://[^\s\x00-\x1f]+", link):
        raise ValueError("is not a web address")
    return link


OneLine = Annotated[str, AfterValidator(_one_line)]
Address = Annotated[str, AfterValidator(_address)]
Instant = Annotated[datetime, AfterValidator(_aware)]
Zone = Annotated[str, AfterValidator(_zone)]
Link = Annotated[str, AfterValidator(_web)]


class Line(Strict):
    """One labelled value of a card."""

    label: OneLine
    value: OneLine


class Card(Strict):
    """A short message with a link.

    Attributes:
        tone: colours the head where a channel has colours.
    """

    language: Language
    title: OneLine = Field(min_length=1, max_length=200)
    paragraphs: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    link: Link = ""
    link_text: OneLine = ""
    tone: Tone = "neutral"

    @property
    def plain(self) -> str:
        """The card as text, without its title."""
        lines = [f"{line.label}：{line.value}" for line in self.lines]
        if self.language == "en":
            lines = [f"{line.label}: {line.value}" for line in self.lines]
        last = [f"{self.link_text} {self.link}".strip()] if self.link else []
        return "\n".join([*self.paragraphs, *lines, *last])


class Participant(Strict):
    """Somebody who is invited.

    Attributes:
        name: as it is shown.
        address: e-mail address, where there is one.
        ids: user id by channel name, for those inside the tenant.
    """

    name: OneLine
    address: Address | None = None
    ids: dict[str, str] = Field(default_factory=dict)


class CalendarEvent(Strict):
    """An appointment. The same `uid` with a higher `sequence` is the same appointment, changed.

    Attributes:
        starts_at, ends_at: instants, UTC.
        time_zone: zone in which people read them.
        reminders_minutes: minutes before the start.
        cancelled: takes the appointment back.
    """

    uid: OneLine = Field(min_length=1, max_length=200)
    sequence: int = Field(0, ge=0)
    starts_at: Instant
    ends_at: Instant
    time_zone: Zone
    summary: OneLine = Field(min_length=1)
    description: str = ""
    location: OneLine = ""
    link: Link = ""
    organizer: Participant
    attendees: tuple[Participant, ...] = Field(min_length=1)
    reminders_minutes: tuple[int, ...] = (15,)
    cancelled: bool = False

    @model_validator(mode="after")
    def _lasts(self) -> CalendarEvent:
        if self.ends_at <= self.starts_at:
            raise ValueError("an appointment must end after it starts")
        return self

    @property
    def local_start(self) -> datetime:
        """The start as people read it."""
        return self.starts_at.astimezone(ZoneInfo(self.time_zone))

    @property
    def local_end(self) -> datetime:
        """The end as people read it."""
        return self.ends_at.astimezone(ZoneInfo(self.time_zone))


class Invitation(Strict):
    """A mail to one person, with the appointment and a QR code of the link where they are given.

    Attributes:
        card: what the mail says; its title is the subject.
        with_qr: shows the card's link as a QR code too.
    """

    to: Participant
    card: Card
    event: CalendarEvent | None = None
    with_qr: bool = False

    @model_validator(mode="after")
    def _reachable(self) -> Invitation:
        if self.to.address is None:
            raise ValueError("an invitation by mail wants an address")
        if self.with_qr and not self.card.link:
            raise ValueError("a QR code wants a link")
        return self
