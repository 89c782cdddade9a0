"""Figures of a period, worked out by hand on a published copy of a few rows."""

from __future__ import annotations

from collections.abc import Sequence
from math import atanh, sqrt, tanh

import pytest

from talentloop.reports import Withheld, run_compared, run_report
from talentloop.reports.privacy import Row
from tests.reports.conftest import Publish

UNITS = "select 'u' as org_unit_key, 'RD' as org_unit_id, '研发' as name, 'R&D' as name_en"


def rows_of(columns: str, rows: Sequence[tuple[object, ...]]) -> str:
    """A query for rows given as tuples."""
    told = ", ".join(
        "(" + ", ".join("null" if v is None else repr(v) for v in row) + ")" for row in rows
    )
    return f"select * from (values {told}) as t ({columns})"


def test_vacant_openings_count_as_waiting(publish_rows: Publish) -> None:
    """Five openings of September wait 10, 20 (vacant), 30, 40, 50 days: S = 4/5 after 10,
    4/5 · 2/3 = .533 after 30, .267 after 40: the median is 40, not the 35 of the filled ones. The
    sixth is of August."""
    opening = rows_of(
        "opening_key, month_on, waited_days, status_code",
        [(f"o{d}", month, d, state) for d, month, state in (
            (10.0, "2026-09-01", "filled"), (20.0, "2026-09-01", "open"),
            (30.0, "2026-09-01", "filled"), (40.0, "2026-09-01", "filled"),
            (50.0, "2026-09-01", "filled"), (1.0, "2026-08-01", "filled"))],
    )  # fmt: skip
    opening = opening.replace("select *", "select * replace (month_on::date as month_on), 'u' as"
                              " top_org_unit_key, 'rd' as job_family_code, opening_key as"
                              " requisition_key")  # fmt: skip
    settings = publish_rows({"fct_opening_wait": opening, "dim_org_unit": UNITS})
    period = {"from": "2026-09", "to": "2026-09"}
    [row] = run_report(settings, "time_to_fill_period", period).rows
    assert (row["department_id"], row["n"], row["n_open"]) == ("RD", 5, 1)
    assert (row["p25_days"], row["median_days"], row["p75_days"]) == (30, 40, 50)
    [august] = run_report(
        settings, "time_to_fill_period", {"from": "2026-08", "to": "2026-08"}
    ).rows
    assert (august["n"], august["median_days"]) == (1, Withheld("small"))


STARTERS = """
select key as employee_key, key as application_key, key as requisition_key, 'u' as top_org_unit_key,
    'rd' as job_family_code, 'campus' as source_channel_code, date '2026-05-01' as month_on,
    date '2026-05-01' as hired_on, date '2026-05-01' + probation as probation_end_on,
    date '2026-11-01' as observed_on, days as followed_days, gone as has_left
from (values ('a', 30, 100, true), ('b', 60, 100, false), ('c', 95, 100, true), ('d', 184, 100, false),
    ('e', 184, 100, false)) as t (key, days, probation, gone)
"""


def test_who_is_not_followed_to_the_end_is_neither_kept_nor_lost(publish_rows: Publish) -> None:
    """a leaves after 30 days, b is lost from sight after 60: S(90) = 4/5. By 180 days c has left
    too: 4/5 · 2/3. Of probations of 100 days, d and e pass: 4/5 · 2/3 of all."""
    settings = publish_rows({"fct_employment_follow": STARTERS, "dim_org_unit": UNITS})

    def kept(horizon: str) -> Row:
        given = {"horizon": horizon, "grouping": "company", "from": "2026-05", "to": "2026-05"}
        [row] = run_report(settings, "retention_period", given).rows
        return row

    assert (kept("90_days")["n"], kept("90_days")["n_open"]) == (5, 1)
    assert kept("90_days")["retention_rate"] == pytest.approx(4 / 5)
    assert kept("180_days")["retention_rate"] == pytest.approx(8 / 15)
    assert kept("365_days")["retention_rate"] is None
    assert kept("probation")["retention_rate"] == pytest.approx(8 / 15)


SPELLS = """
select key as application_key, stage as stage_code, entered::timestamptz as entered_at,
    left_at::timestamptz as exited_at, left_at is null as is_open, false as is_accidental
from (values ('a', 'screen', '2026-09-01', '2026-10-20'), ('a', 'interview', '2026-10-20', null),
    ('b', 'screen', '2026-10-10', '2026-10-12'), ('c', 'screen', '2026-10-30', null))
    as t (key, stage, entered, left_at)
"""
APPLICATIONS = """
select key as application_key, 'A-' || key as application_id, 'p_' || key as person_key,
    'r' as requisition_key, 'u' as top_org_unit_key, 'rd' as job_family_code,
    'campus' as source_channel_code, ended is null as is_open, ended::timestamptz as resolved_at,
    false as is_excluded
from (values ('a', null), ('b', '2026-10-12'), ('c', null)) as t (key, ended)
"""


