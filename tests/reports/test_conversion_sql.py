"""Funnel, waiting curves and cohorts, worked out by hand."""

from __future__ import annotations

from math import sqrt

import pytest

from talentloop.reports import run_report
from tests.reports.conftest import Publish

UNITS = "select 'u' as org_unit_key, 'RD' as org_unit_id, '研发' as name, 'R&D' as name_en"
EVENTS = """
select unnest(['applied', 'screen', 'ai_interview', 'interview', 'offer_approval', 'offer',
    'hired', 'rejected']) as stage_code, unnest([1, 2, 3, 4, 5, 6, 7, null]) as stage_rank
"""
#: key, furthest rank, status, excluded
APPLICATIONS = """
select key as application_key, 'A-' || key as application_id, 'p_' || key as person_key,
    'u' as top_org_unit_key, 'rd' as job_family_code, 'referral' as source_channel_code,
    'r' as requisition_key, timestamptz '2026-09-02 00:00:00+00' as applied_at,
    date '2026-09-01' as cohort_month_on, furthest as furthest_stage_rank, status as status_code,
    'screen' as current_stage_code, null::double as overall_score_0_100,
    status = 'open' as is_open, status = 'hired' as is_hired, excluded as is_excluded,
    case when excluded then 'test_requisition' end as exclusion_reason_code
from (values
    ('a', 3, 'open', false), ('b', 2, 'rejected', false), ('c', 2, 'withdrawn', false),
    ('d', 2, 'open', false), ('e', 4, 'rejected', false), ('x', 7, 'hired', true)
) as t (key, furthest, status, excluded)
"""
#: key, stage, rank, sequence, days (null while open), open days, exit, accidental
SPELLS = """
select key as application_key, stage as stage_code, rank as stage_rank, sequence,
    days as duration_days, waited as open_days, how as exit_type_code, days is null as is_open,
    slip as is_accidental, false as is_excluded
from (values
    ('a', 'screen', 2, 1, 2.0, null, 'advanced', false),
    ('a', 'ai_interview', 3, 2, null, 6.0, null, false),
    ('b', 'screen', 2, 1, 4.0, null, 'rejected', false),
    ('c', 'screen', 2, 1, 6.0, null, 'withdrawn', false),
    ('d', 'screen', 2, 1, null, 5.0, null, false),
    ('e', 'screen', 2, 1, 0.0, null, 'advanced', false),      -- caught up afterwards: no length
    ('e', 'interview', 4, 2, 1.0, null, 'moved_back', false), -- skipped the AI interview
    ('e', 'screen', 2, 3, 3.0, null, 'rejected', false),      -- back again: counts once
    ('e', 'ai_interview', 3, 9, 0.01, null, 'moved_back', true),
    ('x', 'screen', 2, 1, 9.0, null, 'advanced', false)
) as t (key, stage, rank, sequence, days, waited, how, slip)
"""
#: Time in a stage, all stays of an application together; the catch-up of e has no length.
TIMES = """
select application_key, stage_code, stage_rank, sum(coalesce(duration_days, open_days)) as duration_days,
    case when not bool_or(is_open) then arg_max(exit_type_code, sequence) end as outcome_code
from fct_stage_spell
where not is_accidental
group by all
"""
REQUISITIONS = "select 'r' as requisition_key, '工程师' as title, 'Asia/Shanghai' as time_zone"


@pytest.fixture
def by_stage(publish_rows: Publish) -> dict[str, dict[str, object]]:
    settings = publish_rows(
        {
            "dim_org_unit": UNITS,
            "fct_application": APPLICATIONS,
            "fct_stage_spell": SPELLS,
            "fct_stage_time": TIMES,
            "fct_stage_event": EVENTS,
            "dim_requisition": REQUISITIONS,
        }
    )
    rows = run_report(settings, "funnel", {"from": "2026-09", "to": "2026-09"}).rows
    return {str(row["stage_code"]): dict(row) for row in rows}


