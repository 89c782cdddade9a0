"""Proposals of weights: towards the truth, never too far, and not before there is enough."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml.weights import propose
from ml.weights.data import Hired, overall_scores
from ml.weights.effect import objections, on_rankings
from ml.weights.estimate import estimate, in_whole_units, limit_step
from talentloop.errors import ModelError
from talentloop.ops.proposals import proposals
from talentloop.settings import PROJECT_ROOT, Settings
from talentloop.warehouse.portraits import load_portrait
from tests.migrated import set_up
from tests.ml.conftest import NOW
from tests.ml.synthetic import publish_relations

DIMENSIONS = ["communication", "culture", "logic", "professionalism", "stress", "teamwork"]
CURRENT = np.array([0.15, 0.10, 0.20, 0.25, 0.15, 0.15])
TRUE = np.array([0.05, 0.00, 0.20, 0.35, 0.10, 0.30])


def hires(n: int, *, noise: float = 1.0, seed: int = 5) -> Hired:
    rng = np.random.default_rng(seed)
    scores = rng.normal(0, 0.15, (n, 6))
    return Hired(scores, scores @ TRUE * 10 + rng.normal(0, noise, n), 0)


def test_much_evidence_moves_the_weights_and_little_leaves_them() -> None:
    choices = {"max_step": 0.1, "resamples": 200, "seed": 1}
    much = estimate(hires(3_000), CURRENT, **choices)
    assert much.proposed == pytest.approx([0.05, 0.0, 0.2, 0.35, 0.1, 0.25], abs=0.035)
    assert much.gain[1] > 0
    assert np.all((much.lower <= much.proposed + 0.005) & (much.proposed <= much.upper + 0.005))
    little = estimate(hires(120, noise=6.0), CURRENT, **choices)
    assert little.kept < 0.5 < much.kept
    assert little.gain[1] < 0
    again = estimate(hires(3_000), CURRENT, **choices)
    assert np.array_equal(again.proposed, much.proposed)
    for found in (much, little):
        assert found.proposed.sum() == pytest.approx(1, abs=1e-12)
        assert found.proposed.min() >= 0
        assert np.abs(found.proposed - CURRENT).max() <= 0.1 + 1e-9


def test_hiring_on_the_scores_does_not_bias_the_weights() -> None:
    """A correlation falls when only the best are seen; slopes, and so the weights, do not."""
    everyone = hires(40_000)
    total = everyone.scores @ CURRENT
    best = total > np.quantile(total, 0.7)
    hired = Hired(everyone.scores[best], everyone.rating[best], 0)
    choices = {"max_step": 1.0, "resamples": 100, "seed": 1}
    assert estimate(hired, CURRENT, **choices).unshrunk == pytest.approx(TRUE, abs=0.03)


def test_a_step_is_cut_to_the_largest_allowed_and_still_adds_up() -> None:
    # Asked for 0.6 and 0, of 0.5 and 0.1 with steps of 0.05: 0.55 and 0.05; the rest keeps 0.40.
    found = limit_step(np.array([0.6, 0.0, 0.4]), np.array([0.5, 0.1, 0.4]), 0.05)
    assert found == pytest.approx([0.55, 0.05, 0.40], abs=1e-9)
    whole = in_whole_units(np.array([0.334, 0.333, 0.333]), np.array([0.3, 0.3, 0.4]), 0.1)
    assert whole.tolist() == [0.34, 0.33, 0.33]


def test_overall_scores_are_those_of_the_warehouse() -> None:
    # .15·.7 + .10·.9 + .20·.9 + .25·.8 + .15·.8 + .15·.7 = .8; three dimensions are too few.
    scores = np.array([[0.7, 0.9, 0.9, 0.8, 0.8, 0.7], [0.7, 0.9, 0.9, np.nan, np.nan, np.nan]])
    found = overall_scores(scores, CURRENT, 4)
    assert found[0] == 80
    assert np.isnan(found[1])


def test_the_effect_on_rankings_is_counted() -> None:
    now, then = np.array([90.0, 80, 70, 60, np.nan]), np.array([79.0, 85, 88, 60, 50])
    assert on_rankings(now, then, 2, 80.0) == {
        "n_scored": 4, "rank_correlation": 0.2, "top_k": 2, "n_top_changed": 1,
        "n_tagged_now": 2, "n_tags_gained": 1, "n_tags_lost": 1,
    }  # fmt: skip


def test_a_group_that_falls_beyond_chance_speaks_against_the_change() -> None:
    row = {"attribute": "gender", "group": "female", "ratio_now": 0.95, "ratio_proposed": 0.89}
    assert objections([{**row, "p_proposed": 0.01}], 0.05) == ["gender: female"]
    assert objections([{**row, "p_proposed": 0.30}], 0.05) == []
    assert objections([{**row, "p_proposed": 0.01}], 0.10) == []


@pytest.fixture
def company(tmp_path: Path, published_home: Path) -> Settings:
    """400 scored applications of one family, 250 of them hired and rated after six months."""
    shutil.copytree(PROJECT_ROOT / "config", tmp_path / "config")
    shutil.copytree(published_home / "mlflow", tmp_path / "home" / "mlflow")
    made = Settings(home=tmp_path / "home", config=tmp_path / "config", now=NOW)
    set_up(made)
    people, hired = hires(400, noise=0.7, seed=3), 250
    keys = [f"a{k:03d}" for k in range(400)]
    wide = pd.DataFrame(0.65 + people.scores, columns=DIMENSIONS, index=keys)
    scores = wide.stack().rename("score_0_1").rename_axis(["application_key", "dimension_code"])
    long = scores.reset_index()
    outcome = long[long["application_key"].isin(keys[:hired])].assign(
        job_family_code="rd", months=6
    )
    outcome["rating_z"] = outcome["application_key"].map(
        dict(zip(keys, people.rating, strict=True))
    )
    application = pd.DataFrame(
        {"application_key": keys, "person_key": [f"p_secret{k:03d}" for k in range(400)],
         "applied_at": NOW, "job_family_code": "rd", "is_excluded": False}
    )  # fmt: skip
    protected = pd.DataFrame(
        {"person_key": application["person_key"], "gender": ["female", "male"] * 200,
         "birth_year": 1990, "ethnicity": "汉族", "marital_status": "single",
         "citizenship": "CN", "protected_group": None}
    )  # fmt: skip
    publish_relations(
        made,
        {"fct_application_dimension": long, "fct_score_outcome": outcome,
         "fct_application": application},
        {"restricted_protected_attribute": protected},
    )  # fmt: skip
    return made


def test_a_proposal_is_stored_with_aggregates_only_and_changes_nothing(company: Settings) -> None:
    made = propose(company, "default")
    assert made.proposal_id is not None
    assert made.change["weights"]["teamwork"] > 0.15
    assert sum(made.change["weights"].values()) == pytest.approx(1, abs=1e-12)
    (row,) = proposals(company, "weights")
    assert (row.state, row.evidence["n"]) == ("pending", 250)
    assert {g["group"] for g in row.evidence["groups"]} >= {"female", "male"}
    assert "p_secret" not in json.dumps([row.change, row.evidence])
    assert load_portrait(company, "default").newest.version == "1"
    assert propose(company, "default").proposal_id == made.proposal_id  # the same data, once
    assert len(proposals(company, "weights")) == 1


def test_too_few_rated_hires_change_no_weights(company: Settings) -> None:
    path = company.config / "validity.yml"
    path.write_text(path.read_text().replace("min_n_weights: 100", "min_n_weights: 251"))
    with pytest.raises(ModelError, match="250 hires"):
        propose(company, "default")
    assert proposals(company, "weights") == []
