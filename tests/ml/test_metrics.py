"""Measures against hand-worked values and scikit-learn; intervals; calibration by chance."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn import metrics as reference

from ml import metrics
from ml.arrays import logit, sigmoid


def test_a_case_worked_by_hand() -> None:
    y, p = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.8, 0.4, 0.4, 0.1])
    expected = -(math.log(0.8) + math.log(0.6) + math.log(0.4) + math.log(0.9)) / 4
    assert metrics.log_loss(y, p) == pytest.approx(expected)
    assert metrics.brier(y, p) == pytest.approx((0.04 + 0.16 + 0.36 + 0.01) / 4)
    # pairs: .8>.4, .8>.1, .4=.4 (half), .4>.1 -> 3.5 of 4
    assert metrics.auc(y, p) == pytest.approx(0.875)
    # thresholds .8: precision 1, recall 1/2; .4: precision 2/3, recall 1
    assert metrics.average_precision(y, p) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    # two bins: {.1, .4} said .25, happened 0 or .5 by order; ties keep their order, so y = 0, 0
    assert metrics.calibration_error(y, p) == pytest.approx((0.25 * 2 + 0.4 * 2) / 4)


@pytest.mark.parametrize("seed", range(5))
def test_measures_agree_with_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    p = np.round(rng.random(200), 2)
    y = (rng.random(200) < p).astype(np.float64)
    assert metrics.auc(y, p) == pytest.approx(reference.roc_auc_score(y, p))
    assert metrics.average_precision(y, p) == pytest.approx(reference.average_precision_score(y, p))
    q = np.clip(p, 0.01, 0.99)
    assert metrics.log_loss(y, q) == pytest.approx(reference.log_loss(y, q))


def test_one_outcome_alone_has_no_ranking() -> None:
    assert math.isnan(metrics.auc(np.ones(3), np.array([0.1, 0.2, 0.3])))
    assert math.isnan(metrics.average_precision(np.zeros(3), np.array([0.1, 0.2, 0.3])))


def test_reliability_bins_hold_every_row_once() -> None:
    p = np.linspace(0, 1, 145)
    y = (p > 0.5).astype(np.float64)
    bins = metrics.reliability(y, p)
    assert [b.n for b in bins] == [37, 36, 36, 36]
    assert bins[0].observed_share == 0.0
    assert bins[-1].observed_share == 1.0


def test_perfect_calibration_stays_below_its_chance_error() -> None:
    rng = np.random.default_rng(4)
    p = rng.uniform(0.05, 0.95, 150)
    bound = metrics.calibration_error_by_chance(p, share=0.95, draws=1000, seed=1)
    errors = [
        metrics.calibration_error((rng.random(150) < p).astype(np.float64), p) for _ in range(300)
    ]
    assert np.mean(np.array(errors) <= bound) == pytest.approx(0.95, abs=0.04)
    assert metrics.calibration_error((rng.random(150) < p**3).astype(np.float64), p) > bound


def test_gains_are_positive_where_the_model_is_better_and_their_interval_holds_them() -> None:
    rng = np.random.default_rng(0)
    truth = rng.uniform(0.05, 0.95, 400)
    y = (rng.random(400) < truth).astype(np.float64)
    rivals = {"prior": np.full(400, y.mean()), "itself": truth}
    found = metrics.compare(
        y, truth, rivals, np.arange(400) // 4, confidence=0.9, resamples=200, seed=1
    )
    by_name = {(c.other, c.measure): c for c in found}
    assert len(found) == 10
    for name in ("log_loss", "brier", "auc", "average_precision"):
        gain = by_name["prior", name]
        assert 0 < gain.lower < gain.difference < gain.upper
        same = by_name["itself", name]
        assert (same.lower, same.difference, same.upper) == (0, 0, 0)


def test_resampling_draws_whole_groups() -> None:
    groups = np.array([5, 5, 2, 2, 2, 9])
    for rows in metrics.resampled_rows(groups, resamples=50, seed=0):
        drawn = np.bincount(rows, minlength=6)
        assert drawn[0] == drawn[1]
        assert drawn[2] == drawn[3] == drawn[4]
        assert drawn[0] + drawn[2] + drawn[5] == 3


def test_log_odds_and_probabilities_are_inverse() -> None:
    p = np.array([0.001, 0.2, 0.5, 0.99])
    assert sigmoid(logit(p)) == pytest.approx(p)
    assert sigmoid([-1000.0, 1000.0]).tolist() == [0.0, 1.0]
