"""Interviews ahead: who meets whom when, what waits for a slot, who is how busy, what conflicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from connectors.channels.appointment import messages_of
from connectors.outbox.rows import APPLIED, STOPPED
from interview.scheduling.agenda import Agenda, Ahead, Conflict, agenda
from interview.scheduling.request import SlotRequest
from portal.cards import Card, LiveDesk
from portal.frame import Frame
from portal.views.talent import names_of
from portal.views.values import word
from talentloop.errors import PublishError
from talentloop.reports import ReportResult


@dataclass(frozen=True)
class Told:
    """How far those who are told of an interview have been: messages by what became of them."""

    sent: int
    waiting: int
    stopped: int
    is_current: bool

    @property
    def n(self) -> int:
        """Messages in all."""
        return self.sent + self.waiting + self.stopped


@dataclass(frozen=True)
class Line:
    """An interview ahead.

    Attributes:
        local: the time by the candidate's clock, where that is another one.
        conflicts: whom each concerns, and what it is.
    """

    ahead: Ahead
    local: str
    told: Told
    conflicts: list[tuple[str, str]]


@dataclass(frozen=True)
class Day:
    """A day with its interviews."""

    on: date
    label: str
    lines: list[Line]


@dataclass(frozen=True)
class Elsewhere:
    """What the HR systems have scheduled, and the names of its people."""

    result: ReportResult
    names: dict[str, str]


@dataclass(frozen=True)
class SchedulingPage:
    """Everything on the page."""

    agenda: Card[Agenda]
    days: list[Day]
    heads: list[str]
    elsewhere: Card[Elsewhere | None]

    @property
    def lines(self) -> list[Line]:
        """All interviews ahead."""
        return [line for day in self.days for line in day.lines]

    @property
    def conflicting(self) -> list[Line]:
        """Those that break something by now."""
        return [line for line in self.lines if line.conflicts]

    @property
    def untold(self) -> list[Line]:
        """Those of which somebody has not been told, as far as a channel tells."""
        return [e for e in self.lines if e.told.waiting or e.told.stopped or not e.told.is_current]


def scheduling_page(desk: LiveDesk) -> SchedulingPage:
    """The page; it needs the operations database."""
    frame = desk.frame
    found = desk.card("agenda", lambda: agenda(frame.settings, frame.options.time_zone))
    ahead = found.content.ahead if found.content else ()
    messages = messages_of(frame.settings, [each.booking.interview_key for each in ahead])
    by_day: dict[date, list[Line]] = {}
    for each in ahead:
        on = each.booking.starts_at.astimezone(frame.options.zone).date()
        by_day.setdefault(on, []).append(_line(frame, each, messages[each.booking.interview_key]))
    days = found.content.days if found.content else ()
    return SchedulingPage(
        found,
        [Day(on, _day(frame, on), lines) for on, lines in sorted(by_day.items())],
        [_day(frame, on) for on in days],
        desk.card("interviews_ahead", lambda: _elsewhere(desk)),
    )


def _day(frame: Frame, on: date) -> str:
    return f"{on:%m-%d} {frame.t(f'weekday.{on.isoweekday()}')}"


def _line(frame: Frame, ahead: Ahead, messages: Mapping[str, int]) -> Line:
    conflicts = [
        (_who(ahead.request, each), frame.label("scheduling_conflict", each.code))
        for each in ahead.conflicts
    ]
    return Line(ahead, _local(frame, ahead), _told(ahead, messages), conflicts)


def _who(request: SlotRequest, conflict: Conflict) -> str:
    if conflict.who == "candidate":
        return request.candidate.name
    return next((p.name for p in request.interviewers if p.id == conflict.who), conflict.who)


def _local(frame: Frame, ahead: Ahead) -> str:
    zone = ahead.request.candidate.time_zone
    if zone == frame.options.time_zone:
        return ""
    begins, ends = (
        each.astimezone(ZoneInfo(zone)) for each in (ahead.booking.starts_at, ahead.booking.ends_at)
    )
    return f"{begins:%m-%d %H:%M}–{ends:%H:%M} {frame.label('time_zone', zone)}"


def _told(ahead: Ahead, messages: Mapping[str, int]) -> Told:
    states = Counter(messages)
    sent = sum(states[state] for state in APPLIED)
    stopped = sum(states[state] for state in STOPPED)
    waiting = states.total() - sent - stopped
    return Told(sent, waiting, stopped, ahead.booking.told_version == ahead.booking.version)


def _elsewhere(desk: LiveDesk) -> Elsewhere | None:
    """None before the first publication."""
    try:
        result = desk.report("interviews_ahead")
    except PublishError:
        return None
    keys = [key for key in (word(row, "person_key") for row in result.rows) if key]
    return Elsewhere(result, names_of(desk.frame.settings, keys))
