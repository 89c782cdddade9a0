"""The marts say what is true of the simulated company, by figures counted without them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connectors.sandbox.company import CLOCK_START
from connectors.sandbox.company.truth_file import truth
from connectors.sandbox.company.truth_work import overall_scores
from tests.warehouse.landed import Warehouse, rows_of

Figures = dict[str, Any]
Ask = Callable[[str], list[tuple[Any, ...]]]

COMPANY = "from marts.mart_monthly_hiring_efficiency where top_org_unit_key is null"


@pytest.fixture(scope="module")
def figures(warehouse: Warehouse) -> Figures:
    """What is true at the start of the tenant's clock."""
    found: Figures = truth(warehouse.company, CLOCK_START)["figures"]
    return found


@pytest.fixture(scope="module")
def ask(warehouse: Warehouse) -> Ask:
    """A query on the warehouse built from the company alone."""
    return lambda query: rows_of(warehouse.first, query)


def test_applications_and_exclusions(figures: Figures, ask: Ask) -> None:
    applications = figures["applications"]
    found = ask("select count(*), count(*) filter (not is_excluded) from marts.fct_application")
    assert found == [(applications["visible"], applications["counted"])]
    excluded = ask(
        "select exclusion_reason_code, sum(n_applications) from marts.mart_exclusion group by 1"
    )
    assert dict(excluded) == applications["excluded"]


def test_applications_by_state_and_month(figures: Figures, ask: Ask) -> None:
    states = dict(figures["applications_by_status"])
    del states["resolved"]
    query = (
        "select status_code, count(*) from marts.fct_application where not is_excluded group by 1"
    )
    assert dict(ask(query)) == states
    months = ask(f"select month_on::varchar, n_applications {COMPANY} and n_applications > 0")
    assert dict(months) == figures["applications_by_month"]


def test_hires_by_month_and_unit(figures: Figures, ask: Ask) -> None:
    hires = figures["hires"]
    found = ask(
        "select hired_month_on::varchar, n from marts.mart_time_to_hire where top_org_unit_key is null"
    )
    assert dict(found) == hires["by_month"]
    assert sum(n for _, n in found) == hires["total"]
    by_unit: dict[str, dict[str, int]] = {}
    query = (
        "select org_unit_id, hired_month_on::varchar, n from marts.mart_time_to_hire as t"
        " join marts.dim_org_unit as u on t.top_org_unit_key = u.org_unit_key"
    )
    for unit, month, n in ask(query):
        by_unit.setdefault(unit, {})[month] = n
    assert by_unit == hires["by_top_unit_and_month"]


def test_time_to_hire(figures: Figures, ask: Ask) -> None:
    names = ("n", "p25_days", "median_days", "p75_days", "p90_days", "mean_days")
    query = f"select hired_month_on::varchar, {', '.join(names)} from marts.mart_time_to_hire"
    found = {month: values for month, *values in ask(f"{query} where top_org_unit_key is null")}
    assert found.keys() == figures["time_to_hire_by_month"].keys()
    for month, expected in figures["time_to_hire_by_month"].items():
        assert found[month] == pytest.approx([expected[name] for name in names]), month


def test_offers(figures: Figures, ask: Ask) -> None:
    offers = figures["offers"]
    found = ask(
        f"select month_on::varchar, n_offers_decided, n_offers_accepted {COMPANY} and n_offers_decided > 0"
    )
    assert {m: {"decided": d, "accepted": a} for m, d, a in found} == offers["by_month"]
    reasons = ask("select decline_reason_code, sum(n) from marts.mart_decline_reason group by 1")
    assert dict(reasons) == offers["decline_reasons"]


def test_channels(figures: Figures, ask: Ask) -> None:
    found = ask(
        "select source_channel_code, n_applications, n_open, n_resolved, n_hires, hire_rate"
        " from marts.mart_source_quality"
    )
    assert {row[0]: row[1:] for row in found} == {
        channel: (f["applications"], f["open"], f["resolved"], f["hires"], f["hire_rate"])
        for channel, f in figures["channels"].items()
    }


def test_funnel(figures: Figures, ask: Ask) -> None:
    found = ask(
        "select stage_code, sum(n_entered), sum(n_rejected), sum(n_withdrawn), sum(n_open)"
        " from marts.mart_hiring_funnel group by 1"
    )
    assert {row[0]: row[1:] for row in found} == {
        stage: (f["reached"], f["rejected"], f["withdrawn"], f["open"])
        for stage, f in figures["funnel"].items()
        if f["reached"]
    }