def test_an_application_counts_once_per_stage_and_open_ones_stay_out_of_the_rate(
    by_stage: dict[str, dict[str, object]],
) -> None:
    screen = by_stage["screen"]
    # a and e went on (e later came back and was rejected there: it still passed the screen).
    assert (screen["n_entered"], screen["n_advanced"]) == (5, 2)
    assert (screen["n_rejected"], screen["n_withdrawn"], screen["n_open"]) == (1, 1, 1)
    assert screen["n_resolved"] == 4
    assert screen["pass_rate"] == 0.5


def test_a_skipped_stage_is_not_entered_and_a_slip_of_the_hand_is_none(
    by_stage: dict[str, dict[str, object]],
) -> None:
    assert by_stage["ai_interview"]["n_entered"] == 1
    assert by_stage["ai_interview"]["pass_rate"] is None  # nobody has left it
    assert by_stage["interview"]["n_moved_back"] == 1


def test_the_rate_has_wilsons_interval(by_stage: dict[str, dict[str, object]]) -> None:
    z = 1.95996398454
    z2, n, p = z**2, 4, 0.5
    half = z * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    assert by_stage["screen"]["pass_rate_lower"] == pytest.approx(0.5 - half)
    assert by_stage["screen"]["pass_rate_upper"] == pytest.approx(0.5 + half)


def test_applications_that_pass_or_fail_with_their_requisition_widen_the_interval(
    publish_rows: Publish,
) -> None:
    """Six requisitions of four applications, which all pass in three: as uncertain as six coins,
    p (1 - p) / 6 x 6/5, with Student's 2.5706 for five degrees of freedom."""
    numbers = "from range(24) as r (i)"
    settings = publish_rows(
        {
            "dim_org_unit": UNITS,
            "fct_application": f"""
                select * replace ('r' || i // 4 as requisition_key, 'k' || i as application_key,
                    case when i // 4 < 3 then 3 else 2 end as furthest_stage_rank,
                    'rejected' as status_code, false as is_open, false as is_excluded)
                from (select t.* from ({APPLICATIONS}) as t where application_key = 'a'), range(24) as r (i)
            """,
            "fct_stage_spell": f"""
                select 'k' || i as application_key, 'screen' as stage_code, 2 as stage_rank,
                    1 as sequence, 2.0::double as duration_days, null::double as open_days,
                    case when i // 4 < 3 then 'advanced' else 'rejected' end as exit_type_code,
                    false as is_open, false as is_accidental, false as is_excluded {numbers}
            """,
            "fct_stage_time": TIMES,
            "fct_stage_event": EVENTS,
            "dim_requisition": REQUISITIONS,
        }
    )
    rows = run_report(settings, "funnel", {"from": "2026-09", "to": "2026-09"}).rows
    screen = next(row for row in rows if row["stage_code"] == "screen")
    assert (screen["n_resolved"], screen["pass_rate"]) == (24, 0.5)
    cases, t = 5, 2.570582
    half = t * sqrt(0.25 / cases + t**2 / (4 * cases**2)) / (1 + t**2 / cases)
    assert screen["pass_rate_lower"] == pytest.approx(0.5 - half, abs=1e-4)
    assert screen["pass_rate_upper"] == pytest.approx(0.5 + half, abs=1e-4)


def test_the_median_counts_the_open_as_still_waiting(
    by_stage: dict[str, dict[str, object]],
) -> None:
    # Screen spells with a length: 2, 3, 4, 6 ended, 5 open. At risk 5, 4, 3, (2 with the open), 1.
    # S(2) = 4/5, S(3) = 3/5, S(4) = 2/5 <= 1/2.
    assert by_stage["screen"]["median_days"] == 4.0
    assert by_stage["ai_interview"]["median_days"] is None  # only the open one


