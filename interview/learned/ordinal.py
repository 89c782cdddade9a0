"""The ordinal model: proportional odds with an L2 penalty (McCullagh 1980).

P(level ≤ k) = logistic(t_k − x·b). Where the penalty is zero it is statsmodels' `OrderedModel`,
which a test compares it with; that one takes no penalty, and without one a few hundred ratings of
related sub-scores do not hold its weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talentloop.errors import ModelError

Floats = NDArray[np.float64]
_LEAST = 1e-12


@dataclass(frozen=True)
class Ordinal:
    """A fitted model.

    Attributes:
        levels: levels that were seen, in order.
        mean, spread: of the features in training; features that did not vary have spread 1.
        weights: of the standardised features.
        thresholds: between the levels, rising.
    """

    levels: tuple[int, ...]
    mean: Floats
    spread: Floats
    weights: Floats
    thresholds: Floats

    def probabilities(self, features: Floats) -> Floats:
        """Rows × levels."""
        push = ((features - self.mean) / self.spread) @ self.weights
        return _probabilities(push, self.thresholds)

    def expected(self, features: Floats) -> Floats:
        """The expected level of each row, between 1 and 5."""
        found: Floats = self.probabilities(features) @ np.array(self.levels, dtype=np.float64)
        return found


def _logistic(x: Floats) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(x), dtype=np.float64)


def _probabilities(push: Floats, thresholds: Floats) -> Floats:
    below = _logistic(thresholds[None, :] - push[:, None])
    edges = np.hstack([np.zeros((len(push), 1)), below, np.ones((len(push), 1))])
    return np.diff(edges, axis=1)


def fit_ordinal(features: Floats, levels: Sequence[int], penalty: float) -> Ordinal:
    """Fit by maximum penalised likelihood.

    Args:
        features: answers × features.
        penalty: λ of λ/2 · |b|², on standardised features.

    Raises:
        ModelError: only one level occurs, or the fit does not converge.
    """
    from scipy.optimize import minimize

    seen, y = np.unique(np.asarray(levels), return_inverse=True)
    if len(seen) < 2:
        raise ModelError(
            "All answers have the same level; there is nothing to learn",
            where="ratings.csv, field level",
            remedy="Rate answers of different quality.",
        )
    mean, spread = features.mean(axis=0), features.std(axis=0)
    spread = np.where(spread < _LEAST, 1.0, spread)
    x, k = (features - mean) / spread, len(seen) - 1
    shares = np.cumsum(np.bincount(y))[:-1] / len(y)
    t0 = np.log(shares / (1 - shares))
    start = np.concatenate([np.zeros(x.shape[1]), t0[:1], np.log(np.maximum(np.diff(t0), 1e-3))])

    def loss(params: Floats) -> tuple[float, Floats]:
        return _loss(params, x, y, penalty)

    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 2000})
    if not found.success or not np.isfinite(found.fun):
        raise ModelError(
            f"The ordinal model did not converge ({len(y)} answers, {k + 1} levels)",
            where="config/learned.yml, fields components and penalty",
            remedy="Take fewer components, a larger penalty, or more rated answers.",
        )
    b = found.x[: x.shape[1]]
    return Ordinal(
        tuple(int(level) for level in seen), mean, spread, b, _thresholds(found.x[x.shape[1] :])
    )


def _loss(params: Floats, x: Floats, y: NDArray[np.intp], penalty: float) -> tuple[float, Floats]:
    """Penalised negative log-likelihood and its gradient."""
    n, width = x.shape
    b, raw = params[:width], params[width:]
    below = _logistic(_thresholds(raw)[None, :] - (x @ b)[:, None])
    edges = np.hstack([np.zeros((n, 1)), below, np.ones((n, 1))])
    slopes = edges * (1 - edges)  # density of the logistic at each edge, 0 at the outer ones
    rows = np.arange(n)
    p = np.maximum(edges[rows, y + 1] - edges[rows, y], _LEAST)
    upper, lower = slopes[rows, y + 1] / p, slopes[rows, y] / p
    by_edge = np.zeros_like(edges)
    by_edge[rows, y + 1] -= upper
    by_edge[rows, y] += lower
    by_threshold = by_edge[:, 1:-1].sum(axis=0)
    steps = np.exp(raw[1:])
    tails = np.cumsum(by_threshold[::-1])[::-1]  # a step moves every threshold from it on
    gradient = np.concatenate([x.T @ (upper - lower) + penalty * b, tails[:1], tails[1:] * steps])
    return float(-np.log(p).sum() + penalty / 2 * (b @ b)), gradient


def _thresholds(raw: Floats) -> Floats:
    """Rising thresholds from free numbers: the first, then logarithms of the steps."""
    return np.asarray(raw[0] + np.concatenate([[0.0], np.cumsum(np.exp(raw[1:]))]))
