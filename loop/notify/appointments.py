"""Appointments: the candidate is written to, the interviewers' calendars are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from connectors.channels.appointment import appointment_uid
from connectors.channels.channel import list_channels
from connectors.channels.messages import (
    Address,
    CalendarEvent,
    Card,
    Instant,
    Invitation,
    Language,
    Link,
    OneLine,
    Participant,
    Zone,
)
from connectors.channels.policy import load_policy
from connectors.channels.templates import load_template
from connectors.outbox import enqueue_one
from talentloop.errors import ConfigError
from talentloop.ids import keyed_hash
from talentloop.ops import session
from talentloop.ops.models import CalendarEntry
from talentloop.settings import Settings
from talentloop.strict import Strict

_WEEKDAYS = "一二三四五六日"


class Meeting(Strict):
    """An interview, as people are told of it.

    Attributes:
        key: id of the interview; the same one again is the same appointment, changed.
        candidate: has an address; candidates are outside the tenant.
        interviewers: have a user id in a channel that keeps calendars, or an address.
        time_zone: the candidate's and the interviewers' (times are written in it).
        candidate_link: page of the interview for the candidate; shown as a QR code too.
        interviewer_link: the score sheet.
        organizer_name, organizer_address: whom the candidate's answer reaches.
        language: of what the candidate reads.
    """

    key: str = Field(min_length=1)
    round: int = Field(1, ge=1)
    job_title: OneLine
    candidate: Participant
    interviewers: tuple[Participant, ...] = Field(min_length=1)
    starts_at: Instant
    ends_at: Instant
    time_zone: Zone = "Asia/Shanghai"
    location: OneLine = ""
    candidate_link: Link = ""
    interviewer_link: Link = ""
    organizer_name: OneLine = "TalentLoop"
    organizer_address: Address
    language: Language = "zh"


@dataclass
class Told:
    """Who is told.

    Attributes:
        uid: of the appointment.
        sequence: version of it; the same when nothing changed.
        items: idempotency keys in the outbox, the candidate's first.
        unreached: people who have neither an address nor a user id in any channel.
    """

    uid: str
    sequence: int
    items: list[str] = field(default_factory=list)
    unreached: int = 0


def invite(settings: Settings, meeting: Meeting) -> Told:
    """Queue invitation and calendar entries of an interview; unchanged, queues nothing again.

    Raises:
        ConfigError: a channel, a template or the policy does not fit.
    """
    return _tell(settings, meeting, cancelled=False)


def reschedule(settings: Settings, meeting: Meeting) -> Told:
    """Queue what tells of a changed interview: the same appointment, its next version.

    Raises:
        ConfigError: nobody was invited to it, or as for `invite`.
    """
    _known(settings, meeting.key)
    return _tell(settings, meeting, cancelled=False)


def cancel(settings: Settings, key: str) -> Told:
    """Queue what takes an interview back, with everybody who was told of it.

    Args:
        key: id of the interview.

    Raises:
        ConfigError: nobody was invited to it, or as for `invite`.
    """
    return _tell(settings, _known(settings, key), cancelled=True)


def _known(settings: Settings, key: str) -> Meeting:
    with session(settings) as db:
        entry = db.get(CalendarEntry, appointment_uid(settings, key))
    if entry is None:
        raise ConfigError(
            "Nobody was invited to this interview",
            where="interview of that key",
            remedy="Invite first; or check the key.",
        )
    return Meeting.model_validate(entry.content["meeting"])


def _tell(settings: Settings, meeting: Meeting, *, cancelled: bool) -> Told:
    """Note the version and queue what tells of it, all or nothing."""
    uid = appointment_uid(settings, meeting.key)
    content = {"meeting": meeting.model_dump(mode="json"), "cancelled": cancelled}
    with session(settings) as db:
        entry = db.get(CalendarEntry, uid)
        earlier = dict(entry.content) if entry else {}
        if entry is None:
            entry = CalendarEntry(uid=uid, sequence=0, content=content, updated_at=_now(settings))
            db.add(entry)
        elif entry.content != content:
            entry.sequence += 1
            entry.content, entry.updated_at = content, _now(settings)
        told = Told(uid, entry.sequence)
        routes, told.unreached = _routes(settings, meeting)
        version = _Version(settings, db, told, meeting, cancelled)
        for route in routes:
            version.tell(route)
        if earlier:
            before = Meeting.model_validate(earlier["meeting"])
            gone = _Version(settings, db, told, before, cancelled=True)
            for route in _routes(settings, before)[0]:
                if route.place not in {kept.place for kept in routes}:
                    gone.tell(route)  # whoever is no longer asked has it taken back
    return told


def _now(settings: Settings) -> datetime:
    return settings.clock.now()


@dataclass(frozen=True)
class _Route:
    """Where some of those who meet are told of it."""

    destination: str
    operation: Literal["invitation", "event"]
    part: str  # tells the mails of one appointment apart
    people: tuple[Participant, ...]
    is_candidate: bool = False
    language: Language = "zh"

    @property
    def place(self) -> tuple[str, str, str]:
        """What stays the same through the versions of an appointment."""
        return self.destination, self.operation, self.part


def _routes(settings: Settings, meeting: Meeting) -> tuple[list[_Route], int]:
    """How each person is reached, the candidate first; and how many cannot be."""
    channels = list_channels(settings)
    mail = next((each for each in channels if each.invitations), None)
    routes: list[_Route] = []
    left = list(meeting.interviewers)
    for each in (one for one in channels if one.calendar):
        here = tuple(person for person in left if each.name in person.ids)
        left = [person for person in left if each.name not in person.ids]
        if here:
            routes.append(_Route(each.name, "event", "", here, language=each.language))
    unreached = 0
    for number, person in enumerate((meeting.candidate, *left)):
        if mail is None or person.address is None:
            unreached += 1
            continue
        part = "-" + keyed_hash(settings, person.address)[:12]
        language = mail.language if number else meeting.language
        route = _Route(mail.name, "invitation", part, (person,), number == 0, language)
        routes.insert(0, route) if number == 0 else routes.append(route)
    return routes, unreached


@dataclass
class _Version:
    """One version of an appointment on its way into the outbox."""

    settings: Settings
    db: Session
    told: Told
    meeting: Meeting
    cancelled: bool

    def tell(self, route: _Route) -> None:
        """Queue what one route carries."""
        said: BaseModel
        if route.operation == "event":
            said = self._interviewers_event(route.people, route.language)
        else:
            if route.is_candidate:
                card, event = self._candidates_card(), self._candidates_event()
            else:
                event = self._interviewers_event(route.people, route.language)
                card = self._as_card(event, route.language)
            said = Invitation(to=route.people[0], card=card, event=event, with_qr=bool(card.link))
        item = enqueue_one(
            self.settings, route.destination, route.operation, self.told.uid + route.part,
            said.model_dump(mode="json"), db=self.db,
        )  # fmt: skip
        self.told.items.append(item)

    @property
    def _template(self) -> str:
        if self.cancelled:
            return "interview_cancellation"
        return "interview_change" if self.told.sequence else "interview_invitation"

    def _candidates_card(self, template: str = "") -> Card:
        meeting, found = self.meeting, load_template(self.settings, template or self._template)
        minutes = round((meeting.ends_at - meeting.starts_at).total_seconds() / 60)
        values = {
            "candidate_name": meeting.candidate.name,
            "job_title": meeting.job_title,
            "starts_at": _written(meeting, meeting.language),
            "duration_minutes": str(minutes),
            "location": meeting.location or "–",
        }
        kept = {name: value for name, value in values.items() if name in found.fields}
        link = "" if self.cancelled else meeting.candidate_link
        return found.card(meeting.language, kept, load_policy(self.settings), link=link)

    def _candidates_event(self) -> CalendarEvent:
        """The candidate sees neither who else is invited nor the score sheet."""
        title = self._candidates_card("interview_invitation").title
        return self._event(title, [self.meeting.candidate], "", self.meeting.candidate_link)

    def _interviewers_event(
        self, people: Sequence[Participant], language: Language
    ) -> CalendarEvent:
        values = {
            "candidate_name": self.meeting.candidate.name,
            "job_title": self.meeting.job_title,
            "round": str(self.meeting.round),
        }
        template = load_template(self.settings, "interview_appointment")
        said = template.card(language, values, load_policy(self.settings))
        return self._event(said.title, people, said.plain, self.meeting.interviewer_link)

    def _event(
        self, summary: str, people: Sequence[Participant], description: str, link: str
    ) -> CalendarEvent:
        meeting = self.meeting
        return CalendarEvent(
            uid=self.told.uid, sequence=self.told.sequence, starts_at=meeting.starts_at,
            ends_at=meeting.ends_at, time_zone=meeting.time_zone, summary=summary,
            description=description, location=meeting.location, link=link,
            organizer=Participant(name=meeting.organizer_name, address=meeting.organizer_address),
            attendees=tuple(people), cancelled=self.cancelled,
        )  # fmt: skip

    def _as_card(self, event: CalendarEvent, language: Language) -> Card:
        """What the mail says around an interviewer's appointment."""
        words = {"zh": "已取消：", "en": "Cancelled: "}[language] if event.cancelled else ""
        when = _written(self.meeting, language)
        said = (when, *filter(None, (event.location, event.description)))
        link = "" if event.cancelled else event.link
        return Card(language=language, title=words + event.summary, paragraphs=said, link=link)


def _written(meeting: Meeting, language: Language) -> str:
    """The start as people read it, with its zone."""
    start = meeting.starts_at.astimezone(ZoneInfo(meeting.time_zone))
    if language == "zh":
        day = f"{start:%Y-%m-%d}（周{_WEEKDAYS[start.weekday()]}）"
    else:
        day = f"{start:%a, %Y-%m-%d}"
    return f"{day} {start:%H:%M} ({meeting.time_zone})"