def test_what_is_left_out_is_counted_by_reason(publish_rows: Publish) -> None:
    settings = publish_rows({"dim_org_unit": UNITS, "fct_application": APPLICATIONS})
    rows = run_report(settings, "funnel_selection", {"from": "2026-09", "to": "2026-09"}).rows
    assert [(r["exclusion_reason_code"], r["n"], r["n_open"]) for r in rows] == [
        (None, 5, 2), ("test_requisition", 1, 0),
    ]  # fmt: skip


def test_the_drill_down_lists_what_the_figure_counts(publish_rows: Publish) -> None:
    settings = publish_rows(
        {"dim_org_unit": UNITS, "fct_application": APPLICATIONS, "fct_stage_spell": SPELLS,
         "dim_requisition": REQUISITIONS}
    )  # fmt: skip

    def listed(**given: str) -> list[object]:
        period = {"from": "2026-09", "to": "2026-09"}
        return sorted(
            str(r["application_id"])
            for r in run_report(settings, "application_list", {**period, **given}).rows
        )

    assert listed(stage="screen") == ["A-a", "A-b", "A-c", "A-d", "A-e"]
    assert listed(stage="screen", exit="advanced") == ["A-a", "A-e"]
    assert listed(stage="screen", exit="open") == ["A-d"]
    assert listed(stage="screen", department="SL") == []


def test_the_waiting_curve_steps_down_where_somebody_left(publish_rows: Publish) -> None:
    settings = publish_rows(
        {"dim_org_unit": UNITS, "fct_application": APPLICATIONS, "fct_stage_spell": SPELLS,
         "fct_stage_time": TIMES}
    )  # fmt: skip
    given = {"from": "2026-09", "to": "2026-09", "stage": "screen"}
    rows = run_report(settings, "stage_survival", given).rows
    by_day = {row["day"]: row for row in rows}
    assert len(rows) == 61
    assert (by_day[0]["share_waiting"], by_day[0]["n_at_risk"]) == (1.0, 5)
    assert by_day[2]["share_waiting"] == pytest.approx(4 / 5)
    assert by_day[4]["share_waiting"] == pytest.approx(2 / 5)
    assert by_day[5]["share_waiting"] == pytest.approx(2 / 5)  # the open one leaves without a step
    assert by_day[5]["n_at_risk"] == 1
    assert by_day[6]["share_waiting"] == pytest.approx(0.0)
    assert rows[0]["median_days"] == 4.0
    # Greenwood at day 2: 1 / (5 * 4); log-log interval.
    se, s = sqrt(1 / 20), 4 / 5
    from math import exp, log

    lower = s ** exp(1.95996398454 * se / abs(log(s)))
    assert by_day[2]["share_lower"] == pytest.approx(lower, abs=1e-6)


def test_a_cohort_is_chosen_once_nearly_all_of_it_is_resolved(publish_rows: Publish) -> None:
    applications = """
    select 'k' || i as application_key, month as cohort_month_on, false as is_excluded,
        i < n_open as is_open, case when i < n_hired then 7 when i < 40 then 3 else 2 end
            as furthest_stage_rank
    from (values (date '2026-06-01', 1, 8), (date '2026-07-01', 0, 6), (date '2026-08-01', 3, 4))
        as t (month, n_open, n_hired), range(100) as r (i)
    """
    settings = publish_rows({"fct_application": applications, "fct_stage_event": EVENTS})
    rows = run_report(settings, "cohort_reach", {"month": "2026-10"}).rows
    # August has 3 % open; July none.
    assert {str(r["cohort_month_on"]) for r in rows} == {"2026-07-01"}
    reached = {r["stage_code"]: r["n_reached"] for r in rows}
    assert reached == {"applied": 100, "screen": 100, "ai_interview": 40, "interview": 6,
                       "offer_approval": 6, "offer": 6, "hired": 6}  # fmt: skip
    chosen = run_report(settings, "cohort_reach", {"month": "2026-10", "cohort": "2026-06"}).rows
    assert chosen[-1]["n_reached"] == 8