def test_slips_and_reentries(figures: Figures, ask: Ask) -> None:
    slips = ask(
        "select count(*) from marts.fct_stage_event join marts.fct_application using (application_key)"
        " where is_accidental and not is_excluded"
    )
    again = ask(
        "select count(distinct application_key) from marts.fct_stage_spell"
        " where is_reentry and not is_excluded"
    )
    mistakes = figures["mistakes"]
    assert (slips[0][0], again[0][0]) == (
        mistakes["accidental_events"],
        mistakes["applications_with_reentry"],
    )


def test_openings(figures: Figures, ask: Ask) -> None:
    openings = figures["openings"]
    states = ask("select status_code, count(*) from marts.dim_opening group by 1")
    assert dict(states) == openings["by_status"]
    found = ask(
        f"select month_on::varchar, n_openings_due, n_openings_on_time {COMPANY} and n_openings_due > 0"
    )
    assert {month: due for month, due, _ in found} == openings["due_by_month"]
    assert {month: n for month, _, n in found if n} == openings["on_time_by_month"]


def test_persons_and_employments(figures: Figures, ask: Ask) -> None:
    persons = figures["persons"]
    found = ask(
        "select count(*) filter (n_candidates > 0), count(*), count(*) filter (n_candidates > 1)"
        " from marts.dim_person"
    )
    # The truth knows nothing of the links that the fixture makes up, each between two persons.
    [(linked,)] = ask("select coalesce(sum(n_links), 0) from marts.mart_person_cluster")
    counted = (persons["among_candidates"], persons["with_employees"], persons["duplicate_groups"])
    assert found == [(counted[0] - linked, counted[1] - linked, counted[2] + linked)]
    states = ask("select status_code, count(*) from marts.dim_employee group by 1")
    assert dict(states) == figures["employees"]["by_status"]
    rehires = ask("select count(*) from marts.dim_employee where is_rehire")
    assert rehires == [(figures["employees"]["rehires"],)]


def test_joins(figures: Figures, ask: Ask) -> None:
    joins = figures["joins"]
    found = ask(
        "select count(*) filter (not is_pending), count(*) filter (not is_pending and is_started),"
        " count(*) filter (is_pending) from intermediate.int_start__due"
    )
    assert found == [(joins["due"], joins["started"], joins["pending"])]
    monthly = ask(f"select sum(n_starts_due), sum(n_started) {COMPANY}")
    assert monthly == [(joins["due"], joins["started"])]


def test_retention(figures: Figures, ask: Ask) -> None:
    found = ask(
        "select source_channel_code, n_started, n_observed_90d, retention_90d_rate"
        " from marts.mart_source_quality where n_started > 0"
    )
    expected = {c: f for c, f in figures["retention_90d"].items() if c != "all"}
    assert {row[0] for row in found} == expected.keys()
    for channel, started, observed, rate in found:
        assert (started, observed) == (expected[channel]["starters"], expected[channel]["observed"])
        assert rate == pytest.approx(expected[channel]["retention_rate"], abs=1e-9)


def test_interviews_and_scores(figures: Figures, ask: Ask) -> None:
    states = ask("select status_code, count(*) from marts.fct_interview group by 1")
    assert dict(states) == figures["interviews"]["by_status"]
    scorers = ask("select scorer_type_code, count(*) from marts.fct_dimension_score group by 1")
    assert dict(scorers) == figures["interviews"]["scores"]


def test_overall_scores(warehouse: Warehouse, ask: Ask) -> None:
    expected = overall_scores(warehouse.company, CLOCK_START)
    found = dict(
        ask(
            "select application_id, overall_score_0_100 from marts.fct_application"
            " where overall_score_0_100 is not null"
        )
    )
    assert found.keys() == set(expected.index)
    # The warehouse rounds decimal halves up; binary arithmetic may see them a hair lower.
    assert max(abs(found[key] - expected[key]) for key in found) <= 0.01 + 1e-9


def test_labels(figures: Figures, ask: Ask) -> None:
    """Of counted and inside applications; the truth also counts those of test requisitions."""
    trial = (
        "select count(*) from marts.dim_employee as e join marts.fct_application using (application_key)"
        " where exclusion_reason_code = 'test_requisition' and e.status_code <> 'not_started'"
    )
    unseen = ask(trial)[0][0]
    for name in ("performance_6m", "probation_attrition"):
        n, positive = ask(
            f"select count(label), count(*) filter (label) from marts.feat_{name}__asof"
        )[0]
        expected = figures["labels"][name]
        assert n > 0
        assert expected["n"] - unseen <= n <= expected["n"]
        assert expected["positive"] - unseen <= positive <= expected["positive"]
