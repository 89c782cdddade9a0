"""What the training cohort looked like: percentiles for reasons, proportions for drift.

Only aggregates: percentiles 1 to 99 and shares of bins, never a row.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from ml.arrays import Floats
from ml.config import Feature
from ml.encoding import known_levels

_PERCENTS = np.arange(1, 100)
#: Below this many rows a comparison of distributions says nothing.
MIN_DRIFT_ROWS = 200
_FLOOR = 1e-4


class NumberProfile(BaseModel):
    """Percentiles 1 to 99 of a number, the cuts between its bins, and the bins' shares."""

    model_config = ConfigDict(frozen=True)

    percentiles: tuple[float, ...]
    cuts: tuple[float, ...]
    shares: tuple[float, ...]  # one more than intervals: the last is the share of missing values


class CategoryProfile(BaseModel):
    """Levels of a category and their shares."""

    model_config = ConfigDict(frozen=True)

    levels: tuple[str, ...]
    shares: tuple[float, ...]


class Cohort(BaseModel):
    """Profiles of all features, by name, and of the score itself."""

    model_config = ConfigDict(frozen=True)

    numbers: dict[str, NumberProfile]
    categories: dict[str, CategoryProfile]
    score: NumberProfile

    def percentile(self, name: str, value: float | str | None) -> float | None:
        """Where a number lies in the training cohort, 0..100, ties in the middle; else None."""
        profile = self.numbers.get(name)
        if profile is None or not isinstance(value, float) or np.isnan(value):
            return None
        grid = np.array(profile.percentiles)
        below, up_to = np.searchsorted(grid, value, "left"), np.searchsorted(grid, value, "right")
        return round(float(below + up_to) / 2 / len(grid) * 100, 1)


def describe_numbers(values: Floats) -> NumberProfile:
    """Profile of one column; ten bins between its deciles, fewer where deciles coincide."""
    present = values[~np.isnan(values)]
    if len(present) == 0:
        return NumberProfile(percentiles=(), cuts=(), shares=(0.0, 1.0))
    cuts = np.unique(np.quantile(present, np.arange(1, 10) / 10))
    return NumberProfile(
        percentiles=tuple(np.percentile(present, _PERCENTS).tolist()),
        cuts=tuple(cuts.tolist()),
        shares=tuple(_number_shares(values, cuts).tolist()),
    )


def _number_shares(values: Floats, cuts: Floats) -> Floats:
    is_missing = np.isnan(values)
    bins = np.searchsorted(cuts, values[~is_missing], side="right")
    counts = np.append(np.bincount(bins, minlength=len(cuts) + 1), is_missing.sum())
    return np.asarray(counts / max(len(values), 1), dtype=np.float64)


def _category_shares(values: pd.Series, levels: Sequence[str]) -> Floats:
    named = np.array(known_levels(values, levels), dtype=object)
    return np.array([(named == level).mean() for level in levels])


def describe(
    inputs: pd.DataFrame, features: Sequence[Feature], levels: dict[str, tuple[str, ...]],
    score: Floats,
) -> Cohort:  # fmt: skip
    """Profile the rows that a model was fitted on, and its probabilities of them."""
    numbers = [f.name for f in features if f.type != "category"]
    return Cohort(
        numbers={n: describe_numbers(inputs[n].to_numpy(dtype=np.float64)) for n in numbers},
        categories={
            name: CategoryProfile(
                levels=kinds, shares=tuple(_category_shares(inputs[name], kinds).tolist())
            )
            for name, kinds in levels.items()
        },
        score=describe_numbers(score),
    )


def stability_index(expected: Floats, actual: Floats) -> float:
    """Population stability index Σ (a - e)·ln(a ÷ e), empty bins taken as 0.0001.

    Below 0.1 little has moved; from 0.1 watch; from 0.25 act.
    """
    e, a = np.maximum(expected, _FLOOR), np.maximum(actual, _FLOOR)
    return float(np.sum((a - e) * np.log(a / e)))


def drift(cohort: Cohort, inputs: pd.DataFrame, score: Floats) -> dict[str, float]:
    """Stability index of each feature and of the score against the training cohort.

    Returns:
        Feature name (and `score`) -> index; empty for fewer than 200 rows, where chance alone
        moves it.
    """
    if len(inputs) < MIN_DRIFT_ROWS:
        return {}
    found = {}
    for name, profile in cohort.numbers.items():
        values = inputs[name].to_numpy(dtype=np.float64)
        actual = _number_shares(values, np.array(profile.cuts))
        found[name] = stability_index(np.array(profile.shares), actual)
    for name, kinds in cohort.categories.items():
        actual = _category_shares(inputs[name], kinds.levels)
        found[name] = stability_index(np.array(kinds.shares), actual)
    actual = _number_shares(score, np.array(cohort.score.cuts))
    return {**found, "score": stability_index(np.array(cohort.score.shares), actual)}
