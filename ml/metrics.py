"""Measures of probabilities against outcomes, and the bootstrap that says how sure they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from ml.arrays import Floats, Ints

_EDGE = 1e-12
_ROWS_PER_BIN = 30


def log_loss(y: Floats, p: Floats) -> float:
    """Mean negative log-likelihood, in nats; lower is better."""
    q = np.clip(p, _EDGE, 1 - _EDGE)
    return float(-np.mean(y * np.log(q) + (1 - y) * np.log1p(-q)))


def brier(y: Floats, p: Floats) -> float:
    """Mean squared error of the probability; lower is better."""
    return float(np.mean((p - y) ** 2))


def auc(y: Floats, p: Floats) -> float:
    """Chance that a positive outranks a negative, ties half; NaN without both outcomes."""
    positives = float(y.sum())
    negatives = len(y) - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    rank_sum = float(rankdata(p)[y > 0.5].sum())
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def average_precision(y: Floats, p: Floats) -> float:
    """Mean precision over the recalled positives, ties taken together; NaN without positives."""
    if y.sum() == 0:
        return float("nan")
    order = np.argsort(-p, kind="stable")
    hits, scores = np.cumsum(y[order]), p[order]
    ends = np.append(np.flatnonzero(np.diff(scores)), len(scores) - 1)
    found = hits[ends]
    gained = np.diff(np.insert(found, 0, 0.0))
    return float(np.sum(gained * found / (ends + 1)) / found[-1])


@dataclass(frozen=True)
class ReliabilityBin:
    """A group of rows of neighbouring probabilities: what was said, and what happened."""

    n: int
    mean_probability: float
    observed_share: float


def _bins(p: Floats) -> list[Ints]:
    count = int(np.clip(len(p) // _ROWS_PER_BIN, 2, 10))
    order = np.argsort(p, kind="stable")
    return [part for part in np.array_split(order, count) if len(part)]


def reliability(y: Floats, p: Floats) -> list[ReliabilityBin]:
    """Bins of equal mass, thirty rows or more each where there are as many (2 to 10 bins)."""
    return [
        ReliabilityBin(len(part), float(p[part].mean()), float(y[part].mean())) for part in _bins(p)
    ]


def calibration_error(y: Floats, p: Floats) -> float:
    """Expected calibration error: |said - happened| over the bins, weighted by their rows."""
    return sum(abs(b.mean_probability - b.observed_share) * b.n for b in reliability(y, p)) / len(p)


def calibration_error_by_chance(p: Floats, *, share: float, draws: int, seed: int) -> float:
    """The calibration error that a perfectly calibrated model stays below in `share` of draws.

    Outcomes are drawn from the probabilities themselves; small tests show sizeable errors by
    chance alone, which no threshold fixed for large ones allows for.
    """
    rng = np.random.default_rng(seed)
    parts = _bins(p)
    outcomes = (rng.random((draws, len(p))) < p).astype(np.float64)
    gaps = [np.abs(outcomes[:, part].mean(axis=1) - p[part].mean()) * len(part) for part in parts]
    return float(np.quantile(np.sum(gaps, axis=0) / len(p), share))


#: Name -> (measure, sign that makes larger better).
MEASURES: Mapping[str, tuple[Callable[[Floats, Floats], float], int]] = {
    "log_loss": (log_loss, -1),
    "brier": (brier, -1),
    "auc": (auc, 1),
    "average_precision": (average_precision, 1),
    "ece": (calibration_error, -1),
}


def measure(y: Floats, p: Floats) -> dict[str, float]:
    """All measures of one set of probabilities."""
    return {name: of(y, p) for name, (of, _) in MEASURES.items()}


@dataclass(frozen=True)
class Comparison:
    """How much better the model is than another by one measure; positive is better.

    Attributes:
        lower, upper: percentile bootstrap interval of the difference.
    """

    other: str
    measure: str
    difference: float
    lower: float
    upper: float


def resampled_rows(groups: Ints, *, resamples: int, seed: int) -> list[Ints]:
    """Row numbers of bootstrap samples that draw whole groups with replacement."""
    rng = np.random.default_rng(seed)
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=groups[order][:1] - 1))
    members = np.split(order, starts[1:])
    draws = rng.integers(0, len(members), (resamples, len(members)))
    return [np.concatenate([members[k] for k in draw]) for draw in draws]


def compare(
    y: Floats,
    p: Floats,
    others: Mapping[str, Floats],
    groups: Ints,
    *,
    confidence: float,
    resamples: int,
    seed: int,
) -> list[Comparison]:
    """Differences to other probabilities of the same rows, with intervals.

    Args:
        y: outcomes, 0 or 1, shape (n,).
        p: the model's probabilities; `others` those of each rival, same rows.
        groups: rows that belong together (a requisition) are drawn together.
        confidence: of the two-sided interval, such as 0.95.
    """
    samples = resampled_rows(groups, resamples=resamples, seed=seed)
    tail = (1 - confidence) / 2
    found = []
    for name, (of, sign) in MEASURES.items():
        own = np.array([of(y[rows], p[rows]) for rows in samples])
        for other, q in others.items():
            rival = np.array([of(y[rows], q[rows]) for rows in samples])
            gains = sign * (own - rival)
            gains = gains[np.isfinite(gains)]
            low, high = np.quantile(gains, [tail, 1 - tail]) if len(gains) else (np.nan, np.nan)
            gain = sign * (of(y, p) - of(y, q))
            found.append(Comparison(other, name, float(gain), float(low), float(high)))
    return found
