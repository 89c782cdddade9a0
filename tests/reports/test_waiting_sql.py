"""Who applied and what the HR systems have scheduled, worked out by hand."""

from __future__ import annotations

from talentloop.reports import run_report
from tests.reports.conftest import Publish

APPLICATIONS = """
select 'a' || i as application_key, 'hr' as source, 'A-' || i as application_id,
    'p_' || i as person_key, 'r1' as requisition_key, timestamptz '2026-10-01' + to_days(i) as applied_at
from range(1, 4) as r (i)
"""
REQUISITIONS = "select 'r1' as requisition_key, '工程师' as title"


def test_only_the_applications_asked_for_are_told(publish_rows: Publish) -> None:
    settings = publish_rows({"fct_application": APPLICATIONS, "dim_requisition": REQUISITIONS})
    rows = run_report(settings, "application_persons", {"applications": "hr:A-3,hr:A-1,x:A-2"}).rows
    assert [(r["application"], r["person_key"], r["requisition_title"]) for r in rows] == [
        ("hr:A-3", "p_3", "工程师"), ("hr:A-1", "p_1", "工程师"),
    ]  # fmt: skip
    assert len(run_report(settings, "application_persons").rows) == 3


def test_what_is_ahead_is_scheduled_not_replaced_and_within_the_days(publish_rows: Publish) -> None:
    """The data was observed on 1 November at 00:00 UTC; fourteen days end on the 15th."""
    interviews = """
    select 'i' || i as interview_key, 'I-' || i as interview_id, 'a1' as application_key,
        'p_1' as person_key, 'panel' as interview_type_code, 1 as round, status as status_code,
        starts::timestamptz as scheduled_start_at, is_end as is_chain_end, 0 as n_reschedules
    from (values
        (1, '2026-11-15 00:00:00+00', 'scheduled', true), (2, '2026-11-15 00:01:00+00', 'scheduled', true),
        (3, '2026-11-02 00:00:00+00', 'cancelled', true), (4, '2026-11-02 00:00:00+00', 'scheduled', false),
        (5, '2026-11-01 00:00:00+00', 'scheduled', true), (6, '2026-11-02 00:00:00+00', 'scheduled', true)
    ) as t (i, starts, status, is_end)
    """
    settings = publish_rows({
        "fct_application": APPLICATIONS, "dim_requisition": REQUISITIONS, "fct_interview": interviews,
    })  # fmt: skip
    assert [r["interview_id"] for r in run_report(settings, "interviews_ahead").rows] == [
        "I-6", "I-1",
    ]  # fmt: skip
    month = run_report(settings, "interviews_ahead", {"days": 30}).rows
    assert [r["interview_id"] for r in month] == ["I-6", "I-1", "I-2"]
