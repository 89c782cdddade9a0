"""How far raters agree: intraclass correlations and weighted kappa.

The warehouse computes the same for real interviews (`mart_scorer_agreement`); this is for files.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Agreement:
    """Two or more raters on the same things.

    Attributes:
        icc_1_1, icc_2_1, icc_2_k: Shrout and Fleiss (1979); one rater's reliability with raters
            drawn anew for each target, the same in absolute agreement of these raters, and that
            of their mean. None where nothing varies.
        weighted_kappa: quadratic, mean over pairs of raters, on levels 1 to 5; also called QWK.
        exact, adjacent: share of pairs of ratings on the same level, and at most one level apart.
    """

    n: int
    n_raters: int
    icc_1_1: float | None
    icc_2_1: float | None
    icc_2_k: float | None
    weighted_kappa: float | None
    exact: float
    adjacent: float


def agreement(ratings: Floats) -> Agreement:
    """Agreement of complete ratings.

    Args:
        ratings: targets × raters, levels 1 to 5; scores between levels are allowed and count
            for kappa and shares as the nearest level.

    Raises:
        ValueError: fewer than two targets or raters, or a rating is missing.
    """
    n, k = ratings.shape
    if n < 2 or k < 2 or np.isnan(ratings).any():
        raise ValueError("agreement needs complete ratings of two targets by two raters at least")
    levels = np.clip(np.rint(ratings), 1, 5).astype(int)
    gaps = np.array([np.abs(levels[:, i] - levels[:, j]) for i, j in _pairs(k)])
    return Agreement(
        n, k, *_icc(ratings), weighted_kappa(levels),
        float((gaps == 0).mean()), float((gaps <= 1).mean()),
    )  # fmt: skip


def _pairs(k: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(k) for j in range(i + 1, k)]


def _icc(x: Floats) -> tuple[float | None, float | None, float | None]:
    """ICC(1,1), ICC(2,1) and ICC(2,k) from the mean squares of a two-way layout."""
    n, k = x.shape
    grand = x.mean()
    between = k * ((x.mean(axis=1) - grand) ** 2).sum() / (n - 1)
    raters = n * ((x.mean(axis=0) - grand) ** 2).sum() / (k - 1)
    within = ((x - x.mean(axis=1, keepdims=True)) ** 2).sum() / (n * (k - 1))
    residual = x - x.mean(axis=1, keepdims=True) - x.mean(axis=0, keepdims=True) + grand
    error = (residual**2).sum() / ((n - 1) * (k - 1))
    return (
        _ratio(between - within, between + (k - 1) * within),
        _ratio(between - error, between + (k - 1) * error + k * (raters - error) / n),
        _ratio(between - error, between + (raters - error) / n),
    )


def _ratio(part: float, whole: float) -> float | None:
    return float(part / whole) if whole > 1e-12 else None


def weighted_kappa(levels: NDArray[np.int_]) -> float | None:
    """Quadratic weighted kappa, mean over pairs of columns; None where all ratings are one level."""
    from sklearn.metrics import cohen_kappa_score

    found = [
        cohen_kappa_score(levels[:, i], levels[:, j], weights="quadratic", labels=range(1, 6))
        for i, j in _pairs(levels.shape[1])
        if len(np.unique(levels[:, [i, j]])) > 1
    ]
    return float(np.mean(found)) if found else None
