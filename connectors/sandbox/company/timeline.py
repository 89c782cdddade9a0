"""Arithmetic on arrays of instants: all UTC, whole seconds, office life in Shanghai (UTC+8)."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from connectors.sandbox.company.kinds import Bools, Dates, Floats, Ints, Times
from connectors.sandbox.company.sizes import HORIZON

NAT = np.datetime64("NaT", "us")
_SHANGHAI = np.timedelta64(8 * 3600, "s")
_BACK = np.timedelta64(-8 * 3600, "s")
_OPENS = np.timedelta64(9 * 3600, "s")
_OFFICE_SHARE = 9 / 24  # office days last nine hours


def instant(moment: datetime) -> np.datetime64:
    """An aware datetime as datetime64[us]."""
    return np.datetime64(moment.replace(tzinfo=None), "us")


def days(count: Floats | float) -> np.ndarray[tuple[int, ...], np.dtype[np.timedelta64]]:
    """A number of days as timedelta64[us], rounded to whole seconds."""
    seconds = np.rint(np.asarray(count, dtype=np.float64) * 86_400).astype(np.int64)
    return (seconds * 1_000_000).astype("timedelta64[us]")


def days_between(start: Times, end: Times) -> Floats:
    """Elapsed days, seconds ÷ 86,400; NaN where either end is missing."""
    out = (end - start) / np.timedelta64(86_400_000_000, "us")
    return np.asarray(out, dtype=np.float64)


def nowhere(n: int) -> Times:
    """`n` missing instants."""
    return np.full(n, NAT)


def only(mask: Bools, times: Times) -> Times:
    """The times where `mask` holds, missing elsewhere."""
    return np.where(mask, times, NAT)


def local_dates(times: Times) -> Dates:
    """The dates on which the instants fall in Shanghai."""
    return (times + _SHANGHAI).astype("datetime64[D]")


def midnights(dates: Dates) -> Times:
    """The instant at which each date begins in Shanghai."""
    same_number: Times = dates.astype("datetime64[us]")
    return same_number + _BACK


def at_local_hour(dates: Dates, hour: Floats | float) -> Times:
    """The instant of a local hour on each date."""
    return midnights(dates) + days(np.asarray(hour) / 24)


def weekdays(dates: Dates) -> Ints:
    """Monday 0 … Sunday 6."""
    return (dates.astype(np.int64) + 3) % 7


def office_hours(times: Times) -> Times:
    """The same instants moved into office hours, 9 to 18 on a working day; order within a day kept."""
    dates = local_dates(times)
    shift = np.where(weekdays(dates) == 5, 2, np.where(weekdays(dates) == 6, 1, 0))
    into_day = (times - midnights(dates)) / np.timedelta64(1, "s")
    seconds = np.where(np.isnat(times), 0, into_day * _OFFICE_SHARE)
    moved = midnights(dates + shift) + _OPENS + days(seconds / 86_400)
    return only(~np.isnat(times), moved)


def at_least(times: Times, earlier: Times, minutes: float = 5) -> Times:
    """`times`, pushed to at least `minutes` after `earlier`; missing stays missing."""
    floor = earlier + days(minutes / 1440)
    out: Times = np.where(times < floor, floor, times)
    return out


def earliest(*times: Times) -> Times:
    """The earliest of several instants, missing ones ignored."""
    out = times[0]
    for other in times[1:]:
        out = np.fmin(out, other)
    return out


def happens(times: Times) -> Bools:
    """Where there is an instant, and not beyond the horizon."""
    return ~np.isnat(times) & (times <= instant(HORIZON))


def month_numbers(times: Times) -> Ints:
    """Calendar month in Shanghai, January 0 … December 11."""
    return local_dates(times).astype("datetime64[M]").astype(np.int64) % 12
