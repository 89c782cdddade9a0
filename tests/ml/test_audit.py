"""The fairness audit: arithmetic worked by hand, ties, empty and unknown groups, planted bias."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml.audit import Assessed, audit, group_outcomes, scoring_rates
from ml.config import AuditRule, load_rule
from ml.groups import age_band, pool_small
from ml.proxy import proxy_auc
from talentloop.settings import PROJECT_ROOT, Settings
from tests.ml.conftest import MODEL
from tests.ml.synthetic import feature_rows, publish_features

RULE = AuditRule(
    attributes=("gender", "age_band"), intersections=(), age_bands=(25, 30), min_cell=3,
    min_flag_rows=5, min_share=0.02, proxy_auc=0.65,
)  # fmt: skip


def groups(**sizes: int) -> pd.Series:
    return pd.Series([name for name, n in sizes.items() for _ in range(n)], dtype=object)


def by_name(score: list[float], group: pd.Series, rule: AuditRule = RULE) -> dict[str, tuple]:
    rates = scoring_rates(np.array(score), group, rule)
    return {r.group: (r.n, r.rate, r.impact_ratio, r.flag) for r in rates}


def test_ten_people_worked_by_hand() -> None:
    # median of 1..10 is 5.5; above: 6..10. a holds 1,2,3,6,7 -> 2/5; b holds 4,5,8,9,10 -> 3/5.
    found = by_name([1, 2, 3, 6, 7, 4, 5, 8, 9, 10], groups(a=5, b=5))
    assert found["a"][:3] == (5, 0.4, pytest.approx(2 / 3))
    assert found["a"][3] == "watch"  # below four fifths, but Fisher's p is 1
    assert found["b"] == (5, 0.6, 1.0, "reference")


def test_who_ties_with_the_median_is_not_above_it() -> None:
    # scores 1,2,2,2,2,3: median 2, only the 3 is above
    found = by_name([1, 2, 2, 2, 2, 3], groups(a=3, b=3))
    assert found["a"][1] == 0.0
    assert found["b"][1] == pytest.approx(1 / 3)


def test_equal_scores_give_no_ratio() -> None:
    found = by_name([0.5] * 10, groups(a=5, b=5))
    assert found == {"a": (5, 0.0, None, "not judged"), "b": (5, 0.0, None, "not judged")}


def test_an_empty_audit_has_no_rows() -> None:
    assert scoring_rates(np.zeros(0), pd.Series([], dtype=object), RULE) == []
    assert scoring_rates(np.full(4, np.nan), groups(a=4), RULE) == []
    assert group_outcomes(np.ones(4), np.full(4, np.nan), groups(a=4), RULE) == []


def test_unknown_people_are_counted_and_never_compared() -> None:
    group = pd.Series(["a"] * 5 + ["b"] * 5 + [None] * 5, dtype=object)
    found = by_name([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], group)
    # median 8: unknown all above, b has 9 and 10
    assert found["unknown"] == (5, 1.0, None, "not judged")
    assert found["b"] == (5, 0.4, 1.0, "reference")
    assert found["a"][2] == 0.0


def test_unscored_people_are_left_out_of_the_median() -> None:
    with_gaps = by_name([1, 2, 3, np.nan, np.nan, 4, 5, 6], groups(a=5, b=3))
    assert with_gaps["a"][0] == 3
    assert with_gaps["b"][1] == 1.0


def test_small_groups_are_pooled_and_hidden_when_still_small() -> None:
    score = [float(k) for k in range(20)]
    pooled = by_name(score, groups(a=8, b=8, c=2, d=2))
    assert set(pooled) == {"a", "b", "small groups together"}
    assert pooled["small groups together"] == (4, 1.0, None, "not judged")
    hidden = by_name(score[:18], groups(a=8, b=8, c=2))
    assert hidden["small groups together"] == (None, None, None, "not judged")
    assert pool_small(groups(a=8, c=2), 3).value_counts().to_dict() == {
        "a": 8,
        "small groups together": 2,
    }


def test_a_group_below_two_per_cent_is_shown_but_is_no_reference() -> None:
    rule = RULE.model_copy(update={"min_share": 0.10, "min_flag_rows": 30})
    score = list(np.linspace(0, 1, 96)) + [2.0] * 4
    found = by_name(score, groups(a=48, b=48, c=4), rule)
    assert found["c"] == (4, 1.0, None, "not judged")
    assert found["b"][3] == "reference"


def test_a_group_too_small_to_judge_by_is_no_reference_while_a_larger_one_is() -> None:
    rule = RULE.model_copy(update={"min_flag_rows": 30})
    score = [1.0] * 40 + [1.0] * 20 + [3.0] * 20 + [3.0] * 10
    found = by_name(score, groups(a=40, b=40, c=10), rule)
    assert found["b"][3] == "reference"
    assert found["a"][2:] == (0.0, "review")
    assert found["c"][2:] == (2.0, "not judged")


def test_outcomes_by_group_worked_by_hand() -> None:
    # scores .1 .2 .3 .4 | .6 .7 .8 .9, median .5: a all below, b all above
    score = np.array([0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9])
    outcome = np.array([0, 1, 1, 1, 1, 1, 1, 0], dtype=np.float64)
    found = {o.group: o for o in group_outcomes(score, outcome, groups(a=4, b=4), RULE)}
    assert found["a"].true_rate == 0.0
    assert found["a"].false_rate is None  # one person: too few to show
    assert found["a"].mean_score == pytest.approx(0.25)
    assert found["a"].observed_share == 0.75
    assert found["b"].true_rate == 1.0


@pytest.mark.parametrize(
    ("age", "band"),
    [(24, "under 25"), (25, "25-29"), (29, "25-29"), (30, "30 and over"), (np.nan, None)],
)
def test_age_bands_begin_at_their_bound(age: float, band: str | None) -> None:
    assert age_band(age, (25, 30)) == band


def assessed(n: int, seed: int = 0) -> Assessed:
    rng = np.random.default_rng(seed)
    return Assessed(
        person_key=pd.Series([f"p{k}" for k in range(n)]),
        decided_on=pd.Series(pd.to_datetime(["2026-06-01"] * n, utc=True)),
        score=rng.random(n),
        outcome=np.full(n, np.nan),
        matrix=rng.normal(size=(n, 3)),
    )


def protected(n: int, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "person_key": [f"p{k}" for k in range(n)],
            "gender": rng.choice(["female", "male"], n),
            "birth_year": [1990] * (n - 1) + [None],
            "ethnicity": ["汉族"] * n,
            "marital_status": [None] * n,
            "citizenship": [None] * n,
            "protected_group": [None] * n,
        }
    )


def test_a_planted_bias_is_found_and_an_even_score_is_not_flagged(settings: Settings) -> None:
    rule = load_rule(Settings(config=PROJECT_ROOT / "config"), MODEL).audit
    table = protected(400)
    publish_features(settings, feature_rows(10, n_open=2), table)
    people = assessed(400)
    even = audit(settings, rule, people, seed=1)
    assert even.flag == "ok"
    is_female = (table["gender"] == "female").to_numpy()
    people.score[is_female] -= 0.2
    people.matrix[is_female, 0] += 2
    biased = audit(settings, rule, people, seed=1)
    assert biased.flag == "review"
    assert biased.proxies == ("gender",)
    gender = next(a for a in biased.attributes if a.attribute == "gender")
    flags = {rate.group: rate.flag for rate in gender.rates}
    assert flags == {"female": "review", "male": "reference"}
    marital = next(a for a in biased.attributes if a.attribute == "marital_status")
    assert [(r.group, r.n) for r in marital.rates] == [("unknown", 400)]
    age = next(a for a in biased.attributes if a.attribute == "age_band")
    assert [(r.group, r.n) for r in age.rates] == [("35-39", 399), ("unknown", None)]
    both = next(a for a in biased.attributes if a.attribute == "gender x age_band")
    assert [r.group for r in both.rates] == ["female · 35-39", "male · 35-39", "unknown"]


def test_the_result_of_an_audit_names_nobody(settings: Settings) -> None:
    rule = load_rule(Settings(config=PROJECT_ROOT / "config"), MODEL).audit
    publish_features(settings, feature_rows(10, n_open=2), protected(60))
    text = str(audit(settings, rule, assessed(60), seed=1).as_dict())
    assert "gender" in text
    assert not [key for key in assessed(60).person_key if f"'{key}'" in text]


def test_features_that_say_nothing_are_no_proxy_and_few_people_give_no_answer() -> None:
    rng = np.random.default_rng(0)
    group = pd.Series(rng.choice(["x", "y"], 400))
    blind = proxy_auc(rng.normal(size=(400, 4)), group, seed=1)
    assert blind is not None
    assert 0.4 < blind < 0.6
    telling = proxy_auc(
        (group == "x").to_numpy()[:, None] + rng.normal(size=(400, 1)), group, seed=1
    )
    assert telling is not None
    assert telling > 0.7
    assert proxy_auc(rng.normal(size=(40, 2)), group.head(40), seed=1) is None
    assert proxy_auc(rng.normal(size=(9, 2)), pd.Series([None] * 9, dtype=object), seed=1) is None
