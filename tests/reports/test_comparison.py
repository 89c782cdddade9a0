"""Comparing periods: worked by hand on a published copy of a few rows."""

from __future__ import annotations

from datetime import date

import pytest

from talentloop.errors import ConfigError
from talentloop.reports import all_reports, get_report, run_compared, run_report
from talentloop.reports.comparison import as_lines, as_result, compared_columns
from talentloop.reports.noise import intervals_differ, shares_differ
from talentloop.reports.periods import periods_of
from talentloop.reports.text import CellText
from talentloop.settings import Settings
from tests.reports.conftest import Publish

TIME_TO_HIRE = """
select month::date as hired_month_on, null::varchar as top_org_unit_key, n::bigint as n,
    p25_days, median_days, p75_days, p75_days + 9 as p90_days, median_days as mean_days,
    timestamptz '2026-11-01 00:00:00+00' as observed_through_at, 'mature' as state_code
from (values ('2026-09-01', 40, 18.0, 24.04, 30.0), ('2026-08-01', 50, 19.0, 25.0, 31.0),
    ('2025-09-01', 60, 24.0, 30.0, 36.0)) as t (month, n, p25_days, median_days, p75_days)
"""
#: Openings by month: six of September 2026, five of March, seven of September 2025.
OPENINGS = """
select o || month as opening_key, 'r' as requisition_key, 'u' as top_org_unit_key,
    'rd' as job_family_code, month::date as month_on, 'filled' as status_code, 10.0 + o as waited_days
from (values ('2026-09-01', 6), ('2026-03-01', 5), ('2025-09-01', 7)) as t (month, n),
    generate_series(1, 9) as g (o)
where o <= n
"""
TODAY = date(2026, 11, 26)
UNITS = (
    "select null::varchar as org_unit_key, '' as org_unit_id, '' as name, '' as name_en where false"
)


@pytest.fixture
def three_months(publish_rows: Publish) -> Settings:
    """Time to hire of a month, the month before and the year before."""
    return publish_rows({"mart_time_to_hire": TIME_TO_HIRE, "dim_org_unit": UNITS})


def test_a_change_is_of_displayed_values_and_judged_by_its_noise(three_months: Settings) -> None:
    """24.0 against 25.0: standard errors 1.2533 · 12 / 1.349 / √40 = 1.76 and 1.58, so 1.0 is noise;
    against 30.0 a year before the change of 6.0 is not."""
    [median] = run_compared(three_months, "time_to_hire", {"month": "2026-09"}).figures
    previous, year = median.changes["previous"], median.changes["year"]
    assert (median.now.value, median.now.n) == (24.04, 40)
    assert (previous.difference, previous.verdict) == (-1.0, "within")
    assert (year.difference, year.verdict) == (-6.0, "larger")


def test_a_month_that_runs_is_never_set_against_one_that_ended(publish_rows: Publish) -> None:
    """The data reach to 1 November 08:00 in the business zone: November has begun."""
    rows = TIME_TO_HIRE.replace("2026-09", "2026-11").replace("2026-08", "2026-10")
    settings = publish_rows({"mart_time_to_hire": rows, "dim_org_unit": UNITS})
    [median] = run_compared(settings, "time_to_hire", {"month": "2026-11"}).figures
    assert median.now.is_provisional
    assert median.changes["previous"].verdict == "mixed"
    assert median.changes["previous"].difference is None
    assert median.changes["previous"].then is not None
    assert median.changes["previous"].then.value == 25.0


def test_a_period_without_a_like_one_says_so(three_months: Settings) -> None:
    [median] = run_compared(three_months, "time_to_hire", {"month": "2026-08"}).figures
    assert median.changes["previous"].verdict == "none"
    assert median.changes["previous"].then is None


def test_a_month_with_too_few_hires_has_no_figures(publish_rows: Publish) -> None:
    rows = TIME_TO_HIRE.replace("'mature'", "if(n < 50, 'suppressed', 'mature')")
    settings = publish_rows({"mart_time_to_hire": rows, "dim_org_unit": UNITS})
    found = run_report(settings, "time_to_hire", {"month": "2026-09"}).rows
    assert [(row["n"], row["median_days"], row["p90_days"]) for row in found[-2:]] == [
        (50, 25.0, 40.0), (40, None, None),
    ]  # fmt: skip


def test_withheld_figures_are_not_compared(running: Settings) -> None:
    found = run_compared(running, "monthly_hiring_efficiency", {"month": "2026-09"})
    offers = next(f for f in found.figures if f.column == "offer_acceptance_rate")
    assert offers.changes["previous"].verdict == "withheld"
    assert offers.changes["previous"].difference is None


