"""Groups of people and how they fared: rates, impact ratios, and whether chance explains them.

The four-fifths rule (UGESP, 29 CFR 1607.4 D): a group whose rate is below four fifths of the
highest group's is evidence of adverse impact, to be read with a test of significance. New York
City's Local Law 144 (6 RCNY 5-301) takes the same ratio for selection and for scoring rates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact

from ml.arrays import Bools

UNKNOWN = "unknown"
SMALL = "small groups together"
FOUR_FIFTHS = 0.8
SIGNIFICANT = 0.05


class GroupRule(Protocol):
    """From how many people on groups are shown, compared and flagged (see `AuditRule`)."""

    @property
    def min_cell(self) -> int:
        """Smaller groups are pooled, and not shown when even the pool is smaller."""

    @property
    def min_flag_rows(self) -> int:
        """Smaller groups carry no flag."""

    @property
    def min_share(self) -> float:
        """Smaller groups are no reference of the ratio."""


@dataclass(frozen=True)
class GroupRate:
    """One group of one attribute; rates are None where they are undefined or not shown.

    Attributes:
        n: people assessed; None where even the pool of small groups is smaller than the cell.
        rate: share of them that was selected.
        impact_ratio: the rate divided by the reference group's.
        p_value: Fisher's exact test against the reference group, two-sided.
        z: difference to the reference in pooled standard errors; beyond 2 is the courts' habit.
        flips: one selection more of this group would lift the ratio to four fifths.
        flag: `ok`; `watch` below four fifths; `review` below four fifths and beyond chance
            (p < 0.05); `reference`; `not judged` where too few, unknown or undefined.
    """

    group: str
    n: int | None
    rate: float | None
    impact_ratio: float | None
    p_value: float | None
    z: float | None
    flips: bool | None
    flag: str


def group_rates(selected: Bools, group: pd.Series, rule: GroupRule) -> list[GroupRate]:
    """Rates and impact ratios of the groups of one attribute, in alphabetical order.

    Where nobody is selected, or no group is large enough to be the reference, ratios are
    undefined and left out. People whose group is not known are counted, never compared.
    """
    pooled = pool_small(group.reset_index(drop=True), rule.min_cell)
    reference = _reference(selected, pooled, rule)
    return [
        _rate(name, selected[(pooled == name).to_numpy()], reference, rule, len(selected))
        for name in sorted(pooled.unique())
    ]


def pool_small(group: pd.Series, min_cell: int) -> pd.Series:
    """Groups with `unknown` for missing values, and those below the cell size pooled."""
    named = group.fillna(UNKNOWN).astype(object)
    counts = named.map(named.value_counts())
    return named.where((counts >= min_cell) | (named == UNKNOWN), SMALL)


def _reference(selected: Bools, group: pd.Series, rule: GroupRule) -> tuple[str, Bools] | None:
    """The group with the highest rate: of those large enough to judge by, or else to show."""
    for fewest in (rule.min_flag_rows, rule.min_cell):
        least = max(fewest, rule.min_share * len(selected))
        best: tuple[str, Bools] | None = None
        for name in sorted(set(group) - {UNKNOWN, SMALL}):
            own = selected[(group == name).to_numpy()]
            if len(own) >= least and (best is None or own.mean() > best[1].mean()):
                best = (name, own)
        if best is not None:
            return best if best[1].mean() > 0 else None
    return None


def _rate(
    name: str, own: Bools, reference: tuple[str, Bools] | None, rule: GroupRule, total: int
) -> GroupRate:
    if len(own) < rule.min_cell:
        return GroupRate(name, None, None, None, None, None, None, "not judged")
    rate = float(own.mean())
    if reference is None or name in (UNKNOWN, SMALL) or len(own) < rule.min_share * total:
        return GroupRate(name, len(own), rate, None, None, None, None, "not judged")
    best_name, best = reference
    ratio = rate / float(best.mean())
    if name == best_name:
        return GroupRate(name, len(own), rate, ratio, None, None, None, "reference")
    table = [[own.sum(), len(own) - own.sum()], [best.sum(), len(best) - best.sum()]]
    p_value = float(fisher_exact(table)[1])
    return GroupRate(
        name, len(own), rate, ratio, p_value, _z(own, best), _flips(own, best),
        _flag(ratio, p_value, own, best, rule),
    )  # fmt: skip


def _z(own: Bools, best: Bools) -> float | None:
    pooled = (own.sum() + best.sum()) / (len(own) + len(best))
    error = math.sqrt(pooled * (1 - pooled) * (1 / len(own) + 1 / len(best)))
    return float((own.mean() - best.mean()) / error) if error > 0 else None


def _flips(own: Bools, best: Bools) -> bool:
    bar = FOUR_FIFTHS * float(best.mean())
    return bool(own.mean() < bar <= (own.sum() + 1) / len(own))


def _flag(ratio: float, p_value: float, own: Bools, best: Bools, rule: GroupRule) -> str:
    if min(len(own), len(best)) < rule.min_flag_rows:
        return "not judged"
    if ratio >= FOUR_FIFTHS:
        return "ok"
    return "review" if p_value < SIGNIFICANT else "watch"


def age_band(age: float, bounds: Sequence[int]) -> str | None:
    """The band of an age in years: `under 25`, `25-29`, …, `45 and over`; None when not known."""
    if np.isnan(age):
        return None
    place = int(np.searchsorted(np.array(bounds), age, side="right"))
    if place == 0:
        return f"under {bounds[0]}"
    if place == len(bounds):
        return f"{bounds[-1]} and over"
    return f"{bounds[place - 1]}-{bounds[place] - 1}"
