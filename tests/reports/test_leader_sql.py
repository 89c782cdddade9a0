"""Retention, pooled departments and decline reasons, worked out by hand."""

from __future__ import annotations

from math import exp, log, sqrt

import pytest

from talentloop.reports import Withheld, run_report
from tests.reports.conftest import Publish

SMALL = Withheld("small")


def test_retention_counts_the_young_for_as_long_as_they_are_seen(publish_rows: Publish) -> None:
    """Ten starters: two left on days 20 and 80, two are seen for 50 days only, one was a no-show,
    one left after 90 days, and an excluded one is not counted at all."""
    employees = """
    select 'e' || i as employee_key, 'a' || i as application_key, hired::date as hired_on,
        left_on::date as terminated_on, status as status_code
    from (values
        (1, '2026-01-05', '2026-01-25', 'terminated'), (2, '2026-01-05', '2026-03-26', 'terminated'),
        (3, '2026-01-05', '2026-09-01', 'terminated'), (4, '2026-02-01', null, 'active'),
        (5, '2026-02-01', null, 'active'), (6, '2026-02-01', null, 'active'),
        (7, '2026-02-01', null, 'active'), (8, '2026-02-01', null, 'active'),
        (9, '2026-09-12', null, 'active'), (10, '2026-09-12', null, 'active'),
        (11, '2026-10-20', null, 'not_started'), (12, '2026-01-05', '2026-01-10', 'terminated')
    ) as t (i, hired, left_on, status)
    """
    applications = (
        "select 'a' || i as application_key, 'r' as requisition_key, i = 12 as is_excluded"
        " from range(1, 13) as r (i)"
    )
    settings = publish_rows({"dim_employee": employees, "fct_application": applications})
    rows = {r["window_code"]: r for r in run_report(settings, "retention_90d").rows}
    now = rows["current"]
    assert str(now["first_month_on"]) == "2025-11-01"
    assert now["n_starters"] == 10
    # Day 20: 1 of 10. Day 50: two are lost from view. Day 80: 1 of 7.
    rate = (9 / 10) * (6 / 7)
    se = sqrt(1 / (10 * 9) + 1 / (7 * 6))
    assert (now["n_kept"], now["retention_90d_rate"]) == (
        Withheld("above", 5, is_count=True),
        Withheld("above", 0.59),
    )  # fmt: skip - two leavers are too few to show
    assert rows.keys() == {"current", "previous"}
    lower = rate ** exp(1.95996398454 * se / abs(log(rate)))
    shown = run_report(settings, "retention_90d").columns["retention_90d_lower"]
    assert shown.protect is not None
    unprotected = _raw(settings, "retention_90d")[0]
    assert unprotected["retention_90d_rate"] == pytest.approx(rate)
    assert unprotected["retention_90d_lower"] == pytest.approx(lower)


def _raw(settings: object, name: str) -> list[dict[str, object]]:
    """The rows before few people are withheld."""
    from talentloop.reports.parameters import resolve, used_in
    from talentloop.reports.registry import get_report, report_sql
    from talentloop.warehouse import open_published

    with open_published(settings) as db:  # type: ignore[arg-type]
        values = resolve(name, get_report(name), {}, db.as_of, "Asia/Shanghai")
        sql = report_sql(name)
        return list(db.sql(sql, used_in(sql, {**values, "zone": "Asia/Shanghai"})).to_pylist())


UNITS = """
select 'u' || i as org_unit_key, 'D' || i as org_unit_id, '部' || i as name, 'Unit ' || i as name_en
from range(1, 5) as r (i)
"""
REQUISITIONS = """
select 'r' || i as requisition_key, 'u' || i as top_org_unit_key, 'Asia/Shanghai' as time_zone,
    false as is_test, false as is_evergreen
from range(1, 5) as r (i)
"""
OPENINGS = """
select 'r1' as requisition_key, date '2026-10-10' as target_fill_on, false as is_cancelled,
    i < 7 as is_filled_on_time
from range(12) as r (i)
"""


