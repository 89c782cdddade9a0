"""Before and after a day, worked by hand on a published copy of a few rows."""

from __future__ import annotations

from datetime import date

import pytest

from talentloop.reports import run_report
from talentloop.reports.comparison import judge
from talentloop.reports.privacy import Row
from talentloop.settings import Settings
from tests.reports.conftest import Publish

APPLICATION = """
select
    application_key, application_key as application_id, 'p' as person_key, 'u' as top_org_unit_key,
    'r' as requisition_key, 'sales' as job_family_code, false as is_excluded,
    applied_at::timestamptz as applied_at, resolved_at::timestamptz as resolved_at,
    case when is_hired then resolved_at::timestamptz end as accepted_at,
    case when is_hired
        then date_diff('second', applied_at::timestamptz, resolved_at::timestamptz) / 86400
    end as time_to_hire_days,
    resolved_at is null as is_open, is_hired
from (values
    -- before: 12 to 21 October
    ('b1', '2026-10-12 04:00:00+00', '2026-10-14 04:00:00+00', false),
    ('b2', '2026-10-13 04:00:00+00', '2026-10-17 04:00:00+00', true),
    ('b3', '2026-10-14 04:00:00+00', '2026-10-31 04:00:00+00', true),   -- after the followed time: open
    -- after: 22 to 31 October
    ('a1', '2026-10-22 04:00:00+00', '2026-10-23 04:00:00+00', true),
    ('a2', '2026-10-23 04:00:00+00', '2026-10-24 04:00:00+00', false),
    ('a3', '2026-10-24 04:00:00+00', null, false),
    -- outside both
    ('x1', '2026-10-11 04:00:00+00', '2026-10-12 04:00:00+00', true)
) as t (application_key, applied_at, resolved_at, is_hired)
"""
EVENT = """
select application_key, occurred_at::timestamptz as occurred_at, false as is_accidental, actor_type_code
from (values
    ('b1', '2026-10-12 05:00:00+00', 'person'), ('b1', '2026-10-14 05:00:00+00', 'person'),
    ('b2', '2026-10-13 05:00:00+00', 'automation'), ('b2', '2026-10-17 05:00:00+00', 'person'),
    ('a1', '2026-10-22 05:00:00+00', 'automation'), ('a1', '2026-10-23 05:00:00+00', 'candidate'),
    ('a2', '2026-10-23 05:00:00+00', 'automation'), ('a2', '2026-10-24 05:00:00+00', 'person'),
    ('a2', '2026-10-24 06:00:00+00', null)
) as t (application_key, occurred_at, actor_type_code)
"""
OPENING = """
select 'r' as requisition_key, target_fill_on::date as target_fill_on, is_filled_on_time, false as is_cancelled
from (values ('2026-10-12', true), ('2026-10-21', false), ('2026-10-22', true), ('2026-11-02', true))
    as t (target_fill_on, is_filled_on_time)
"""
REQUISITION = """
select 'r' as requisition_key, 'u' as top_org_unit_key, 'sales' as job_family_code,
    false as is_test, false as is_evergreen
"""


@pytest.fixture
def small(publish_rows: Publish) -> Settings:
    """Six applications around 22 October; the data reach to 1 November 08:00 in the business zone."""
    return publish_rows(
        {"fct_application": APPLICATION, "fct_stage_event": EVENT, "dim_opening": OPENING,
         "dim_requisition": REQUISITION,
         "dim_org_unit": "select 'u' as org_unit_key, 'U' as org_unit_id"}
    )  # fmt: skip


@pytest.fixture
def sides(small: Settings) -> tuple[Row, Row]:
    """The two rows for 22 October with 90 days asked for."""
    before, after = run_report(small, "before_after", {"change_on": "2026-10-22"}).rows
    return before, after


def test_windows_are_equally_long_and_cut_to_what_has_passed(sides: tuple[Row, Row]) -> None:
    before, after = sides
    assert (before["from_on"], before["to_on"]) == (date(2026, 10, 12), date(2026, 10, 21))
    assert (after["from_on"], after["to_on"]) == (date(2026, 10, 22), date(2026, 10, 31))
    assert before["n_days"] == after["n_days"] == 10


def test_both_cohorts_are_followed_equally_long(sides: tuple[Row, Row]) -> None:
    """The older cohort is seen as of 22 October 00:00 UTC, as many days earlier: its third
    application counts as open, though it has been hired since. Median: S(2) = 2/3, S(4) = 1/3."""
    before, after = sides
    assert (before["n_applications"], before["n_open"]) == (3, 1)
    assert (after["n_applications"], after["n_open"]) == (3, 1)
    assert before["decision_days"] == 4.0
    assert after["decision_days"] == 1.0


def test_moves_are_counted_by_who_made_them(sides: tuple[Row, Row]) -> None:
    before, after = sides
    assert before["touches"] == pytest.approx(3 / 2)
    assert before["automation_share"] == pytest.approx(1 / 4)
    assert after["touches"] == pytest.approx(1 / 2)
    assert after["automation_share"] == pytest.approx(2 / 4)  # a move by nobody known is left out


def test_openings_are_counted_by_their_date(sides: tuple[Row, Row]) -> None:
    before, after = sides
    assert (before["n_on_time"], before["n_openings"]) == (1, 2)
    assert (after["n_on_time"], after["n_openings"]) == (1, 1)


def test_few_cases_are_not_judged(small: Settings, sides: tuple[Row, Row]) -> None:
    spec = run_report(small, "before_after").meta.spec
    assert judge(spec, "on_time_share", sides[1], sides[0])[1] == "unjudged"


def test_a_day_that_lies_ahead_has_no_rows(small: Settings) -> None:
    assert run_report(small, "before_after", {"change_on": "2026-11-01"}).rows == []