def test_the_stock_of_an_earlier_day_is_what_was_open_then(publish_rows: Publish) -> None:
    """At the end of 11 October a had been at the screen for 40.7 days and b for 1.7; now a is at
    the interview and c at the screen. A month before, at the end of 1 October, only a was there: 30.7 days."""
    settings = publish_rows({
        "fct_stage_spell": SPELLS, "fct_application": APPLICATIONS, "dim_org_unit": UNITS,
        "fct_stage_event": "select unnest(['screen', 'interview']) as stage_code,"
        " unnest([2, 4]) as stage_rank",
        "dim_requisition": "select 'r' as requisition_key, '工程师' as title",
    })  # fmt: skip

    def stock(**given: str) -> dict[tuple[object, object], object]:
        rows = run_report(settings, "stage_ageing", given).rows
        return {(r["stage_code"], r["from_days"]): r["n"] for r in rows if r["n"]}

    assert stock(day="2026-10-11") == {("screen", 31): 1, ("screen", 0): 1}
    assert stock() == {("interview", 8): 1, ("screen", 0): 1}
    assert stock(day="2027-01-01") == stock()
    listed = run_report(settings, "waiting_list", {"day": "2026-10-11", "stage": "screen"}).rows
    assert [row["application_id"] for row in listed] == ["A-a", "A-b"]
    found = run_compared(settings, "stage_ageing", {"day": "2026-11-01"})
    [screen] = [
        f for f in found.figures if (f.row["stage_code"], f.row["from_days"]) == ("screen", 15)
    ]
    then = screen.changes["previous"].then
    assert then is not None
    assert (screen.now.value, then.value) == (0, 1)


def test_the_tenth_of_an_earlier_day_is_of_the_scores_given_by_then(publish_rows: Publish) -> None:
    """Twelve persons: 90, 88 … 68 by September; the tenth had 72. In October the one with 68 is
    scored 99, and the tenth place falls to who had 74."""
    score = rows_of(
        "application_key, score_0_1, scored_at",
        [(f"a{i}", (90 - 2 * i) / 100, "2026-09-10") for i in range(12)]
        + [("b11", 0.99, "2026-10-10")],
    )
    settings = publish_rows({
        "fct_dimension_score": score.replace("select *", "select * replace (scored_at::timestamptz"
        " as scored_at), 'logic' as dimension_code, 'person' as scorer_type_code, 's' as"
        " scorer_key, application_key as interview_key, application_key as dimension_score_key"),
        "fct_application": rows_of(
            "application_key, person_key, applied_at",
            [(f"a{i}", f"p{i}", "2026-09-01") for i in range(12)] + [("b11", "p11", "2026-10-01")],
        ).replace("select *", "select * replace (applied_at::timestamptz as applied_at), false as"
                  " is_excluded, false as is_internal, 'rd' as job_family_code, 'u' as"
                  " top_org_unit_key"),
        "dim_org_unit": UNITS,
    })  # fmt: skip

    def tenth(**given: str) -> tuple[object, ...]:
        [row] = run_report(settings, "top_ten_level", {"minimum_n": 10, **given}).rows
        return row["n_persons"], row["best_0_100"], row["tenth_0_100"], row["n_listed"]

    assert tenth(day="2026-09-30") == (12, 90, 72, 10)
    assert tenth() == (12, 99, 74, 10)


def test_validity_of_a_period_is_of_the_ratings_given_in_it(publish_rows: Publish) -> None:
    """Five pairs rated in September, r of (1..5) with (1, 3, 2, 5, 4) = .8; Fisher's interval is
    tanh(atanh .8 ± 1.96 / √2). The sixth was rated in August."""
    scores, ratings = (0.1, 0.2, 0.3, 0.4, 0.5, 0.9), (1.0, 3.0, 2.0, 5.0, 4.0, -9.0)
    pairs = [(f"a{i}", s, z) for i, (s, z) in enumerate(zip(scores, ratings, strict=True))]
    outcome = rows_of("application_key, score_0_1, rating_z", pairs)
    review = rows_of(
        "application_key, finalised_at",
        [(f"a{i}", "2026-08-09" if i == 5 else "2026-09-09") for i in range(6)],
    )
    settings = publish_rows({
        "fct_score_outcome": outcome.replace("select *", "select application_key, score_0_1::double"
        " as score_0_1, rating_z::double as rating_z, 'logic' as dimension_code, 6 as months,"
        " 'rd' as job_family_code"),
        "fct_performance_review": review.replace("select *", "select * replace"
        " (finalised_at::timestamptz as finalised_at), 6 as months_since_start, 'month_6' as"
        " review_type_code"),
    })  # fmt: skip
    given = {"month": "2026-09", "window": 1, "minimum_n": 5}
    [row] = run_report(settings, "validity_period", given).rows
    assert (row["n"], row["pearson_r"]) == (5, 0.8)
    assert row["pearson_lower"] == pytest.approx(tanh(atanh(0.8) - 1.959963985 / sqrt(2)), abs=1e-6)
    assert row["pearson_upper"] == pytest.approx(tanh(atanh(0.8) + 1.959963985 / sqrt(2)), abs=1e-6)
    [few] = run_report(settings, "validity_period", {**given, "minimum_n": 6}).rows
    assert (few["n"], few["pearson_r"]) == (5, None)


def test_completeness_of_a_period_is_of_the_records_made_in_it(publish_rows: Publish) -> None:
    """8 of 10 in September, 5 of 10 in August: together 13 of 20."""
    mart = rows_of(
        "month_on, n_records, n_stated", [("2026-09-01", 10, 8), ("2026-08-01", 10, 5)]
    ).replace("select *", "select month_on::date as month_on, 'candidate' as entity_code, 'moka' as"
              " source, 'phone' as field_code, n_records, n_stated, n_records - n_stated as"
              " n_missing")  # fmt: skip
    settings = publish_rows({"mart_data_completeness": mart})
    [both] = run_report(settings, "data_completeness").rows
    [one] = run_report(settings, "data_completeness", {"from": "2026-09", "to": "2026-09"}).rows
    assert (both["n_missing"], both["filled_share"]) == (7, 0.65)
    assert (one["n_missing"], one["filled_share"]) == (2, 0.8)
