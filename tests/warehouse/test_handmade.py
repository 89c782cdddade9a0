"""From landed records to marts: one small source whose figures were worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.warehouse.landed import Warehouse, rows_of

Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def ask(warehouse: Warehouse) -> Ask:
    """A query on the warehouse after the change."""
    return lambda query: rows_of(warehouse.changed, query)


def of(application: str) -> str:
    """Condition that picks one application of the source made by hand."""
    return f"source = 'handmade' and application_id = '{application}'"


def test_time_to_hire_runs_from_first_contact_to_acceptance(ask: Ask) -> None:
    # 1 March 00:00 to 21 March 12:00.
    query = "select time_to_hire_days, is_hired, accepted_at, started_on from marts.fct_application"
    accepted = datetime(2026, 3, 21, 12, tzinfo=UTC)
    assert ask(f"{query} where {of('a1')}") == [(20.5, True, accepted, date(2026, 4, 13))]


def test_the_month_of_an_application_is_local(ask: Ask) -> None:
    # 31 October, 17:00 UTC is 1 November in Shanghai.
    query = f"select cohort_month_on from marts.fct_application where {of('a3')}"
    assert ask(query) == [(date(2026, 11, 1),)]


def test_a_test_requisition_is_flagged_and_left_out(ask: Ask) -> None:
    query = "select is_excluded, exclusion_reason_code from marts.fct_application"
    assert ask(f"{query} where {of('a2')}") == [(True, "test_requisition")]
    # Of the four stages that a1 passed and the two of a3, a2 appears in none.
    query = "select stage_code, sum(n_entered) from marts.mart_hiring_funnel where job_family_code = 'handmade'"
    counts = dict(ask(f"{query} group by stage_code"))
    assert counts == {"applied": 2, "screen": 2, "ai_interview": 2, "interview": 1,
                      "offer_approval": 1, "offer": 1, "hired": 1}  # fmt: skip


def test_spells_of_a_hire_are_closed_and_of_an_open_application_are_not(ask: Ask) -> None:
    query = """
        select stage_code, duration_days, exit_type_code, spell.is_open
        from marts.fct_stage_spell as spell join marts.fct_application using (application_key)
    """
    assert ask(f"{query} where {of('a1')} order by sequence") == [
        ("applied", 1.0, "advanced", False),
        ("screen", 2.0, "advanced", False),
        ("interview", 10.0, "advanced", False),
        ("offer", 3.5, "advanced", False),
        ("hired", 0.0, "advanced", False),
    ]
    # No log: the record says where it stands; the clock of an open spell is no duration.
    assert ask(f"{query} where {of('a3')} order by sequence") == [
        ("applied", 0.0, "advanced", False),
        ("ai_interview", None, None, True),
    ]


def test_two_profiles_and_an_employment_are_one_person(ask: Ask) -> None:
    found = ask(
        "select n_candidates, n_applications, n_employments from marts.dim_person where person_key = "
        f"(select person_key from marts.fct_application where {of('a1')})"
    )
    assert found == [(2, 1, 1)]
    keys = ask(
        "select person_key from marts.dim_candidate where source = 'handmade' order by candidate_id"
    )
    assert keys[0] == keys[1] != keys[2]
    assert all(key.startswith("p_") and len(key) == 18 for (key,) in keys)


def test_a_correction_takes_the_tag_away_but_not_the_features(ask: Ask) -> None:
    # Weighted: 80 exactly before, 100 × (0.8 − 0.10 × 0.01) = 79.9 after culture fell to 0.89.
    query = "select overall_score_0_100 from marts.fct_application"
    assert ask(f"{query} where {of('a1')}") == [(79.9,)]
    profile = ask(
        "select is_high_potential, overall_score_0_100, education_level_code, outcome_code,"
        " performance_month_6_0_1 from marts.talent_profile where person_key = "
        f"(select person_key from marts.fct_application where {of('a1')})"
    )
    assert profile == [(False, 79.9, "master", "hired", 0.75)]
    features = ask(
        "select culture_score_0_1, label, is_trainable, decision_at"
        f" from marts.feat_performance_6m__asof where {of('a1')}"
    )
    assert features == [(0.9, True, True, datetime(2026, 3, 18, tzinfo=UTC))]


def test_an_open_application_with_scores_is_scored_as_of_now(ask: Ask) -> None:
    found = ask(
        "select is_scorable, is_trainable, label, decision_at, culture_score_0_1"
        f" from marts.feat_probation_attrition__asof where {of('a3')}"
    )
    assert found == [(True, False, None, datetime(2026, 12, 1, tzinfo=UTC), 0.9)]


def test_only_systems_that_take_results_back_are_exported(ask: Ask) -> None:
    ids = "select application_id from marts.exp_successfactors__high_potential_tag"
    assert ask(f"{ids} where application_id in ('a1', 'a3')") == []
    exported = ask("select count(*) from marts.exp_successfactors__high_potential_tag")
    assert exported[0][0] > 20


def test_results_that_lie_in_a_candidates_record_are_exported_by_candidate_and_application(
    ask: Ask,
) -> None:
    ours = "select split_part(result_key, '|', 2), overall_score_0_100, logic_0_100, rule_version"
    theirs = "select application_id, overall_score_0_100, logic_0_100, rule_version"
    assert ask(f"{ours} from marts.exp_yonyou__interview_result order by 1") == ask(
        f"{theirs} from marts.exp_successfactors__interview_result order by 1"
    )
    for export, columns in (
        ("interview_report", "overall_stars_0_5, remark, report_uri"),
        ("high_potential_tag", "is_high_potential"),
    ):
        theirs = f"application_id, {columns} from marts.exp_successfactors__{export} order by 1"
        found = ask(f"select split_part(result_key, '|', 2), {columns}"
                    f" from marts.exp_yonyou__{export} order by 1")  # fmt: skip
        assert found == ask(f"select {theirs}")
    assert ask("select count(*) > 0 from marts.exp_yonyou__high_potential_tag") == [(True,)]
    assert ask(
        "select count(*) from marts.exp_yonyou__interview_result as result"
        " inner join marts.fct_application as application"
        " on application.application_id = split_part(result.result_key, '|', 2)"
        " left join marts.dim_candidate as candidate using (candidate_key)"
        " where candidate.candidate_id <> split_part(result.result_key, '|', 1)"
        " or result.last_scored_at <> date_trunc('second', result.last_scored_at)"
    ) == [(0,)]


def test_names_and_protected_attributes_are_in_the_restricted_schema_only(ask: Ask) -> None:
    person = f"(select person_key from marts.fct_application where {of('a1')})"
    assert ask(
        "select full_name, trim(lower(email)), phone from restricted.restricted_person_identity"
        f" where person_key = {person}"
    ) == [("王芳", "wang.fang@example.com", "+8613900000001")]
    assert ask(
        "select gender, birth_year from restricted.restricted_protected_attribute"
        f" where person_key = {person}"
    ) == [("female", 1996)]
