"""The model itself: encoding, contributions, intervals, promises of direction, bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml.arrays import Floats, sigmoid
from ml.baselines import baseline_probabilities
from ml.calibration import Calibration, fit_calibration
from ml.cohort import describe_numbers, stability_index
from ml.config import ModelRule, load_rule
from ml.encoding import fit_encoding
from ml.fit import fit_model
from ml.inputs import as_inputs, frame_hash, row_hashes
from ml.linear import fit_linear
from ml.model import BASE, Model, load
from ml.reasons import probability_points
from ml.split import Split, split_in_time
from talentloop.errors import ModelError
from talentloop.settings import Settings
from tests.ml.conftest import MODEL
from tests.ml.synthetic import DIMENSIONS, feature_rows, known_truths


@pytest.fixture(scope="module")
def rule(published_home: Path) -> ModelRule:
    return load_rule(Settings(config=published_home.parent / "config"), MODEL)


@pytest.fixture(scope="module")
def hires() -> pd.DataFrame:
    rows = feature_rows(600, n_open=0)
    return rows[rows["is_mature"]].reset_index(drop=True)


@pytest.fixture(scope="module")
def split(rule: ModelRule, hires: pd.DataFrame) -> Split:
    return split_in_time(hires, rule.split)


@pytest.fixture(scope="module")
def model(rule: ModelRule, hires: pd.DataFrame, split: Split) -> Model:
    return fit_model(rule, hires, outcomes(hires), split, "d").model


def outcomes(rows: pd.DataFrame) -> Floats:
    return rows["label"].astype(bool).to_numpy().astype(np.float64)


def test_contributions_add_up_to_the_log_odds(model: Model, hires: pd.DataFrame) -> None:
    parts = model.contributions(hires)
    assert list(parts.columns) == [f.name for f in model.facts.features] + [BASE]
    margin = model.learner.margin(model.matrix(hires))
    whole = model.facts.calibration.log_odds(margin)
    assert parts.sum(axis=1).to_numpy() == pytest.approx(whole, abs=2e-5)
    assert sigmoid(whole) == pytest.approx(model.probability(hires))
    assert parts[BASE].nunique() == 1


def test_points_keep_the_signs_and_end_at_the_probability(
    model: Model, hires: pd.DataFrame
) -> None:
    p = model.probability(hires)
    parts, base = model.contributions(hires), model.facts.base_rate
    points = probability_points(parts, base, p)
    assert base + points.sum(axis=1).to_numpy() == pytest.approx(p, abs=2e-5)
    names = [f.name for f in model.facts.features]
    assert (np.sign(points[names]) == np.sign(parts[names])).all().all()


def test_points_at_the_base_rate_itself_are_finite() -> None:
    parts = pd.DataFrame({"x": [0.5], BASE: [-0.5]})
    points = probability_points(parts, 0.5, np.array([0.5]))
    assert points["x"].iloc[0] == pytest.approx(0.5 * 0.25)  # slope p(1-p) of the tangent


def test_a_better_score_never_lowers_the_probability(model: Model, hires: pd.DataFrame) -> None:
    for name in DIMENSIONS:
        last = np.zeros(len(hires))
        for value in np.linspace(0, 1, 21):
            p = model.probability(hires.assign(**{f"{name}_score_0_1": value}))
            assert (p >= last - 1e-9).all(), name
            last = p


def test_the_interval_holds_the_estimate_and_is_wider_where_little_was_seen(
    model: Model, hires: pd.DataFrame
) -> None:
    said = model.predict(hires)
    assert (said["lower"] <= said["probability"]).all()
    assert (said["probability"] <= said["upper"]).all()
    assert said["probability"].to_numpy() == pytest.approx(model.probability(hires))
    width = (said["upper"] - said["lower"]).to_numpy()
    assert 0.03 < np.median(width) < 0.7
    middling = (said["probability"] > 0.4) & (said["probability"] < 0.6)
    certain = (said["probability"] < 0.05) | (said["probability"] > 0.95)
    assert width[middling].mean() > 2 * width[certain].mean()


def test_the_interval_holds_most_true_probabilities(model: Model) -> None:
    """Members alone would hold about half of them: see `_interval_scale`."""
    later = feature_rows(5, n_open=800, seed=50)
    truth = known_truths(later)
    said = model.predict(later).loc[truth.index]
    held = ((said["lower"] <= truth) & (truth <= said["upper"])).mean()
    assert held > 0.6
    assert model.facts.interval_scale > 1.645
    assert (said["upper"] - said["lower"]).median() < 0.7


def test_two_fits_of_the_same_rows_are_the_same_bytes(
    model: Model, rule: ModelRule, hires: pd.DataFrame, split: Split, tmp_path: Path
) -> None:
    again = fit_model(rule, hires, outcomes(hires), split, "d").model
    model.save(tmp_path / "one")
    again.save(tmp_path / "two")
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(names) == 2 + rule.learning.members
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    pd.testing.assert_frame_equal(load(tmp_path / "one").predict(hires), model.predict(hires))


def test_the_model_reads_only_its_features(model: Model, hires: pd.DataFrame) -> None:
    names = [f.name for f in model.facts.features]
    np.testing.assert_array_equal(model.probability(hires[names]), model.probability(hires))
    with pytest.raises(ModelError, match="lacks n_skills"):
        model.probability(hires[names].drop(columns=["n_skills"]))


def test_missing_values_take_their_declared_stand_in(rule: ModelRule) -> None:
    rows = feature_rows(60, n_open=0)
    rows["years_experience"] = [2.0, 4.0, 9.0] * 20
    rows["source_channel_code"] = ["referral"] * 30 + ["campus"] * 28 + ["rare"] * 2
    encoding = fit_encoding(as_inputs(rows, rule.features), rule.features, 8)
    lost = rows.head(3).assign(
        years_experience=[np.nan, None, 1.0], source_channel_code=[None, "new", "campus"],
        n_reschedules=[np.nan, 1, 1],
    )  # fmt: skip
    matrix = pd.DataFrame(
        encoding.transform(as_inputs(lost, rule.features)), columns=encoding.columns
    )
    assert matrix["years_experience"].tolist() == [4.0, 4.0, 1.0]
    assert matrix["years_experience__missing"].tolist() == [1.0, 1.0, 0.0]
    assert matrix["n_reschedules"].tolist() == [0.0, 1.0, 1.0]
    channels = [c for c in encoding.columns if c.startswith("source_channel_code=")]
    assert [c.split("=")[1] for c in channels] == ["campus", "referral", "other"]
    assert matrix[channels].to_numpy().tolist() == [[0, 0, 1], [0, 0, 1], [1, 0, 0]]
    assert not matrix.isna().any().any()


def test_a_feature_of_the_wrong_kind_is_named(rule: ModelRule) -> None:
    rows = feature_rows(5, n_open=0)
    rows["n_skills"] = ["many"] * 5
    with pytest.raises(ModelError, match="n_skills holds something that is not a number"):
        as_inputs(rows, rule.features)


def test_hashes_follow_values_and_not_their_types(rule: ModelRule) -> None:
    rows = feature_rows(20, n_open=0)
    inputs = as_inputs(rows, rule.features)
    same = as_inputs(
        rows.assign(
            n_skills=rows["n_skills"].astype("float32"),
            is_internal=rows["is_internal"].astype(object),
            score_spread=rows["score_spread"] + 1e-13,
        ),
        rule.features,
    )
    assert row_hashes(inputs) == row_hashes(same)
    assert frame_hash(inputs) == frame_hash(same)
    other = as_inputs(rows.assign(n_skills=rows["n_skills"] + (rows.index == 3)), rule.features)
    changed = [a != b for a, b in zip(row_hashes(inputs), row_hashes(other), strict=True)]
    assert changed == [k == 3 for k in range(20)]
    assert frame_hash(inputs) != frame_hash(other)


def test_the_linear_start_keeps_promised_signs_and_shrinks() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(500, 3))
    y = (rng.random(500) < sigmoid(1.5 * x[:, 0] - 1.0 * x[:, 1])).astype(np.float64)
    free = fit_linear(x, y, (0, 0, 0), 1.0)
    assert free.weights[0] == pytest.approx(1.5, abs=0.3)
    assert free.weights[1] == pytest.approx(-1.0, abs=0.3)
    bound = fit_linear(x, y, (1, 1, 0), 1.0)
    assert bound.weights[1] == 0.0
    assert abs(fit_linear(x, y, (0, 0, 0), 500.0).weights[0]) < 0.5 * free.weights[0]
    flat = fit_linear(x, y, (0, 0, 0), None)
    assert flat.weights == (0.0, 0.0, 0.0)
    assert sigmoid(flat.intercept) == pytest.approx((y.sum() + 0.5) / 501)


def test_calibration_moves_only_as_far_as_the_rows_argue() -> None:
    rng = np.random.default_rng(1)
    margin = rng.normal(size=20_000)
    y = (rng.random(20_000) < sigmoid(0.5 * margin + 0.4)).astype(np.float64)
    many = fit_calibration(margin, y, 0.2)
    assert many.slope == pytest.approx(0.5, abs=0.05)
    assert many.offset == pytest.approx(0.4, abs=0.05)
    few = fit_calibration(margin[:40], y[:40], 0.2)
    assert 0.6 < few.slope <= 1.1
    assert fit_calibration(margin[:5], np.ones(5), 0.2).slope > 0
    assert Calibration().probability(np.array([0.0])).tolist() == [0.5]


def test_both_baselines_are_fitted_on_the_fit_rows_alone(
    rule: ModelRule, hires: pd.DataFrame, split: Split
) -> None:
    y = outcomes(hires)
    found = baseline_probabilities(rule, hires, y, split)
    assert found["prior"] == pytest.approx(np.full(len(split.test), y[split.fit].mean()))
    turned = y.copy()
    turned[split.test] = 1 - turned[split.test]
    again = baseline_probabilities(rule, hires, turned, split)
    np.testing.assert_array_equal(found["logistic"], again["logistic"])


def test_percentiles_and_stability_worked_by_hand(model: Model) -> None:
    cohort = model.facts.cohort
    assert cohort.percentile("teamwork_score_0_1", -5.0) == 0.0
    assert cohort.percentile("teamwork_score_0_1", 5.0) == 100.0
    middle = cohort.numbers["teamwork_score_0_1"].percentiles[49]
    assert cohort.percentile("teamwork_score_0_1", middle) == pytest.approx(50, abs=1)
    assert cohort.percentile("job_family_code", "rd") is None
    assert cohort.percentile("years_experience", float("nan")) is None
    # (.5 - .25) ln 2 + (.5 - .75) ln(2/3)
    expected = 0.25 * np.log(2) - 0.25 * np.log(2 / 3)
    found = stability_index(np.array([0.25, 0.75]), np.array([0.5, 0.5]))
    assert found == pytest.approx(expected)
    profile = describe_numbers(np.array([1.0, 1.0, 1.0, 2.0, np.nan]))
    assert sum(profile.shares) == pytest.approx(1.0)
    assert profile.shares[-1] == pytest.approx(0.2)
