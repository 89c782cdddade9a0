"""The coverage study counts intervals rightly and shows how far naive figures are off."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import pytest

from bench.coverage import Figure, compare

AT = datetime(2026, 3, 1, tzinfo=UTC)


def waits(*companies: tuple[str, list[float], list[float]]) -> duckdb.DuckDBPyConnection:
    """Waits of companies that began in February: (name, days of the ended, days of the open)."""
    db = duckdb.connect()
    db.execute("""
        create table wait (company varchar, requisition_key varchar, measure_code varchar,
            stage_code varchar, month_on date, duration_days double, cause_code varchar, n integer);
        create table funnel (company varchar, requisition_key varchar, stage_code varchar,
            cohort_month_on date, n_entered bigint, n_advanced bigint, n_open bigint)
    """)
    for company, ended, still_open in companies:
        for days, cause in [(d, "left") for d in ended] + [(d, None) for d in still_open]:
            db.execute(
                "insert into wait values (?, ?, 'retention', null, date '2026-02-01', ?, ?, 1)",
                [company, f"requisition {days}", days, cause],
            )
    return db


def test_an_interval_holds_the_truth_or_it_does_not() -> None:
    """True median 10. One company's waits are all near 10; another's all end within three days."""
    full = waits(("truth", [8.0, 9.0, 10.0, 11.0, 12.0, 13.0], []))
    near, far = [8.0, 9.0, 10.0, 11.0, 12.0], [1.0 + step / 10 for step in range(21)]
    seen = waits(("near", near, [14.0]), ("far", far, []))
    line = compare(Figure("median", "quantile", "retention", 1), AT, seen, full)
    assert (line.truth, line.companies, line.covered) == (10, 2, 1)
    assert line.estimate == pytest.approx((10 + 2) / 2)


def test_open_waits_make_naive_figures_wrong_in_the_direction_they_say() -> None:
    """Ten starters: one left on day 20, four are there after 100 days, five for 30 days so far."""
    seen = waits(("a", [20.0], [100.0] * 4 + [30.0] * 5))
    line = compare(Figure("kept", "survival", "retention", 1, at=90), AT, seen, seen)
    assert line.estimate == pytest.approx(0.9)
    assert line.open_share == pytest.approx(0.9)
    assert line.open_as_ended == pytest.approx(0.4)
    assert line.ended_only == pytest.approx(0)


def test_a_pass_rate_is_of_those_resolved() -> None:
    seen = waits()
    seen.execute("insert into funnel values ('a', 'r', 'screen', date '2026-02-01', 10, 4, 2)")
    line = compare(Figure("pass", "share", "", 1, "screen"), AT, seen, seen)
    assert (line.truth, line.covered) == (pytest.approx(0.5), 1)
    assert line.open_as_ended == pytest.approx(0.4)


def test_what_cases_of_a_requisition_share_widens_the_interval() -> None:
    """Ten requisitions of ten applications each, that pass or fail together: five of each."""
    seen = waits()
    for number in range(10):
        seen.execute(
            "insert into funnel values ('a', ?, 'screen', date '2026-02-01', 10, ?, 0)",
            [f"r{number}", 10 * (number % 2)],
        )
    full = waits()
    full.execute("insert into funnel values ('t', 'r', 'screen', date '2026-02-01', 100, 65, 0)")
    line = compare(Figure("pass", "share", "", 1, "screen"), AT, seen, full)
    assert (line.covered, line.covered_plain) == (1, 0)
