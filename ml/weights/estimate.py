"""New weights: a non-negative regression, shrunk towards the current weights and held to small steps.

Slopes of a regression on the scores are not biased by hiring on those scores, only correlations are
(Lawley's selection theorem, where the relation is linear). So the weights come from uncorrected
data, and no correction for range restriction can move them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from ml.arrays import Bools, Floats, Ints
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
    table = np.column_stack([hired.scores, hired.rating])
    n = len(table)
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(n, np.full(n, 1 / n), resamples)
    all_of_them = covariance(table, np.ones(n))
    drawn = [covariance(table, row) for row in counts]
    left_out = [covariance(table, row == 0) for row in counts]
    unshrunk = _fit(all_of_them, now)
    fits = np.array([_fit(c, now) for c in drawn])
    kept = _kept(unshrunk, now, fits)
    proposed = in_whole_units(
        limit_step(now + kept * (unshrunk - now), now, max_step), now, max_step
    )
    moved = np.array([limit_step(now + kept * (fit - now), now, max_step) for fit in fits])
    gains = [_r(c, w) - _r(c, now) for c, w in zip(left_out, moved, strict=True)]
    return Estimate(
        unshrunk=unshrunk,
        kept=kept,
        proposed=proposed,
        lower=np.quantile(moved, 0.025, axis=0),
        upper=np.quantile(moved, 0.975, axis=0),
        r=np.array([_r(all_of_them, alone) for alone in np.eye(len(now))]),
        r_now=_r(all_of_them, now),
        r_proposed=_r(all_of_them, proposed),
        gain=(float(np.mean(gains)), *_ends(gains)),
        full_r2_gain=(_full_gain(all_of_them, now), *_ends([_full_gain(c, now) for c in drawn])),
        full_r2_gain_adjusted=_adjusted(all_of_them, now, n),
    )


def covariance(table: Floats, counts: Ints | Floats | Bools) -> Floats:
    """Covariance of the columns, each row as often as `counts` says; the rating comes last."""
    share = counts / counts.sum()
    centred = table - share @ table
    found: Floats = (centred * share[:, None]).T @ centred
    return found


def _fit(c: Floats, now: Floats) -> Floats:
    """Weights proportional to non-negative least squares; the current ones where nothing helps."""
    scores, shared = c[:-1, :-1], c[:-1, -1]
    root = np.linalg.cholesky(scores + 1e-12 * np.trace(scores) * np.eye(len(now)))
    slopes: Floats = nnls(root.T, np.linalg.solve(root, shared))[0]
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


def _r(c: Floats, weights: Floats) -> float:
    """Correlation of the weighted score with the rating; 0 where one of them does not vary."""
    spread = float(weights @ c[:-1, :-1] @ weights * c[-1, -1])
    return float(weights @ c[:-1, -1]) / math.sqrt(spread) if spread > 0 else 0.0


def _explained(c: Floats) -> float:
    """Share of the rating's variance that all dimensions explain, freely weighed."""
    slopes = np.linalg.lstsq(c[:-1, :-1], c[:-1, -1], rcond=None)[0]
    return float(slopes @ c[:-1, -1] / c[-1, -1])


def _full_gain(c: Floats, now: Floats) -> float:
    return _explained(c) - _r(c, now) ** 2


def _adjusted(c: Floats, now: Floats, n: int) -> float:
    full = 1 - (1 - _explained(c)) * (n - 1) / (n - len(now) - 1)
    one = 1 - (1 - _r(c, now) ** 2) * (n - 1) / (n - 2)
    return full - one


def _ends(values: list[float]) -> tuple[float, float]:
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)
