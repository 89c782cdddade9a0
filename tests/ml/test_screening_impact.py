"""Adverse impact of screening rules, on a few published findings worked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from ml.screening_impact import ALL_RULES, RuleImpact, rule_impact
from talentloop.settings import Settings
from tests.ml.synthetic import protected_rows, publish_relations
from tests.ml.test_impact import declare

DAY = pd.Timestamp("2026-03-01", tz="UTC")


def applied(gender: str, n: int, not_met: int, unknown: int, version: str = "1") -> pd.DataFrame:
    """`n` people; to the first ones the rule on years says no, of the next it cannot tell."""
    verdicts = ["not_met"] * not_met + ["unknown"] * unknown
    verdicts += ["met"] * (n - len(verdicts))
    years = pd.DataFrame(
        {
            "person_key": [f"{gender}-{k}" for k in range(n)],
            "application_key": [f"{gender}-{version}-{k}" for k in range(n)],
            "rule_set_code": "engineer",
            "rule_set_version": version,
            "rule_code": "years",
            "screened_at": DAY,
            "screening_verdict_code": verdicts,
        }
    )
    years["screening_outcome_code"] = years["screening_verdict_code"].map(
        lambda v: "proposed_exclusion" if v == "not_met" else "advance_to_person"
    )
    return pd.concat([years, years.assign(rule_code="degree", screening_verdict_code="met")])


def published(settings: Settings, *groups: pd.DataFrame) -> None:
    declare(settings)
    rows = pd.concat(groups).reset_index(drop=True)
    applications = rows[["person_key", "application_key"]].drop_duplicates()
    applications = applications.assign(source="hr", is_excluded=False)
    persons = rows[["person_key"]].drop_duplicates().reset_index(drop=True)
    protected = protected_rows(persons)
    protected["gender"] = persons["person_key"].str.split("-").str[0]
    publish_relations(
        settings,
        {"fct_application": applications, "fct_screening_result": rows},
        {"restricted_protected_attribute": protected},
    )


def of_rule(found: list[RuleImpact], rule: str, version: str = "1") -> RuleImpact:
    (item,) = [
        each for each in found
        if (each.rule_code, each.rule_set_version, each.attribute) == (rule, version, "gender")
    ]  # fmt: skip
    return item


def test_each_rule_has_its_own_ratio_and_unknown_is_passed(settings: Settings) -> None:
    """40 women of whom years excludes 24, 40 men of whom it excludes 8: 0.4 ÷ 0.8 = 0.5."""
    published(settings, applied("female", 40, 24, 6), applied("male", 40, 8, 2))
    found = rule_impact(settings)
    for rule, unknown in (("years", 8), (ALL_RULES, 0)):
        item = of_rule(found, rule)
        female, male = item.rates
        assert (female.rate, male.rate, item.n_unknown) == (0.4, 0.8, unknown)
        assert female.impact_ratio == pytest.approx(0.5)
        assert (female.flag, male.flag) == ("review", "reference")
    assert {r.impact_ratio for r in of_rule(found, "degree").rates} == {1.0}


def test_versions_of_rules_are_compared_apart(settings: Settings) -> None:
    published(
        settings,
        applied("female", 40, 24, 0), applied("male", 40, 8, 0),
        applied("female", 40, 8, 0, "2"), applied("male", 40, 8, 0, "2"),
    )  # fmt: skip
    found = rule_impact(settings)
    assert of_rule(found, "years", "1").rates[0].impact_ratio == pytest.approx(0.5)
    assert of_rule(found, "years", "2").rates[0].impact_ratio == 1.0


def test_without_screening_there_is_nothing_to_compare(settings: Settings) -> None:
    published(settings, applied("female", 1, 0, 0))
    assert rule_impact(settings, source="elsewhere") == []
