"""Working days per calendar, from a maintained library and the company's own days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import available_timezones

import duckdb
import holidays
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, model_validator

from talentloop.codes import Bilingual
from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.settings import Settings

#: As far as dim_date reaches.
_FIRST, _BEYOND = date(2000, 1, 1), date(2050, 1, 1)


class Calendar(BaseModel):
    """One file of config/calendars: which country's holidays, and which days are the company's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Bilingual
    country: str = Field(min_length=2, max_length=2)
    subdivision: str | None = None
    time_zones: list[str] = Field(min_length=1)
    days_off: dict[date, str] = {}
    extra_workdays: dict[date, str] = {}

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

    `ops.business_calendar` says which calendar a time zone has; `ops.business_day` holds one row a
    calendar and day, with the number of working days before it, so that the time between two
    instants is a difference of two look-ups.
    """
    calendars = load_calendars(settings)
    zones = [
        {"time_zone": zone, "calendar_code": code}
        for code, calendar in calendars.items()
        for zone in calendar.time_zones
    ]
    days = pa.concat_tables([_day_table(code, calendar) for code, calendar in calendars.items()])
    for name, rows in {
        "business_day": days,
        "business_calendar": pa.Table.from_pylist(zones),
    }.items():
        db.register("rows", rows)
        db.execute(f"create or replace table ops.{name} as from rows")
        db.unregister("rows")


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
    if day.weekday() in known.weekend:
        return False, "weekend", None
    return True, "workday", None


@lru_cache(maxsize=16)
def _library(country: str, subdivision: str | None) -> holidays.HolidayBase:
    """The library's days, computed once per process: fifty years take about a second."""
    return holidays.country_holidays(
        country, subdiv=subdivision, years=range(_FIRST.year, _BEYOND.year)
    )
