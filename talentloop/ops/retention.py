"""Personal data about interviews, in the operations database and beside it: deleted once served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import Field
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from talentloop.chunks import chunks
from talentloop.config import load_model
from talentloop.ops import audit
from talentloop.ops.database import session
from talentloop.ops.models import Booking, BookingCell, CalendarEntry, CallbackEvent, InterviewPlan
from talentloop.settings import Settings
from talentloop.strict import Strict

_AT_ONCE = 200  # rows in one statement
_TOO_OLD = "Nobody acted on it in time; its content was deleted."


class RetentionRules(Strict):
    """The content of `config/policies/retention.yml`: days; the file says from when."""

    interview_plan: int = Field(ge=1, le=3650, description="Days after the interview")
    booking: int = Field(ge=1, le=3650, description="Days after the interview")
    calendar_entry: int = Field(ge=1, le=3650, description="Days after the appointment")
    callback_event: int = Field(ge=1, le=3650, description="Days after an event came")
    resume: int = Field(ge=1, le=3650, description="Days after a résumé file was fetched")
    llm_reply: int = Field(ge=1, le=3650, description="Days after a language model replied")


@dataclass(frozen=True)
class Outlived:
    """Rows of each table, and files, that have served, or were deleted."""

    interview_plan: int = 0
    booking: int = 0
    calendar_entry: int = 0
    callback_event: int = 0
    resume: int = 0
    llm_reply: int = 0


def load_rules(settings: Settings) -> RetentionRules:
    """The rules in force; a file that leaves one out is refused, so that none is forgotten.

    Raises:
        ConfigError: the file is missing or does not fit.
    """
    return load_model(settings.config / "policies" / "retention.yml", RetentionRules)


def delete_outlived(settings: Settings, *, only_count: bool = False) -> Outlived:
    """Delete what the rules keep no longer. Run again, it finds nothing more.

    Files go after the rows: killed in between, the next run finds them, and counts them again.

    Args:
        only_count: delete nothing.

    Raises:
        ConfigError: the rules do not fit.
    """
    rules, now = load_rules(settings), settings.clock.now()
    resumes = _files(settings.kept_resumes_dir, now - timedelta(days=rules.resume))
    replies = _files(settings.llm_replies_dir, now - timedelta(days=rules.llm_reply))
    with session(settings) as db:
        plans = _plans(db, now - timedelta(days=rules.interview_plan))
        booked = _bookings(db, now - timedelta(days=rules.booking))
        told = _calendar_entries(db, now - timedelta(days=rules.calendar_entry))
        posted = _events(db, now - timedelta(days=rules.callback_event))
        found = Outlived(
            len(plans), len(booked), len(told), len(posted), len(resumes), len(replies)
        )
        if only_count or not any(asdict(found).values()):
            return found
        for some in chunks(plans, _AT_ONCE):
            db.execute(delete(InterviewPlan).where(InterviewPlan.interview_key.in_(some)))
        for some in chunks(booked, _AT_ONCE):
            db.execute(delete(BookingCell).where(BookingCell.interview_key.in_(some)))
            db.execute(delete(Booking).where(Booking.interview_key.in_(some)))
        for some in chunks(told, _AT_ONCE):
            db.execute(delete(CalendarEntry).where(CalendarEntry.uid.in_(some)))
        for event in posted:
            event.state, event.note, event.body, event.settled_at = "ignored", _TOO_OLD, "", now
        audit.record(settings, "retention", "deleted", "operations", asdict(found), db=db)
    for file in (*resumes, *replies):
        file.unlink(missing_ok=True)
    return found


def _plans(db: Session, before: datetime) -> Sequence[str]:
    """Plans that nobody has touched since, for no interview that is still to come or was later."""
    later = select(Booking.interview_key).where(Booking.ends_at >= before)
    query = select(InterviewPlan.interview_key).where(
        InterviewPlan.updated_at < before, InterviewPlan.interview_key.not_in(later)
    )
    return db.scalars(query).all()


def _bookings(db: Session, before: datetime) -> Sequence[str]:
    """Bookings of interviews that ended before, of whose last change people were told."""
    query = select(Booking.interview_key).where(
        Booking.ends_at < before, Booking.told_version >= Booking.version
    )
    return db.scalars(query).all()


def _calendar_entries(db: Session, before: datetime) -> Sequence[str]:
    """Appointments that ended before; `content` holds the meeting that people were told of."""
    old = select(CalendarEntry).where(CalendarEntry.updated_at < before)
    return [
        entry.uid
        for entry in db.scalars(old)
        if datetime.fromisoformat(entry.content["meeting"]["ends_at"]) < before
    ]


def _events(db: Session, before: datetime) -> Sequence[CallbackEvent]:
    """Events that still hold what was posted."""
    query = select(CallbackEvent).where(
        CallbackEvent.received_at < before, CallbackEvent.state == "new"
    )
    return db.scalars(query).all()


def _files(folder: Path, before: datetime) -> Sequence[Path]:
    """Files below a folder that were written before; drafts that a kill has left, too."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path for path in found if path.stat().st_mtime < before.timestamp()]
