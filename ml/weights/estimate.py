"""New weights: a non-negative regression, shrunk towards the current weights and held to small steps.

Slopes of a regression on the scores are not biased by hiring on those scores, only correlations are
(Lawley's selection theorem, where the relation is linear). So the weights come from uncorrected
data, and no correction for range restriction can move them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from ml.arrays import Floats, Ints
from ml.weights.data import Hired

#: Weights are proposed in whole per cent.
UNIT = 0.01


@dataclass(frozen=True)
class Estimate:
    """What the hires say about the weights; arrays follow the order of the dimensions.

    Attributes:
        unshrunk: weights that fit the ratings best.
        kept: share of the way from the current weights to the unshrunk ones that is kept:
            one less the share of their squared distance that chance alone would make.
        proposed, lower, upper: after shrinking and within the largest step; bootstrap interval.
        r: correlation of each dimension with the rating, raw.
        r_now, r_proposed: correlation of the weighted score with the rating, raw.
        gain: mean over the resamples of r_proposed − r_now among the hires left out of each, with
            its interval.
        full_r2_gain: what all dimensions, freely weighed, explain beyond the current score, of the
            variance, with its interval; `full_r2_gain_adjusted` allows for their number.
    """

    unshrunk: Floats
    kept: float
    proposed: Floats
    lower: Floats
    upper: Floats
    r: Floats
    r_now: float
    r_proposed: float
    gain: tuple[float, float, float]
    full_r2_gain: tuple[float, float, float]
    full_r2_gain_adjusted: float


def estimate(hired: Hired, now: Floats, *, max_step: float, resamples: int, seed: int) -> Estimate:
    """Estimate weights from hires; the same input gives the same output."""
    x, y = hired.scores, hired.rating
    rng = np.random.default_rng(seed)
    draws = rng.integers(0, len(y), (resamples, len(y)))
    fits = np.array([_fit(x[rows], y[rows], now) for rows in draws])
    unshrunk = _fit(x, y, now)
    kept = _kept(unshrunk, now, fits)
    proposed = in_whole_units(
        limit_step(now + kept * (unshrunk - now), now, max_step), now, max_step
    )
    moved = np.array([limit_step(now + kept * (fit - now), now, max_step) for fit in fits])
    gains = [_gain(x, y, rows, weights, now) for rows, weights in zip(draws, moved, strict=True)]
    r2 = [_full_gain(x[rows], y[rows], now) for rows in draws]
    full = _full_gain(x, y, now)
    return Estimate(
        unshrunk=unshrunk,
        kept=kept,
        proposed=proposed,
        lower=np.quantile(moved, 0.025, axis=0),
        upper=np.quantile(moved, 0.975, axis=0),
        r=np.array([correlation(column, y) for column in x.T]),
        r_now=correlation(x @ now, y),
        r_proposed=correlation(x @ proposed, y),
        gain=(float(np.mean(gains)), *_ends(gains)),
        full_r2_gain=(full, *_ends(r2)),
        full_r2_gain_adjusted=_adjusted(x, y, now),
    )


def _fit(x: Floats, y: Floats, now: Floats) -> Floats:
    """Weights proportional to non-negative least squares; the current ones where nothing helps."""
    slopes: Floats = nnls(x - x.mean(axis=0), y - y.mean())[0]
    return slopes / slopes.sum() if slopes.sum() > 0 else now


def _kept(unshrunk: Floats, now: Floats, fits: Floats) -> float:
    distance = float(((unshrunk - now) ** 2).sum())
    noise = float(fits.var(axis=0).sum())
    return max(0.0, 1 - noise / distance) if distance > 0 else 0.0


def limit_step(target: Floats, now: Floats, max_step: float) -> Floats:
    """The weights nearest to the target that add up to 1 and are within the step of the current."""
    low, high = np.maximum(0, now - max_step), np.minimum(1, now + max_step)
    below, above = -2.0, 2.0
    for _ in range(60):
        shift = (below + above) / 2
        if np.clip(target + shift, low, high).sum() < 1:
            below = shift
        else:
            above = shift
    return np.clip(target + above, low, high)


def in_whole_units(weights: Floats, now: Floats, max_step: float) -> Floats:
    """The weights in whole per cent that still add up to 1 and keep to the step: the units that
    rounding down leaves over go to the largest remainders."""
    low = np.ceil(np.round(np.maximum(0, now - max_step) / UNIT, 6))
    high = np.floor(np.round(np.minimum(1, now + max_step) / UNIT, 6))
    units = np.clip(np.floor(np.round(weights / UNIT, 6)), low, high)
    for place in np.argsort(-(weights / UNIT - units), kind="stable"):
        if round(1 / UNIT) - units.sum() >= 1 and units[place] < high[place]:
            units[place] += 1
    if round(1 / UNIT) != units.sum():
        return weights  # weights that are not in whole per cent now leave no room for rounding
    rounded: Floats = np.round(units * UNIT, 10)
    return rounded


def correlation(one: Floats, other: Floats) -> float:
    """Pearson's r; 0 where one of them does not vary."""
    spread = float(one.std() * other.std())
    if spread == 0:
        return 0.0
    shared = float(((one - one.mean()) * (other - other.mean())).mean())
    return shared / spread


def _gain(x: Floats, y: Floats, rows: Ints, weights: Floats, now: Floats) -> float:
    """Gain in correlation among the hires that a resample left out."""
    out = np.ones(len(y), dtype=bool)
    out[rows] = False
    return correlation(x[out] @ weights, y[out]) - correlation(x[out] @ now, y[out])


def _explained(x: Floats, y: Floats) -> float:
    design = np.column_stack([x, np.ones(len(y))])
    left = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return 1 - float(left.var() / y.var())


def _full_gain(x: Floats, y: Floats, now: Floats) -> float:
    return _explained(x, y) - correlation(x @ now, y) ** 2


def _adjusted(x: Floats, y: Floats, now: Floats) -> float:
    n, k = x.shape
    full = 1 - (1 - _explained(x, y)) * (n - 1) / (n - k - 1)
    one = 1 - (1 - correlation(x @ now, y) ** 2) * (n - 1) / (n - 2)
    return full - one


def _ends(values: list[float]) -> tuple[float, float]:
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)
