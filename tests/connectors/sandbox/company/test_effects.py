"""The planted effects can be seen in the data, and nothing that was not planted can."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xgboost as xgb
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from connectors.sandbox.company import CLOCK_START, Company
from connectors.sandbox.company.effects import (
    PERFORMANCE_ORDER,
    attrition_logit,
    intercept_for,
    performance_index,
)
from connectors.sandbox.company.vocabulary import CULTURE, DIMENSIONS, STRESS, TEAMWORK


@pytest.fixture(scope="module")
def people(demo: Company) -> pd.DataFrame:
    """One row per employment that began through an application: what was known at the decision,
    the rating after six months, and whether it ended within probation."""

    def shown(entity: str) -> pd.DataFrame:
        frame: pd.DataFrame = demo.visible(entity, CLOCK_START).to_pandas()
        return frame

    applications = shown("application").set_index("source_id")
    offers = shown("offer").groupby("application_id")["extended_at"].min()
    scores = shown("dimension_score").pivot_table(
        index="application_id", columns="dimension_code", values="score_0_1"
    )
    candidates = shown("candidate").set_index("source_id")
    requisitions = shown("requisition").set_index("source_id")
    reviews = shown("performance_review")
    month_6 = reviews[reviews["review_type"] == "month_6"].set_index("employee_id")["rating_0_1"]
    jobs = shown("employee")
    jobs = jobs[jobs["application_id"].notna() & (jobs["status_code"] != "not_started")]
    jobs = jobs.set_index("application_id")
    out = scores.reindex(jobs.index).fillna(scores.mean())
    mine = applications.loc[jobs.index]
    out["decision_at"] = offers.reindex(jobs.index)
    out["waited"] = (out["decision_at"] - mine["applied_at"]).dt.total_seconds() / 86_400
    out["years"] = candidates["years_experience"].reindex(mine["candidate_id"]).to_numpy()
    out["family"] = requisitions["job_family_code"].reindex(mine["requisition_id"]).to_numpy()
    out["channel"] = mine["source_channel_code"]
    out["gender"] = jobs["gender"]
    out["age"] = 2026 - pd.to_datetime(jobs["birth_on"]).dt.year
    out["rating"] = jobs["source_id"].map(month_6)
    ended = pd.to_datetime(jobs["probation_end_on"])
    out["left"] = (pd.to_datetime(jobs["terminated_on"]) <= ended).where(
        ended < pd.Timestamp(CLOCK_START.date())
    )
    return out.sort_values("decision_at", kind="stable")


def _features(people: pd.DataFrame) -> pd.DataFrame:
    dummies = pd.get_dummies(people[["family", "channel"]], dtype=float)
    return pd.concat([people[[*DIMENSIONS, "years", "waited"]], dummies], axis=1)


def test_regression_recovers_the_order_of_effects_on_performance(people: pd.DataFrame) -> None:
    rated = people[people["rating"].notna()]
    x = rated[list(DIMENSIONS)]
    design = pd.concat(
        [(x - x.mean()) / x.std(), pd.get_dummies(rated["family"], dtype=float)], axis=1
    )
    y = (rated["rating"] - rated["rating"].mean()) / rated["rating"].std()
    found = np.linalg.lstsq(design.to_numpy(), y.to_numpy(float), rcond=None)[0][: len(DIMENSIONS)]
    order = [DIMENSIONS[i] for i in np.argsort(-found)]
    assert order[:4] == list(PERFORMANCE_ORDER[:4])
    assert set(order[4:]) == set(PERFORMANCE_ORDER[4:])
    assert abs(found[CULTURE]) < 0.08


def test_planted_strengths_are_stated_in_that_order(demo: Company) -> None:
    strengths = demo.planted["performance"]["strengths"]
    assert tuple(sorted(strengths, key=lambda d: -strengths[d])) == PERFORMANCE_ORDER
    assert abs(strengths["culture"]) < 0.03


def test_protected_attributes_have_no_effect_on_performance(people: pd.DataFrame) -> None:
    rated = people[people["rating"].notna()]
    x = _features(rated)
    residual = rated["rating"] - _linear_fit(x, rated["rating"])
    women, men = residual[rated["gender"] == "female"], residual[rated["gender"] == "male"]
    error = np.sqrt(women.var() / len(women) + men.var() / len(men))
    assert abs(women.mean() - men.mean()) < 2.5 * error
    assert abs(np.corrcoef(rated["age"], residual)[0, 1]) < 2.5 / np.sqrt(len(rated))


def _linear_fit(x: pd.DataFrame, y: pd.Series) -> np.ndarray:
    design = np.column_stack([x.to_numpy(float), x["years"] ** 2, np.ones(len(x))])
    return design @ np.linalg.lstsq(design, y.to_numpy(float), rcond=None)[0]


def test_only_the_ai_marks_women_down_on_communication(demo: Company) -> None:
    scores = demo.visible("dimension_score", CLOCK_START).to_pandas()
    applications = demo.visible("application", CLOCK_START).to_pandas().set_index("source_id")
    candidates = demo.visible("candidate", CLOCK_START).to_pandas().set_index("source_id")
    of = applications["candidate_id"].reindex(scores["application_id"])
    scores["gender"] = candidates["gender"].reindex(of).to_numpy()
    means = scores.groupby(["dimension_code", "scorer_type", "gender"])["score_0_1"].mean()
    gap = (means.xs("female", level="gender") - means.xs("male", level="gender")) * 100
    assert gap["communication", "ai"] == pytest.approx(-6, abs=1.5)
    others = gap.drop(("communication", "ai"))
    assert others.abs().max() < 2.5


def test_hiring_on_scores_restricts_their_range(demo: Company) -> None:
    scores = demo.visible("dimension_score", CLOCK_START).to_pandas()
    applications = demo.visible("application", CLOCK_START).to_pandas().set_index("source_id")
    ai = scores[scores["scorer_type"] == "ai"].pivot_table(
        index="application_id", columns="dimension_code", values="score_0_1"
    )
    hired = ai[(applications["status_code"].reindex(ai.index) == "hired").to_numpy()]
    assert (hired.mean() > ai.mean() + 0.03).all()
    assert (hired.std() < 0.95 * ai.std()).all()


@pytest.mark.parametrize(("label", "least", "most"), [("rating", 0.30, 0.46), ("left", 0.12, 0.21)])
def test_trees_beat_logistic_regression_and_it_beats_the_prior(
    people: pd.DataFrame, label: str, least: float, most: float
) -> None:
    known = people[people[label].notna()]
    y = (known[label].astype(float) >= 0.75).to_numpy(float)
    assert least <= y.mean() <= most
    x = _features(known)
    cut = int(len(x) * 0.72)
    logistic = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=2_000))
    logistic.fit(x[:cut], y[:cut])
    trees = xgb.XGBClassifier(
        n_estimators=170, max_depth=3, learning_rate=0.04, min_child_weight=5, subsample=0.8,
        colsample_bytree=0.6, reg_lambda=2, n_jobs=1, random_state=0, tree_method="hist",
    )  # fmt: skip
    trees.fit(x[:cut], y[:cut])
    loss = {
        "prior": log_loss(y[cut:], np.full(len(y) - cut, y[:cut].mean())),
        "logistic": log_loss(y[cut:], logistic.predict_proba(x[cut:])[:, 1]),
        "trees": log_loss(y[cut:], trees.predict_proba(x[cut:])[:, 1]),
    }
    assert loss["trees"] < loss["logistic"] - 0.01
    assert loss["logistic"] < loss["prior"]


def test_teamwork_counts_in_some_families_only() -> None:
    ability = np.zeros((2, len(DIMENSIONS)))
    ability[1, TEAMWORK] = 1
    years, channel = np.full(2, 5.0), np.full(2, 3)
    gain = {
        family: np.diff(performance_index(ability, np.full(2, family), years, channel))[0]
        for family in range(6)
    }
    assert min(gain[f] for f in (0, 1, 5)) > 5 * max(gain[f] for f in (2, 3, 4))


def test_early_exits_rise_at_both_ends_of_experience_and_with_misfit() -> None:
    def risk(years: float, culture: float = 0.5, stress: float = 0.5, family: int = 0) -> float:
        ability = np.zeros((1, len(DIMENSIONS)))
        ability[0, CULTURE], ability[0, STRESS] = culture, stress
        found = attrition_logit(
            ability, np.array([family]), np.array([years]), np.array([3]), np.array([20.0])
        )
        return float(found[0])

    assert risk(2.0) > risk(6.0) + 2
    assert risk(14.0) > risk(6.0) + 2
    assert risk(6.0, culture=-1) > risk(6.0, culture=0.5) + 1
    assert risk(6.0, stress=-1, family=2) > risk(6.0, stress=0.5, family=2) + 0.5
    assert risk(6.0, stress=-1, family=0) == pytest.approx(risk(6.0, stress=0.5, family=0))


def test_intercept_reaches_the_wanted_rate() -> None:
    logit = np.linspace(-3, 3, 101)
    shifted = 1 / (1 + np.exp(-(logit + intercept_for(logit, 0.16))))
    assert shifted.mean() == pytest.approx(0.16, abs=1e-6)