@pytest.mark.parametrize(
    ("given", "previous", "year"),
    [
        ({"month": date(2026, 9, 1)}, "2026-08 2026-08", "2025-09 2025-09"),
        ({"month": date(2026, 9, 1), "window": 3}, "2026-04 2026-06", "2025-07 2025-09"),
        ({"from": date(2026, 4, 1), "to": date(2026, 9, 1)}, "2025-10 2026-03", "2025-04 2025-09"),
        ({"from": date(2025, 4, 1), "to": date(2026, 9, 1)}, "2023-10 2025-03", "2023-04 2024-09"),
    ],
)  # fmt: skip
def test_periods_are_of_equal_length_and_never_overlap(
    given: dict[str, object], previous: str, year: str
) -> None:
    periods = periods_of(given, TODAY, date(2026, 10, 1), 6)  # type: ignore[arg-type]
    shown = {w: " ".join(f"{month:%Y-%m}" for month in p.ends) for w, p in periods.items()}
    assert (shown["previous"], shown["year"]) == (previous, year)


@pytest.mark.parametrize(
    ("given", "now", "previous", "year"),
    [
        ({"day": None}, "2026-11-26", "2026-10-26", "2025-11-26"),
        ({"day": date(2024, 3, 31)}, "2024-03-31", "2024-02-29", "2023-03-31"),
        (
            {"weeks": 2, "until": None},
            "2026-11-09 – 2026-11-22", "2026-10-26 – 2026-11-08", "2025-11-10 – 2025-11-23",
        ),
        (
            {"from": None, "to": None},
            "2026-05 – 2026-10", "2025-11 – 2026-04", "2025-05 – 2025-10",
        ),
    ],
)  # fmt: skip
def test_days_and_weeks_and_periods_that_nobody_chose_have_like_ones(
    given: dict[str, object], now: str, previous: str, year: str
) -> None:
    """26 November 2026 is a Thursday: its week began on the 23rd, so that the last whole one ended
    on the 22nd; a year before are the same weekdays."""
    periods = periods_of(given, TODAY, date(2026, 10, 1), 6)  # type: ignore[arg-type]
    assert [str(p) for p in periods.values()] == [now, previous, year]


def test_months_are_set_against_those_in_the_same_place_of_the_period(
    publish_rows: Publish,
) -> None:
    """Openings of September 2026 against those of March and of September 2025: n 6, 5 and 7."""
    settings = publish_rows({"fct_opening_wait": OPENINGS, "dim_org_unit": UNITS})
    found = run_compared(settings, "time_to_fill_period", {"grouping": "month"})
    [n] = [f for f in found.figures if f.column == "n"]
    assert n.row["month_on"] == date(2026, 9, 1)
    then = {when: change.then and change.then.value for when, change in n.changes.items()}
    assert (n.now.value, then) == (6, {"previous": 5, "year": 7})


def test_shares_are_judged_by_newcombes_interval() -> None:
    """Newcombe 1998, table II: 56/70 against 48/80 differs by 0.0524 to 0.3339; 9/10 against
    3/10 by 0.1705 to 0.8090; 10/10 against 9/10 not."""
    assert shares_differ(56, 70, 48, 80)
    assert shares_differ(9, 10, 3, 10)
    assert not shares_differ(10, 10, 9, 10)
    assert not intervals_differ((0.2, 0.1, 0.3), (0.3, 0.2, 0.4))


@pytest.mark.parametrize("name", sorted(n for n, s in all_reports().items() if s.compare))
def test_every_comparison_gives_the_columns_it_names(running: Settings, name: str) -> None:
    found = run_compared(running, name)
    table = as_result(found)
    spec = found.result.meta.spec
    assert spec.compare is not None
    assert spec.compare.report is None
    month, by = spec.compare.period_column, spec.compare.by
    rows = {
        tuple(r[key] for key in by)
        for r in found.result.rows
        if month is None or r[month] == found.periods["now"].end
    }
    assert len(found.figures) == len(rows) * len(compared_columns(spec))
    assert all(list(row) == list(table.columns) for row in table.rows)
    heads, lines = as_lines(found, CellText.of(running, "zh"))
    assert all(len(line) == len(heads) for line in lines)


def test_a_report_that_is_not_compared_says_so(running: Settings) -> None:
    assert get_report("month_list").compare is None
    with pytest.raises(ConfigError, match="is not compared"):
        run_compared(running, "month_list")
