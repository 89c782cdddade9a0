"""Working days per calendar, from a maintained library and the company's own days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

import duckdb
import holidays
import pyarrow as pa
from pydantic import Field, model_validator

from talentloop.codes import Bilingual
from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from talentloop.strict import Strict

#: As far as dim_date reaches.
_FIRST, _BEYOND = date(2000, 1, 1), date(2050, 1, 1)


class Calendar(Strict):
    """One file of config/calendars: which country's holidays, and which days are the company's."""

    name: Bilingual
    country: str = Field(min_length=2, max_length=2)
    subdivision: str | None = None
    time_zones: list[str] = Field(min_length=1)
    #: Days that offices are closed, Monday is 1.
    weekend: set[Literal[1, 2, 3, 4, 5, 6, 7]] = {6, 7}  # noqa: RUF012 - pydantic copies it
    days_off: dict[date, str] = Field(default_factory=dict)
    extra_workdays: dict[date, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Calendar:
        unknown = set(self.time_zones) - available_timezones()
        if unknown:
            raise ValueError(f"unknown time zone {min(unknown)}")
        both = self.days_off.keys() & self.extra_workdays.keys()
        if both:
            raise ValueError(f"{min(both)} is both a day off and a workday")
        try:
            holidays.country_holidays(self.country, subdiv=self.subdivision)
        except NotImplementedError:
            raise ValueError(
                f"no holidays are known of {self.country} {self.subdivision or ''}"
            ) from None
        return self


def load_calendars(settings: Settings) -> dict[str, Calendar]:
    """Every calendar by its code, which is the name of its file.

    Raises:
        ConfigError: a file does not fit, or two calendars claim one time zone.
    """
    folder = settings.config / "calendars"
    found = {path.stem: load_model(path, Calendar) for path in sorted(folder.glob("*.yml"))}
    claimed: dict[str, str] = {}
    for code, calendar in found.items():
        for zone in calendar.time_zones:
            if zone in claimed:
                raise ConfigError(
                    f"Two calendars claim the time zone {zone}",
                    where=f"{folder}/{claimed[zone]}.yml and {code}.yml",
                    remedy="Leave it to one of them.",
                )
            claimed[zone] = code
    return found


def write_calendars(settings: Settings, db: duckdb.DuckDBPyConnection) -> None:
    """Put every calendar into schema `ops` of a build file, for dbt to read.

    `ops.business_day` holds one row a calendar and day, with the number of working days before it;
    `ops.local_day` says when each day begins and ends where a time zone has that calendar. So the
    working time between two instants is a difference of two look-ups, without a conversion.
    """
    calendars = load_calendars(settings)
    zones = {zone: code for code, calendar in calendars.items() for zone in calendar.time_zones}
    tables = {
        "day": pa.concat_tables([_day_table(code, found) for code, found in calendars.items()]),
        "midnight": pa.concat_tables([_midnight_table(zone, code) for zone, code in zones.items()]),
    }
    for name, rows in tables.items():
        db.register(name, rows)
    db.execute("create or replace table ops.business_day as from day")
    db.execute(
        "create or replace table ops.local_day as select midnight.*, is_working, working_days_before"
        " from midnight inner join day using (calendar_code, date_on)"
    )
    for name in tables:
        db.unregister(name)


def _midnight_table(zone: str, code: str) -> pa.Table:
    """When each day begins and ends in a time zone."""
    local = ZoneInfo(zone)
    days = [_FIRST + timedelta(days=n) for n in range((_BEYOND - _FIRST).days + 1)]
    midnights = [datetime(day.year, day.month, day.day, tzinfo=local) for day in days]
    instants = pa.array(midnights, pa.timestamp("us", tz="UTC"))
    n = len(days) - 1
    columns = [[zone] * n, [code] * n, days[:-1], instants[:-1], instants[1:]]
    names = ["time_zone", "calendar_code", "date_on", "begins_at", "ends_at"]
    return pa.table(dict(zip(names, columns, strict=True)))


def _day_table(code: str, calendar: Calendar) -> pa.Table:
    before, rows = 0, []
    for day, (is_working, kind, label) in working_days(calendar):
        rows.append((code, day, is_working, kind, label, before))
        before += is_working
    names = ["calendar_code", "date_on", "is_working", "kind_code", "day_name"]
    columns = [list(column) for column in zip(*rows, strict=True)]
    return pa.table(dict(zip([*names, "working_days_before"], columns, strict=True)))


def working_days(calendar: Calendar) -> Iterator[tuple[date, tuple[bool, str, str | None]]]:
    """Every day in order: whether it is worked, the kind of day, and its name where it has one."""
    known = _library(calendar.country, calendar.subdivision)
    for n in range((_BEYOND - _FIRST).days):
        day = _FIRST + timedelta(days=n)
        yield day, _judge(day, calendar, known)


def is_working_day(calendar: Calendar, day: date) -> bool:
    """Whether a day between 2000 and 2049 is worked, make-up workdays included."""
    return _judge(day, calendar, _library(calendar.country, calendar.subdivision))[0]


def _judge(
    day: date, calendar: Calendar, known: holidays.HolidayBase
) -> tuple[bool, str, str | None]:
    if day in calendar.days_off:
        return False, "company_day_off", calendar.days_off[day]
    if day in calendar.extra_workdays:
        return True, "company_workday", calendar.extra_workdays[day]
    if day in known:
        return False, "holiday", known.get(day)
    if day in known.weekend_workdays:
        return True, "makeup_workday", None
    if day.isoweekday() in calendar.weekend:
        return False, "weekend", None
    return True, "workday", None


@lru_cache(maxsize=16)
def _library(country: str, subdivision: str | None) -> holidays.HolidayBase:
    """The library's days, computed once per process: fifty years take about a second."""
    return holidays.country_holidays(
        country, subdiv=subdivision, years=range(_FIRST.year, _BEYOND.year)
    )
