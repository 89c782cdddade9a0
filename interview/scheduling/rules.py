"""The rules of config/scheduling.yml, with the calendars they stand on."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from talentloop.strict import Strict
from talentloop.warehouse.calendar import Calendar, is_working_day, load_calendars

#: Time is given away in cells of this length; starts, durations and buffers are multiples of it.
CELL_MINUTES = 5


def _in_cells(minutes: int) -> int:
    if minutes % CELL_MINUTES:
        raise ValueError(f"must be a multiple of {CELL_MINUTES} minutes")
    return minutes


Minutes = Annotated[int, AfterValidator(_in_cells)]


class Hours(Strict):
    """A part of the day by the local clock."""

    begins: time
    ends: time

    @model_validator(mode="after")
    def _forwards(self) -> Hours:
        if self.ends <= self.begins:
            raise ValueError("ends must be later than begins, on the same day")
        return self

    def holds(self, begins: datetime, ends: datetime) -> bool:
        """Whether a meeting, in local time, lies within these hours of one day."""
        same_day = begins.date() == ends.date()
        return same_day and self.begins <= begins.time() and ends.time() <= self.ends


class SchedulingRules(Strict):
    """config/scheduling.yml; times in minutes unless the name says otherwise."""

    start_every_minutes: Minutes = Field(ge=5, le=120)
    buffer_before_minutes: Minutes = Field(ge=0, le=240)
    buffer_after_minutes: Minutes = Field(ge=0, le=240)
    notice_hours: int = Field(ge=0)
    max_per_day: int = Field(ge=1, le=50)
    max_per_week: int = Field(ge=1, le=200)
    recommend: int = Field(ge=1, le=50)
    candidate_hours: Hours
    working_hours: dict[str, list[Hours]] = Field(min_length=1)


class WorkingTime:
    """When people of a time zone work: which days by its calendar, which hours by the rules."""

    def __init__(self, rules: SchedulingRules, calendars: dict[str, Calendar], where: str) -> None:
        self._rules, self._where = rules, where
        self._calendars = {
            zone: each for each in calendars.values() for zone in each.time_zones
        }  # fmt: skip

    def check(self, zone: str) -> None:
        """Refuse a zone about which nothing is known.

        Raises:
            ConfigError: it has no working hours, or no calendar.
        """
        if zone not in self._rules.working_hours:
            raise ConfigError(
                f"There are no working hours of the time zone {zone}",
                where=f"{self._where}, field working_hours",
                remedy="Add them; an interviewer's time zone needs an entry.",
            )
        if zone not in self._calendars:
            raise ConfigError(
                f"No calendar has the time zone {zone}, so its holidays are unknown",
                where="config/calendars",
                remedy="Name it among the time_zones of a calendar there.",
            )

    def is_workday(self, zone: str, day: date) -> bool:
        """Whether people of a checked zone work on a day."""
        return is_working_day(self._calendars[zone], day)

    def is_work(self, zone: str, begins: datetime, ends: datetime) -> bool:
        """Whether a meeting lies within the working hours of a checked zone, on whatever day."""
        local = ZoneInfo(zone)
        here = begins.astimezone(local), ends.astimezone(local)
        return any(hours.holds(*here) for hours in self._rules.working_hours[zone])


def load_rules(settings: Settings) -> tuple[SchedulingRules, WorkingTime]:
    """The rules, and the working time that follows from them and the calendars.

    Raises:
        ConfigError: a file does not fit.
    """
    path = settings.config / "scheduling.yml"
    rules = load_model(path, SchedulingRules)
    return rules, WorkingTime(rules, load_calendars(settings), str(path))
