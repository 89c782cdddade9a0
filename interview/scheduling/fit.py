"""Which starts break which constraint, for the candidate and for each interviewer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from interview.scheduling.request import Interviewer, SlotRequest
from interview.scheduling.rules import CELL_MINUTES, SchedulingRules, WorkingTime

CELL_SECONDS = CELL_MINUTES * 60


class Constraint(StrEnum):
    """What a start can break, in the order in which giving way is considered."""

    BUFFER = "buffer"
    DAILY_MAX = "daily_max"
    WEEKLY_MAX = "weekly_max"
    LATEST = "latest"
    NOTICE = "notice"
    BUSY = "busy"
    BOOKED = "booked"
    CANDIDATE_HOURS = "candidate_hours"
    WORKING_HOURS = "working_hours"
    WORKING_DAY = "working_day"
    CANDIDATE_BOOKED = "candidate_booked"


@dataclass
class Taken:
    """What other interviews hold.

    Attributes:
        cells: numbers of the cells that are given away, by participant.
        interviews: starts of the interviews of each interviewer.
    """

    cells: dict[str, set[int]] = field(default_factory=dict)
    interviews: dict[str, list[datetime]] = field(default_factory=dict)


def cells(begins: datetime, ends: datetime) -> range:
    """Numbers of the cells between two instants, counted from 1970."""
    first = int(begins.timestamp()) // CELL_SECONDS
    return range(first, -(-int(ends.timestamp()) // CELL_SECONDS))


def candidate_key(person_id: str) -> str:
    """The candidate as a participant."""
    return f"candidate:{person_id}"


def interviewer_key(person_id: str) -> str:
    """An interviewer as a participant."""
    return f"interviewer:{person_id}"


def week_of(moment: datetime, zone: str) -> tuple[int, int]:
    """Year and number of the ISO week by the local calendar."""
    year, week, _ = moment.astimezone(ZoneInfo(zone)).isocalendar()
    return year, week


class Fit:
    """One request before one set of rules and bookings, at one instant."""

    def __init__(
        self, request: SlotRequest, rules: SchedulingRules, working: WorkingTime, taken: Taken,
        now: datetime,
    ) -> None:  # fmt: skip
        for person in request.interviewers:
            working.check(person.time_zone)
        self.request, self._rules, self._working = request, rules, working
        self._taken, self._now = taken, now
        self._lasts = timedelta(minutes=request.duration_minutes)
        before, after = request.buffer_before_minutes, request.buffer_after_minutes
        self._before = timedelta(
            minutes=rules.buffer_before_minutes if before is None else before
        )  # fmt: skip
        self._after = timedelta(minutes=rules.buffer_after_minutes if after is None else after)

    def starts(self) -> list[datetime]:
        """Every start on the grid at which the interview lies in a window of the candidate."""
        step = self._rules.start_every_minutes * 60
        found = set()
        for window in self.request.candidate.windows:
            first = -(-window.starts_at.timestamp() // step) * step
            last = (window.ends_at - self._lasts).timestamp()
            moment = int(first)
            while moment <= last:
                found.add(datetime.fromtimestamp(moment, UTC))
                moment += step
        return sorted(found)

    def ends(self, start: datetime) -> datetime:
        """When an interview that starts then is over, without buffers."""
        return start + self._lasts

    def held(self, start: datetime, panel: tuple[str, ...]) -> Iterator[tuple[str, int]]:
        """The cells of each participant that an interview takes; interviewers' with buffers."""
        for cell in cells(start, self.ends(start)):
            yield candidate_key(self.request.candidate.id), cell
        for person in panel:
            for cell in cells(start - self._before, self.ends(start) + self._after):
                yield interviewer_key(person), cell

    def of_candidate(self, start: datetime) -> frozenset[Constraint]:
        """What the start breaks whoever is on the panel."""
        candidate, ends = self.request.candidate, self.ends(start)
        zone = ZoneInfo(candidate.time_zone)
        local = start.astimezone(zone), ends.astimezone(zone)
        latest = self.request.latest_on or date.max
        mine = self._taken.cells.get(candidate_key(candidate.id), set())
        broken = {
            Constraint.NOTICE: start < self._now + timedelta(hours=self._rules.notice_hours),
            Constraint.LATEST: local[1].date() > latest,
            Constraint.CANDIDATE_HOURS: not self._rules.candidate_hours.holds(*local),
            Constraint.CANDIDATE_BOOKED: not mine.isdisjoint(cells(start, ends)),
        }
        return frozenset(kind for kind, is_so in broken.items() if is_so)

    def of_interviewer(self, person: Interviewer, start: datetime) -> frozenset[Constraint]:
        """What the start breaks where this person is on the panel."""
        ends, zone = self.ends(start), person.time_zone
        wide = start - self._before, ends + self._after
        mine = self._taken.cells.get(interviewer_key(person.id), set())
        busy = any(each.overlaps(start, ends) for each in person.busy)
        booked = not mine.isdisjoint(cells(start, ends))
        near = any(each.overlaps(*wide) for each in person.busy) or not mine.isdisjoint(
            cells(*wide)
        )
        day = start.astimezone(ZoneInfo(zone)).date()
        broken = {
            Constraint.WORKING_DAY: not self._working.is_workday(zone, day),
            Constraint.WORKING_HOURS: not self._working.is_work(zone, start, ends),
            Constraint.BUSY: busy,
            Constraint.BOOKED: booked,
            Constraint.BUFFER: near and not busy and not booked,
            Constraint.DAILY_MAX: self._that_day(person, day) >= self._rules.max_per_day,
            Constraint.WEEKLY_MAX: self.that_week(person, start) >= self._rules.max_per_week,
        }
        return frozenset(kind for kind, is_so in broken.items() if is_so)

    def _that_day(self, person: Interviewer, day: date) -> int:
        zone = ZoneInfo(person.time_zone)
        mine = self._taken.interviews.get(person.id, [])
        return sum(each.astimezone(zone).date() == day for each in mine)

    def that_week(self, person: Interviewer, start: datetime) -> int:
        """Interviews of a person in the week of a start, this one not counted."""
        week = week_of(start, person.time_zone)
        mine = self._taken.interviews.get(person.id, [])
        return sum(week_of(each, person.time_zone) == week for each in mine)