def _acceptances(*per_unit: int) -> str:
    values = ", ".join(f"({unit}, {n})" for unit, n in enumerate(per_unit, start=1))
    return f"""
    select 'a' || unit || '-' || i as application_key, 'u' || unit as top_org_unit_key,
        'r' || unit as requisition_key, true as is_hired, false as is_excluded,
        timestamptz '2026-10-09 00:00:00+00' as accepted_at, unit * 10.0 + i as time_to_hire_days
    from (values {values}) as t (unit, n), range(50) as r (i)
    where i < n
    """


def _departments(publish_rows: Publish, *per_unit: int) -> dict[object, dict[str, object]]:
    settings = publish_rows(
        {"dim_org_unit": UNITS, "dim_requisition": REQUISITIONS, "dim_opening": OPENINGS,
         "fct_application": _acceptances(*per_unit)}
    )  # fmt: skip
    rows = run_report(settings, "department_efficiency", {"month": "2026-10"}).rows
    return {row["department_id"]: dict(row) for row in rows}


def test_departments_under_five_are_pooled(publish_rows: Publish) -> None:
    rows = _departments(publish_rows, 9, 3, 4, 12)
    assert rows.keys() == {"D1", "D4", "pooled", "all"}
    assert rows["pooled"]["n_accepted"] == 7
    assert rows["pooled"]["department_name"] == "部2、部3"
    # Days 20, 21, 22 and 30 to 33: the middle one is 30.
    assert rows["pooled"]["median_days"] == 30.0
    assert rows["all"]["n_accepted"] == 28
    assert rows["D1"]["median_days"] == 14.0


def test_a_pool_under_five_takes_the_next_smallest_in(publish_rows: Publish) -> None:
    rows = _departments(publish_rows, 9, 2, 6, 12)
    assert rows.keys() == {"D1", "D4", "pooled", "all"}
    assert rows["pooled"]["n_accepted"] == 8  # 2 alone could be had by subtraction
    assert rows["pooled"]["n_departments"] == 2


def test_nothing_is_pooled_where_nobody_can_be_recognised(publish_rows: Publish) -> None:
    rows = _departments(publish_rows, 9, 0, 6, 12)
    assert rows.keys() == {"D1", "D3", "D4", "all"}  # unit 2 never had an application


def test_openings_due_are_counted_beside_the_hires(publish_rows: Publish) -> None:
    rows = _departments(publish_rows, 9, 5, 6, 12)
    assert (rows["D1"]["n_openings_on_time"], rows["D1"]["n_openings_due"]) == (7, 12)
    assert rows["D4"]["n_openings_due"] == 0
    assert rows["D1"]["n_last_year"] == 0
    assert rows["D1"]["trend"] == ";" * 12 + "14.0"


def test_few_reasons_are_pooled_and_the_shares_add_up(publish_rows: Publish) -> None:
    reasons = """
    select date '2026-10-01' as month_on, code as decline_reason_code, n
    from (values ('salary', 11), ('location', 6), ('family', 3), ('timing', 1)) as t (code, n)
    union all select date '2026-06-01', 'salary', 50
    """
    settings = publish_rows({"mart_decline_reason": reasons})
    rows = run_report(settings, "decline_reasons", {"month": "2026-10", "window": 3}).rows
    # 3 + 1 is under five: the next smallest joins them.
    assert [(r["decline_reason_code"], r["n"]) for r in rows] == [("salary", 11), ("pooled", 10)]
    assert sum(float(str(r["share"])) for r in rows) == pytest.approx(1)
    assert rows[0]["n_total"] == 21


def test_a_month_is_over_only_in_the_business_zone(publish_rows: Publish) -> None:
    months = """
    select month as month_on, null::varchar as top_org_unit_key, 10 as n_applications, 6 as n_accepted
    from (values (date '2026-10-01'), (date '2026-11-01')) as t (month)
    """
    settings = publish_rows({"mart_monthly_hiring_efficiency": months})
    rows = run_report(settings, "month_list").rows
    # Observed at midnight UTC on 1 November: in Shanghai it is already eight in the morning.
    assert [(str(r["month_on"]), r["is_partial"]) for r in rows] == [
        ("2026-11-01", True), ("2026-10-01", False),
    ]  # fmt: skip
