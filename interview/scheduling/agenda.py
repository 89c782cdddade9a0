"""What lies ahead: booked interviews and what no longer suits, plans without a booking, loads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from interview.scheduling.book import fit_of
from interview.scheduling.fit import Constraint
from interview.scheduling.request import Interviewer, SlotRequest
from interview.scheduling.rules import SchedulingRules, WorkingTime, load_rules
from interview.scheduling.solve import breaks
from talentloop.ops import session
from talentloop.ops.models import Booking, InterviewPlan
from talentloop.settings import Settings

_WEEK = timedelta(days=7)
#: What is no conflict of an interview that is booked already: it only says how near it is.
_ABOUT_BOOKING = {Constraint.NOTICE}


@dataclass(frozen=True)
class Conflict:
    """What a booking breaks by now: `candidate` or the id of an interviewer, and which constraint.

    Beside the constraints of recommendations there are `windows`, the candidate's newest windows do
    not hold it, and `panel`, the newest request does not name the interviewer.
    """

    who: str
    code: str


@dataclass(frozen=True)
class Ahead:
    """A booked interview to come; `request` as its slot was chosen."""

    booking: Booking
    request: SlotRequest
    conflicts: tuple[Conflict, ...]

    @property
    def panel(self) -> list[Interviewer]:
        """Who interviews, by seat."""
        return [self.request.interviewer(each) for each in self.booking.panel["seats"]]


@dataclass(frozen=True)
class Offer:
    """A slot that was recommended; `fits` tells whether it could still be booked."""

    code: str
    starts_at: datetime
    panel: tuple[str, ...]
    fits: bool


@dataclass(frozen=True)
class Unbooked:
    """An interview that was asked for and is not booked."""

    request: SlotRequest
    offers: tuple[Offer, ...]
    since: datetime


@dataclass(frozen=True)
class Load:
    """How busy an interviewer is, by the interviewer's own calendar.

    Attributes:
        days: interviews on each of the days ahead.
        works: whether the interviewer works on that day.
        weeks: interviews in each week that these days belong to, the days gone by among them.
    """

    person: Interviewer
    days: tuple[int, ...]
    works: tuple[bool, ...]
    weeks: tuple[int, ...]


@dataclass(frozen=True)
class Agenda:
    """The days ahead.

    Attributes:
        days: today and the days after it, by the calendar of `zone`.
        weeks: Mondays of the weeks that they belong to.
        n_later: interviews booked for after these days.
        cancelled: bookings of these days that were taken back.
    """

    days: tuple[date, ...]
    weeks: tuple[date, ...]
    ahead: tuple[Ahead, ...]
    n_later: int
    cancelled: tuple[Booking, ...]
    unbooked: tuple[Unbooked, ...]
    loads: tuple[Load, ...]
    rules: SchedulingRules


def agenda(settings: Settings, zone: str, *, days: int = 14) -> Agenda:
    """The days ahead, from today by the calendar of a time zone.

    Raises:
        ConfigError: rules or calendars do not fit, or do not know an interviewer's time zone.
    """
    known, now = load_rules(settings), settings.clock.now()
    today = now.astimezone(ZoneInfo(zone)).date()
    dates = tuple(today + timedelta(days=n) for n in range(days))
    ends = datetime.combine(dates[-1] + timedelta(days=1), datetime.min.time(), ZoneInfo(zone))
    with session(settings) as db:
        booked = _bookings(db, now - 2 * _WEEK)
        plans = {each.interview_key: each for each in db.scalars(select(InterviewPlan))}
        coming = [b for b in booked if b.ends_at > now]
        ahead = tuple(
            _ahead(settings, db, b, plans.get(b.interview_key), known)
            for b in coming
            if b.state == "booked" and b.starts_at < ends
        )
        is_booked = {b.interview_key for b in booked if b.state == "booked"}
        unbooked = tuple(
            _unbooked(settings, db, plan, known)
            for plan in sorted(plans.values(), key=lambda p: (p.updated_at, p.interview_key))
            if plan.interview_key not in is_booked and _is_open(plan, now)
        )
    mondays = tuple(sorted({each - timedelta(days=each.weekday()) for each in dates}))
    requests = [each.request for each in ahead] + [each.request for each in unbooked]
    return Agenda(
        dates,
        mondays,
        ahead,
        sum(b.state == "booked" and b.starts_at >= ends for b in coming),
        tuple(b for b in coming if b.state == "cancelled" and b.starts_at < ends),
        unbooked,
        _loads(requests, booked, dates, mondays, known[1]),
        known[0],
    )


def _bookings(db: Session, since: datetime) -> Sequence[Booking]:
    query = select(Booking).where(Booking.starts_at > since)
    return db.scalars(query.order_by(Booking.starts_at, Booking.interview_key)).all()


def _is_open(plan: InterviewPlan, now: datetime) -> bool:
    """Whether the candidate could still come: what is over asks for nothing."""
    request = SlotRequest.model_validate(plan.request)
    return any(window.ends_at > now for window in request.candidate.windows)


def _ahead(
    settings: Settings, db: Session, booking: Booking, plan: InterviewPlan | None,
    known: tuple[SchedulingRules, WorkingTime],
) -> Ahead:  # fmt: skip
    chosen = SlotRequest.model_validate(booking.request)
    newest = SlotRequest.model_validate(plan.request) if plan else chosen
    return Ahead(booking, chosen, tuple(_conflicts(settings, db, booking, (chosen, newest), known)))


def _conflicts(
    settings: Settings, db: Session, booking: Booking, requests: tuple[SlotRequest, SlotRequest],
    known: tuple[SchedulingRules, WorkingTime],
) -> Iterator[Conflict]:  # fmt: skip
    """What the booking breaks under the rules, bookings and the newest request as they are now."""
    chosen, newest = requests
    panel = tuple(booking.panel["seats"])
    named = {each.id for each in newest.interviewers}
    windows = newest.candidate.windows
    if not any(w.starts_at <= booking.starts_at and booking.ends_at <= w.ends_at for w in windows):
        yield Conflict("candidate", "windows")
    for person in panel:
        if person not in named:
            yield Conflict(person, "panel")
    request = newest if named.issuperset(panel) else chosen
    fit = fit_of(settings, db, request, known)
    for who, kinds in breaks(fit, booking.starts_at, panel).items():
        for kind in kinds:
            if kind not in _ABOUT_BOOKING:
                yield Conflict(who, str(kind))


def _unbooked(
    settings: Settings, db: Session, plan: InterviewPlan,
    known: tuple[SchedulingRules, WorkingTime],
) -> Unbooked:  # fmt: skip
    request = SlotRequest.model_validate(plan.request)
    fit = fit_of(settings, db, request, known)
    offers = []
    for code, slot in plan.slots.items():
        begins, panel = datetime.fromisoformat(slot["starts_at"]), tuple(slot["panel"])
        offers.append(Offer(code, begins, panel, not breaks(fit, begins, panel)))
    return Unbooked(
        request, tuple(sorted(offers, key=lambda each: each.starts_at)), plan.updated_at
    )


def _loads(
    requests: Sequence[SlotRequest], booked: Sequence[Booking], days: tuple[date, ...],
    weeks: tuple[date, ...], working: WorkingTime,
) -> tuple[Load, ...]:  # fmt: skip
    """Everybody who may be asked in the days ahead, the busiest first."""
    people = {each.id: each for request in requests for each in request.interviewers}
    found = []
    for person in people.values():
        zone = ZoneInfo(person.time_zone)
        mine = [
            b.starts_at.astimezone(zone).date()
            for b in booked
            if b.state == "booked" and person.id in b.panel["seats"]
        ]
        found.append(
            Load(
                person,
                tuple(mine.count(day) for day in days),
                tuple(working.is_workday(person.time_zone, day) for day in days),
                tuple(sum(week <= day < week + _WEEK for day in mine) for week in weeks),
            )
        )
    return tuple(sorted(found, key=lambda each: (-sum(each.days), each.person.id)))
