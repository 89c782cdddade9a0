"""What a landed batch must satisfy before the warehouse sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.expectations.batches import OBSERVED, T0, Judge

LATE = OBSERVED + timedelta(days=3)

#: By entity: a change that breaks one row, and what is said about that row.
BROKEN: dict[str, list[tuple[dict[str, Any], str]]] = {
    "offer": [
        ({"status_code": "maybe"}, "status_code is one of"),
        ({"application_id": None}, "application_id is never empty"),
        ({"version": 0}, "version is at least 1"),
        ({"source": "elsewhere"}, "source is that of the file"),
        ({"application_id": ""}, "application_id is not an empty text"),
        ({"base_salary": -1.0}, "base_salary is at least 0"),
    ],
    "candidate": [
        ({"gender": "f"}, "gender is one of female, male, other"),
        ({"years_experience": 71.0}, "years_experience lies between 0 and 70"),
    ],
    "dimension_score": [
        ({"score_0_1": 0.9}, "score_0_1 = (score_raw - scale_min)"),
        ({"scale_max": 0.0}, "and the scale is not empty"),
        ({"score_raw": 150.0, "score_0_1": 1.5}, "score_0_1 lies between 0 and 1"),
    ],
    "performance_review": [({"rating_0_1": 0.8}, "rating_0_1 = (rating_raw - scale_min)")],
    "prediction": [
        ({"lower": 0.65}, "probability is at least lower"),
        ({"upper": 0.55}, "upper is at least probability"),
        ({"reasons": "not json"}, "reasons holds JSON"),
    ],
    "person_link": [
        ({"decision": "merged"}, "decision is one of auto, proposed"),
        ({"decided_by": "somebody"}, "decided_by is one of model, person"),
        ({"probability": 1.2}, "probability lies between 0 and 1"),
        ({"reasons": "not json"}, "reasons holds JSON"),
    ],
}


@pytest.mark.parametrize("entity", BROKEN)
def test_each_broken_row_fails_the_batch_and_is_named(judge: Judge, entity: str) -> None:
    cases = BROKEN[entity]
    run = judge(entity, len(cases) + 1, {i: change for i, (change, _) in enumerate(cases)})
    assert not run.success
    for i, (_, expected) in enumerate(cases):
        said = [f for f in run.critical if expected in f.text]
        assert any(f"{entity}-{i}" in f.record_ids for f in said), expected
        assert not any(f"{entity}-{len(cases)}" in f.record_ids for f in said)


def test_one_broken_row_is_enough(judge: Judge) -> None:
    run = judge("offer", 50, {7: {"version": 0}})
    assert [f.record_ids for f in run.critical] == [("offer-7",)]


def test_a_record_that_comes_twice_fails_the_batch(judge: Judge) -> None:
    run = judge("org_unit", changes={1: {"source_id": "org_unit-0"}})
    assert run.summary.startswith("expected: each record comes once in a load (2 rows)")


TOLERATED: list[tuple[str, dict[str, Any], str]] = [
    ("offer", {"accepted_at": T0 - timedelta(days=1)}, "accepted_at is not before extended_at"),
    ("stage_event", {"occurred_at": LATE}, "occurred_at lies between 1980-01-01 and 2026-11-02"),
]


@pytest.mark.parametrize(("entity", "change", "expected"), TOLERATED)
def test_contradictions_warn_when_few_and_fail_when_many(
    judge: Judge, entity: str, change: dict[str, Any], expected: str
) -> None:
    few = judge(entity, 8, dict.fromkeys(range(3), change))
    assert few.success
    assert [f.severity for f in few.failures if expected in f.text] == ["warning"]
    assert next(f.unexpected for f in few.failures if expected in f.text) == 3

    many = judge(entity, 8, dict.fromkeys(range(4), change))
    assert expected in many.summary


def test_an_empty_date_that_became_the_first_of_1970_is_noticed(judge: Judge) -> None:
    change = {"applied_at": T0.replace(year=1970, month=1, day=1)}
    assert (
        "applied_at lies between 1980" in judge("application", changes={1: change}).failures[0].text
    )


def test_an_interview_that_ends_before_it_starts_is_noticed(judge: Judge) -> None:
    (failure,) = judge("interview", changes={1: {"ended_at": T0 - timedelta(hours=1)}}).failures
    assert failure.text == "ended_at is not before started_at"


def test_a_share_of_contradictions_is_tolerated_in_a_large_batch(judge: Judge) -> None:
    change = {"accepted_at": T0 - timedelta(days=1)}
    assert judge("offer", 400, dict.fromkeys(range(4), change)).success
    assert not judge("offer", 400, dict.fromkeys(range(5), change)).success


def test_planned_times_may_lie_ahead_of_the_sources_clock(judge: Judge) -> None:
    ahead = {"scheduled_start_at": OBSERVED + timedelta(days=30)}
    assert judge("interview", 8, dict.fromkeys(range(8), ahead)).failures == ()


def test_scores_that_all_agree_fail_only_where_there_are_enough_to_judge(judge: Judge) -> None:
    assert judge("dimension_score", 199).success
    assert "score_0_1 is not always the same" in judge("dimension_score", 200).summary


def test_a_source_that_hires_everybody_fails_only_where_there_are_enough(judge: Judge) -> None:
    hired = {"stage_code": "hired", "status_code": "hired", "status_at": T0}
    assert judge("application", 200, dict.fromkeys(range(180), hired)).failures == ()
    assert "at most 90%" in judge("application", 200, dict.fromkeys(range(181), hired)).summary


def test_a_missing_date_of_acceptance_is_a_warning(judge: Judge) -> None:
    run = judge("offer", changes={1: {"accepted_at": None}})
    assert run.success
    (failure,) = run.failures
    assert failure.text == "accepted_at is known where status_code is accepted or reneged"


def test_a_failure_names_records_and_no_values(judge: Judge) -> None:
    run = judge("offer", 5, {2: {"base_salary": -777777.0}})
    (failure,) = run.critical
    assert (failure.unexpected, failure.record_ids) == (1, ("offer-2",))
    assert failure.column == "base_salary"
    assert "777777" not in run.failures_json()
