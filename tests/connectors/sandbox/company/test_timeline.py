"""Office time in Shanghai, by hand."""

from __future__ import annotations

import numpy as np

from connectors.sandbox.company.employment import add_months
from connectors.sandbox.company.kinds import Times
from connectors.sandbox.company.timeline import (
    at_least,
    at_local_hour,
    days,
    days_between,
    local_dates,
    office_hours,
)


def _times(*texts: str) -> Times:
    return np.array(texts, dtype="datetime64[us]")


def test_a_night_becomes_office_time_of_the_same_local_day() -> None:
    # Monday 2026-03-02 00:00 and 12:00 in Shanghai: the first and the middle of the office day
    moved = office_hours(_times("2026-03-01T16:00", "2026-03-02T04:00"))
    assert moved.tolist() == _times("2026-03-02T01:00", "2026-03-02T05:30").tolist()


def test_weekends_move_to_monday_and_missing_stays_missing() -> None:
    moved = office_hours(_times("2026-02-28T02:00", "2026-03-01T02:00", "NaT"))
    assert local_dates(moved[:2]).astype(str).tolist() == ["2026-03-02", "2026-03-02"]
    assert np.isnat(moved[2])


def test_local_hour_and_date_are_inverse() -> None:
    dates = np.array(["2026-01-01", "NaT"], dtype="datetime64[D]")
    at = at_local_hour(dates, 7.5)
    assert at[0] == np.datetime64("2025-12-31T23:30")
    assert local_dates(at)[0] == dates[0]
    assert np.isnat(at[1])


def test_days_are_elapsed_seconds_not_midnights() -> None:
    found = days_between(_times("2026-01-01T23:00"), _times("2026-01-02T01:00"))
    assert found[0] == 2 / 24


def test_at_least_pushes_only_what_is_too_early() -> None:
    start = _times("2026-01-01T00:00", "2026-01-01T00:00", "2026-01-01T00:00")
    times = _times("2025-12-31T00:00", "2026-01-02T00:00", "NaT")
    pushed = at_least(times, start, 5)
    assert pushed[0] == np.datetime64("2026-01-01T00:05")
    assert pushed[1] == np.datetime64("2026-01-02T00:00")
    assert np.isnat(pushed[2])


def test_whole_seconds_survive_a_protocol_that_speaks_milliseconds() -> None:
    assert days(np.array([1 / 3]))[0] == np.timedelta64(28_800, "s")


def test_months_end_on_the_last_day_there_is() -> None:
    dates = np.array(["2025-08-31", "2025-01-15", "2024-11-30"], dtype="datetime64[D]")
    months = np.array([6, 3, 3])
    assert add_months(dates, months).astype(str).tolist() == [
        "2026-02-28", "2025-04-15", "2025-02-28",
    ]  # fmt: skip
