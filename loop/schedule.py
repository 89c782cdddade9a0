"""Scheduling an interview: recommend, have a person confirm, tell everybody, follow changes.

What is decided and what is told are two steps. Killed between them, the same command says what is
still unsaid; said twice it is not, for an unchanged appointment queues nothing again.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock
from pydantic import ValidationError

from interview import scheduling
from interview.scheduling import Recommendation, SlotRequest
from loop.notify import Meeting, Told, invite
from loop.notify import cancel as take_back
from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.ops.models import Booking
from talentloop.settings import Settings


def slots(settings: Settings, file: Path) -> tuple[SlotRequest, Recommendation]:
    """Recommend slots for the interview that a file describes.

    Raises:
        ConfigError: the file does not fit, or nobody could be told of such an interview.
        BookingError: the search reached its bound.
    """
    request = load_model(file, SlotRequest)
    panel = [person.id for person in request.interviewers]
    window = request.candidate.windows[0]
    _meeting(request, window.starts_at, window.ends_at, panel)
    return request, scheduling.plan(settings, request)


def confirm(settings: Settings, key: str, code: str, by: str) -> tuple[Booking, Told]:
    """Book a recommended slot and queue invitation and calendar events.

    Raises:
        ConfigError, BookingError: as `interview.scheduling.confirm`; and where a channel, a template
            or the policy does not fit (then it is booked, and the same command tells).
    """
    booking = scheduling.confirm(settings, key, code, by)
    return booking, _tell(settings, key)


def move(settings: Settings, key: str, code: str, by: str) -> tuple[Booking, Told]:
    """Give an interview another recommended slot and queue what tells of it.

    Raises:
        ConfigError, BookingError: as `interview.scheduling.move`, and as for `confirm`.
    """
    booking = scheduling.move(settings, key, code, by)
    return booking, _tell(settings, key)


def cancel(settings: Settings, key: str, by: str) -> tuple[Booking, Told]:
    """Take a booking back and queue what tells of it.

    Raises:
        ConfigError, BookingError: as `interview.scheduling.cancel`, and as for `confirm`.
    """
    booking = scheduling.cancel(settings, key, by)
    return booking, _tell(settings, key)


def tell_waiting(settings: Settings) -> int:
    """Queue what tells of bookings that a killed command left unsaid; how many.

    Raises:
        ConfigError: a channel, a template or the policy does not fit.
    """
    left = scheduling.bookings(settings, untold=True)
    for booking in left:
        _tell(settings, booking.interview_key)
    return len(left)


def _tell(settings: Settings, key: str) -> Told:
    """Tell of the newest version; one at a time, so that an older one is never said last."""
    with FileLock(settings.home / ".schedule.lock", timeout=120):
        booking = scheduling.find(settings, key)
        request = SlotRequest.model_validate(booking.request)
        if booking.state == "booked" or booking.told_version == 0:
            # Also what is taken back before anybody was told: only an appointment can be cancelled.
            meeting = _meeting(request, booking.starts_at, booking.ends_at, booking.panel["seats"])
            told = invite(settings, meeting)
        if booking.state == "cancelled":
            scheduling.mark_told(settings, key, booking.version - 1)
            told = take_back(settings, key)
        scheduling.mark_told(settings, key, booking.version)
        return told


def _meeting(
    request: SlotRequest, starts_at: datetime, ends_at: datetime, panel: list[str]
) -> Meeting:
    """The interview as people are told of it.

    Raises:
        ConfigError: a name, an address or a link is none.
    """

    def participant(person: Any) -> dict[str, Any]:
        return {"name": person.name, "address": person.address, "ids": person.ids}

    try:
        return Meeting.model_validate({
            "key": request.key, "round": request.round, "job_title": request.job_title,
            "candidate": participant(request.candidate),
            "interviewers": [participant(request.interviewer(each)) for each in panel],
            "starts_at": starts_at, "ends_at": ends_at,
            "time_zone": request.candidate.time_zone, "location": request.location,
            "candidate_link": request.candidate_link, "interviewer_link": request.interviewer_link,
            "organizer_name": request.organizer_name,
            "organizer_address": request.organizer_address, "language": request.language,
        })  # fmt: skip
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(
            f"Nobody could be told of this interview: {first['msg']}",
            where=f"interview {request.key}, field {'.'.join(map(str, first['loc']))}",
            remedy="Correct the field in the request.",
        ) from None
