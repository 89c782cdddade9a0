"""Plans and bookings in the operations database; nobody's time is given away twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from interview.scheduling.fit import Fit, Taken, candidate_key, cells, interviewer_key
from interview.scheduling.request import SlotRequest
from interview.scheduling.rules import SchedulingRules, WorkingTime, load_rules
from interview.scheduling.solve import Recommendation, breaks, recommend
from talentloop.errors import BookingError, ConfigError
from talentloop.ops import audit, session
from talentloop.ops.models import Booking, BookingCell, InterviewPlan
from talentloop.settings import Settings

_LOCK_KEY = (
    7_206_002  # PostgreSQL advisory lock: limits a day and a week are counted by one at a time
)


def plan(settings: Settings, request: SlotRequest) -> Recommendation:
    """Recommend slots and keep request and slots, so that a person may confirm one of them.

    An interview that is booked already is recommended anew, as if its own time were free.

    Raises:
        ConfigError: rules or calendars do not fit, or do not know an interviewer's time zone.
        BookingError: the search reached its bound.
    """
    rules, working = load_rules(settings)
    with session(settings) as db:
        fit = fit_of(settings, db, request, (rules, working))
    found = recommend(fit, rules.recommend)
    slots = {
        slot.code: {"starts_at": slot.starts_at.isoformat(), "panel": list(slot.panel)}
        for slot in found.slots
    }
    with session(settings) as db:
        db.merge(
            InterviewPlan(
                interview_key=request.key, request=request.model_dump(mode="json"), slots=slots,
                updated_at=settings.clock.now(),
            )
        )  # fmt: skip
    return found


def confirm(settings: Settings, key: str, code: str, by: str) -> Booking:
    """Book a recommended slot; the same again changes nothing.

    Args:
        by: the person who decides.

    Raises:
        ConfigError: nobody decides, or no such slot was recommended.
        BookingError: somebody's time is taken by now, or the interview is booked at another time.
    """
    return _book(settings, key, code, by, "confirm")


def move(settings: Settings, key: str, code: str, by: str) -> Booking:
    """Give a booked interview another recommended slot; the same again changes nothing.

    Raises:
        ConfigError, BookingError: as for `confirm`, and when the interview is not booked.
    """
    return _book(settings, key, code, by, "move")


def cancel(settings: Settings, key: str, by: str) -> Booking:
    """Take a booking back and free everybody's time; the same again changes nothing.

    Raises:
        ConfigError: nobody decides.
        BookingError: the interview was never booked.
    """
    _named(by)
    with session(settings) as db:
        _lock(db)
        booking = db.get(Booking, key, with_for_update=True)
        if booking is None:
            raise _not_booked(key)
        if booking.state != "cancelled":
            db.execute(delete(BookingCell).where(BookingCell.interview_key == key))
            booking.state, booking.version = "cancelled", booking.version + 1
            booking.decided_by, booking.decided_at = by, settings.clock.now()
            _audit(settings, db, booking)
        return booking


def find(settings: Settings, key: str) -> Booking:
    """The booking of an interview as it stands.

    Raises:
        BookingError: there is none.
    """
    with session(settings) as db:
        booking = db.get(Booking, key)
    if booking is None:
        raise _not_booked(key)
    return booking


def bookings(settings: Settings, *, untold: bool = False) -> list[Booking]:
    """Bookings by time, cancelled ones too.

    Args:
        untold: only those of whose newest version people were not told.
    """
    query = select(Booking).order_by(Booking.starts_at, Booking.interview_key)
    if untold:
        query = query.where(Booking.told_version < Booking.version)
    with session(settings) as db:
        return list(db.scalars(query))


def mark_told(settings: Settings, key: str, version: int) -> None:
    """Note that people were told of a version."""
    with session(settings) as db:
        booking = db.get(Booking, key, with_for_update=True)
        if booking is not None:
            booking.told_version = max(booking.told_version, version)


def _book(
    settings: Settings, key: str, code: str, by: str, deed: Literal["confirm", "move"]
) -> Booking:
    _named(by)
    known = load_rules(settings)
    try:
        with session(settings) as db:
            _lock(db)
            booking = db.get(Booking, key, with_for_update=True)
            if booking and booking.state == "booked" and booking.slot_code == code:
                return booking
            _allowed(booking, key, deed)
            return _take(settings, db, booking, _Choice(db, key, code), known, by)
    except IntegrityError as error:
        if "booking" not in str(error.orig):
            raise
        raise _taken(key, code, "somebody's time has just been booked") from error


class _Choice:
    """A slot that was recommended, with the request it answers."""

    def __init__(self, db: Session, key: str, code: str) -> None:
        found = db.get(InterviewPlan, key)
        if found is None or code not in found.slots:
            raise ConfigError(
                "No such slot was recommended for this interview",
                where=f"interview {key}, slot {code}",
                remedy="Ask for slots again and choose from the newest list.",
            )
        self.key, self.code = key, code
        self.request = SlotRequest.model_validate(found.request)
        self.starts_at = datetime.fromisoformat(found.slots[code]["starts_at"])
        self.panel: tuple[str, ...] = tuple(found.slots[code]["panel"])


def _take(
    settings: Settings, db: Session, booking: Booking | None, choice: _Choice,
    known: tuple[SchedulingRules, WorkingTime], by: str,
) -> Booking:  # fmt: skip
    """Write the booking and its cells, if the slot still breaks nothing."""
    fit = fit_of(settings, db, choice.request, known)
    broken = breaks(fit, choice.starts_at, choice.panel)
    if broken:
        why = "; ".join(f"{who}: {', '.join(kinds)}" for who, kinds in broken.items())
        raise _taken(choice.key, choice.code, why)
    db.execute(delete(BookingCell).where(BookingCell.interview_key == choice.key))
    if booking is None:
        booking = Booking(interview_key=choice.key, version=0, told_version=0)
        db.add(booking)
    booking.version, booking.state, booking.slot_code = booking.version + 1, "booked", choice.code
    booking.starts_at, booking.ends_at = choice.starts_at, fit.ends(choice.starts_at)
    booking.panel = {"seats": list(choice.panel)}
    booking.request = choice.request.model_dump(mode="json")
    booking.decided_by, booking.decided_at = by, settings.clock.now()
    db.add_all(
        BookingCell(participant=who, cell=cell, interview_key=choice.key)
        for who, cell in fit.held(choice.starts_at, choice.panel)
    )
    db.flush()
    _audit(settings, db, booking)
    return booking


def _allowed(booking: Booking | None, key: str, deed: Literal["confirm", "move"]) -> None:
    is_booked = booking is not None and booking.state == "booked"
    if deed == "move" and not is_booked:
        raise _not_booked(key)
    if deed == "confirm" and is_booked:
        raise BookingError(
            "The interview is booked at another time", where=f"interview {key}", remedy="Move it."
        )


def fit_of(
    settings: Settings, db: Session, request: SlotRequest,
    known: tuple[SchedulingRules, WorkingTime],
) -> Fit:  # fmt: skip
    """A request before the rules, the bookings and the instant as they are."""
    return Fit(request, *known, _others(db, request), settings.clock.now())


def _others(db: Session, request: SlotRequest) -> Taken:
    """What other interviews hold of the people of a request."""
    windows = request.candidate.windows
    begins, ends = min(w.starts_at for w in windows), max(w.ends_at for w in windows)
    day = timedelta(days=1)  # buffers reach beyond the windows by less
    reach = cells(begins - day, ends + day)
    people = [candidate_key(request.candidate.id)]
    people += [interviewer_key(person.id) for person in request.interviewers]
    taken = Taken()
    rows = db.execute(
        select(BookingCell.participant, BookingCell.cell).where(
            BookingCell.participant.in_(people),
            BookingCell.cell.between(reach.start, reach.stop),
            BookingCell.interview_key != request.key,
        )
    )
    for who, cell in rows:
        taken.cells.setdefault(who, set()).add(cell)
    week = timedelta(days=8)  # loads are counted by weeks, of whatever time zone
    booked = select(Booking).where(
        Booking.state == "booked",
        Booking.starts_at.between(begins - week, ends + week),
        Booking.interview_key != request.key,
    )
    for booking in db.scalars(booked):
        for person in booking.panel["seats"]:
            taken.interviews.setdefault(person, []).append(booking.starts_at)
    return taken


def _lock(db: Session) -> None:
    """One decision at a time; SQLite's transactions are so from their beginning."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text(f"select pg_advisory_xact_lock({_LOCK_KEY})"))


def _audit(settings: Settings, db: Session, booking: Booking) -> None:
    detail: dict[str, Any] = {
        "version": booking.version, "starts_at": booking.starts_at, **booking.panel,
    }  # fmt: skip
    what = f"interview_{booking.state}"
    audit.record(settings, booking.decided_by, what, booking.interview_key, detail, db=db)


def _named(by: str) -> None:
    if not by.strip():
        raise ConfigError(
            "A booking needs the name of the person who decides",
            where="--by",
            remedy="Nothing is booked by itself; give the name.",
        )


def _not_booked(key: str) -> BookingError:
    return BookingError(
        "The interview is not booked", where=f"interview {key}", remedy="Confirm a slot first."
    )


def _taken(key: str, code: str, why: str) -> BookingError:
    return BookingError(
        f"The slot no longer fits: {why}",
        where=f"interview {key}, slot {code}",
        remedy="Nothing was booked. Ask for slots again.",
    )
