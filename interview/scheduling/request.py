"""What is asked: who meets the candidate, and when everybody can."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, model_validator

from interview.scheduling.rules import Minutes
from talentloop.strict import Strict

#: Longest reach of a request, so that a mistyped year is noticed and every search is bounded.
HORIZON_DAYS = 92


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is not a time zone such as Asia/Shanghai")
    return name


Zone = Annotated[str, AfterValidator(_zone)]


class Interval(Strict):
    """A stretch of time: instants, or local times of the person it belongs to."""

    starts_at: datetime
    ends_at: datetime

    def in_zone(self, zone: str) -> Interval:
        """The same with instants in UTC; a time without an offset is read in the zone."""
        begins, ends = _instant(self.starts_at, zone), _instant(self.ends_at, zone)
        if ends <= begins:
            raise ValueError("an interval must end after it starts")
        return Interval(starts_at=begins, ends_at=ends)

    def overlaps(self, begins: datetime, ends: datetime) -> bool:
        """Whether they share time; touching is not sharing."""
        return self.starts_at < ends and begins < self.ends_at


def _instant(moment: datetime, zone: str) -> datetime:
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    local = moment.replace(tzinfo=ZoneInfo(zone))
    instant = local.astimezone(UTC)
    if instant.astimezone(local.tzinfo).replace(tzinfo=None) != moment:
        raise ValueError("this local time does not exist: clocks are put forward over it")
    if local.replace(fold=1).utcoffset() != local.utcoffset():
        raise ValueError("this local time exists twice, as clocks are put back: give its offset")
    return instant


class Person(Strict):
    """Somebody who takes part.

    Attributes:
        id: as the systems know this person; the same id is the same person in every request.
        address: e-mail address, where there is one.
        ids: user id by channel name, for those inside the tenant.
    """

    id: str = Field(min_length=1, max_length=200)
    name: str = Field(min_length=1, max_length=200)
    address: str | None = None
    ids: dict[str, str] = Field(default_factory=dict)
    time_zone: Zone = "Asia/Shanghai"


class Interviewer(Person):
    """Who may sit on the panel, and when not (beside what is booked here)."""

    busy: tuple[Interval, ...] = ()

    @model_validator(mode="after")
    def _instants(self) -> Interviewer:
        made = tuple(each.in_zone(self.time_zone) for each in self.busy)
        object.__setattr__(self, "busy", made)
        return self


class Candidate(Person):
    """Who is interviewed, and when this person offered to come."""

    windows: tuple[Interval, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _instants(self) -> Candidate:
        made = tuple(each.in_zone(self.time_zone) for each in self.windows)
        object.__setattr__(self, "windows", made)
        reach = max(each.ends_at for each in made) - min(each.starts_at for each in made)
        if reach.days > HORIZON_DAYS:
            raise ValueError(f"the windows reach over more than {HORIZON_DAYS} days")
        return self


class SlotRequest(Strict):
    """An interview to be scheduled.

    Attributes:
        key: id of the interview; the same one again is the same interview.
        duration_minutes: without buffers.
        panel: the seats; each names the interviewers of whom one takes it, in order of preference. A
            seat with one name is a must.
        latest_on: last day, by the candidate's calendar.
        buffer_before_minutes, buffer_after_minutes: instead of the rules'.
        location, candidate_link, interviewer_link, organizer_name, organizer_address, language: for
            what people are told.
    """

    key: str = Field(min_length=1, max_length=200)
    round: int = Field(1, ge=1)
    job_title: str = Field(min_length=1, max_length=200)
    duration_minutes: Minutes = Field(ge=5, le=600)
    candidate: Candidate
    interviewers: tuple[Interviewer, ...] = Field(min_length=1)
    panel: tuple[tuple[str, ...], ...] = Field(min_length=1, max_length=6)
    latest_on: date | None = None
    buffer_before_minutes: Minutes | None = Field(None, ge=0, le=240)
    buffer_after_minutes: Minutes | None = Field(None, ge=0, le=240)
    location: str = ""
    candidate_link: str = ""
    interviewer_link: str = ""
    organizer_name: str = "TalentLoop"
    organizer_address: str
    language: str = "zh"

    @model_validator(mode="after")
    def _whole(self) -> SlotRequest:
        known = [person.id for person in self.interviewers]
        if len(known) != len(set(known)):
            raise ValueError("an interviewer is listed twice")
        if self.candidate.id in known:
            raise ValueError("the candidate is among the interviewers")
        for seat in self.panel:
            if not 1 <= len(set(seat)) == len(seat) <= 20:
                raise ValueError("a seat of the panel names one to twenty different interviewers")
            if not set(seat) <= set(known):
                raise ValueError("a seat of the panel names somebody not among the interviewers")
        return self

    def interviewer(self, person_id: str) -> Interviewer:
        """The interviewer of this id, who must be listed."""
        return next(person for person in self.interviewers if person.id == person_id)
