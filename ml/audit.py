"""The fairness audit: the only place of this room that reads protected attributes.

Arithmetic of New York City's Local Law 144 (6 RCNY 5-301): the scoring rate of a group is its
share of scores strictly above the median of everybody assessed; its impact ratio is that rate
divided by the highest rate of a group. Where a low probability is the desirable end, the score is
its complement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact

from ml.arrays import Bools, Floats
from ml.config import AuditRule
from ml.proxy import proxy_auc
from talentloop.settings import Settings
from talentloop.warehouse import restricted_table

UNKNOWN = "unknown"
SMALL = "small groups together"
FOUR_FIFTHS = 0.8
_SIGNIFICANT = 0.05


@dataclass(frozen=True)
class GroupRate:
    """One group of one attribute; rates are None where they are undefined or not shown.

    Attributes:
        n: people assessed; None where even the pool of small groups is smaller than the cell.
        scoring_rate: share strictly above the median of the full sample.
        impact_ratio: the rate divided by the reference group's.
        p_value: Fisher's exact test against the reference group, two-sided.
        flag: `ok`; `watch` below four fifths; `review` below four fifths and beyond chance
            (p < 0.05); `reference`; `not judged` where too few, unknown or undefined.
    """

    group: str
    n: int | None
    scoring_rate: float | None
    impact_ratio: float | None
    p_value: float | None
    flag: str


@dataclass(frozen=True)
class GroupOutcome:
    """How the score fits what happened to one group of the test rows.

    Attributes:
        true_rate: share above the median among those with the desirable outcome.
        false_rate: the same among those without it.
        mean_score, observed_share: what the score promised, and what happened.
    """

    group: str
    n: int
    true_rate: float | None
    false_rate: float | None
    mean_score: float
    observed_share: float


@dataclass(frozen=True)
class AttributeAudit:
    """One attribute, or the intersection of two."""

    attribute: str
    rates: tuple[GroupRate, ...]
    outcomes: tuple[GroupOutcome, ...]
    proxy_auc: float | None
    is_proxy: bool


@dataclass(frozen=True)
class Audit:
    """The whole audit. `flag` is the worst of its groups: `ok`, `watch` or `review`."""

    n_assessed: int
    n_unscored: int
    attributes: tuple[AttributeAudit, ...]

    @property
    def flag(self) -> str:
        """The worst flag."""
        flags = {rate.flag for a in self.attributes for rate in a.rates}
        return next((f for f in ("review", "watch") if f in flags), "ok")

    @property
    def proxies(self) -> tuple[str, ...]:
        """Attributes that the features give away."""
        return tuple(a.attribute for a in self.attributes if a.is_proxy)

    def as_dict(self) -> dict[str, Any]:
        """The audit as plain values, for an artifact. Holds groups, never persons."""
        return {"flag": self.flag, "proxies": list(self.proxies), **asdict(self)}


@dataclass(frozen=True)
class Assessed:
    """People the model did not learn from, in one order.

    Attributes:
        person_key: who; used to join the attributes and dropped.
        decided_on: when; ages are counted to it.
        score: the desirable end is high; NaN where there is none.
        outcome: 1 where the desirable outcome came about, NaN where it is not known.
        matrix: encoded features, for the proxy check.
    """

    person_key: pd.Series
    decided_on: pd.Series
    score: Floats
    outcome: Floats
    matrix: Floats


def scoring_rates(score: Floats, group: pd.Series, rule: AuditRule) -> list[GroupRate]:
    """Rates and impact ratios of the groups of one attribute, in alphabetical order.

    Ties with the median are not above it. Where nobody is above it, or no group is large enough
    to be the reference, ratios are undefined and left out.
    """
    assessed = ~np.isnan(score)
    above = np.zeros(len(score), dtype=bool)
    above[assessed] = score[assessed] > np.median(score[assessed]) if assessed.any() else False
    pooled = pool_small(group[assessed].reset_index(drop=True), rule.min_cell)
    above = above[assessed]
    reference = _reference(above, pooled, rule)
    return [
        _rate(name, above[(pooled == name).to_numpy()], reference, rule, len(above))
        for name in sorted(pooled.unique())
    ]


def pool_small(group: pd.Series, min_cell: int) -> pd.Series:
    """Groups with `unknown` for missing values, and those below the cell size pooled."""
    named = group.fillna(UNKNOWN).astype(object)
    counts = named.map(named.value_counts())
    return named.where((counts >= min_cell) | (named == UNKNOWN), SMALL)


def _reference(above: Bools, group: pd.Series, rule: AuditRule) -> tuple[str, Bools] | None:
    """The group with the highest rate: of those large enough to judge by, or else to show."""
    for fewest in (rule.min_flag_rows, rule.min_cell):
        least = max(fewest, rule.min_share * len(above))
        best: tuple[str, Bools] | None = None
        for name in sorted(set(group) - {UNKNOWN, SMALL}):
            own = above[(group == name).to_numpy()]
            if len(own) >= least and (best is None or own.mean() > best[1].mean()):
                best = (name, own)
        if best is not None:
            return best if best[1].mean() > 0 else None
    return None


def _rate(
    name: str, own: Bools, reference: tuple[str, Bools] | None, rule: AuditRule, total: int
) -> GroupRate:
    if len(own) < rule.min_cell:
        return GroupRate(name, None, None, None, None, "not judged")
    rate = float(own.mean())
    if reference is None or name in (UNKNOWN, SMALL) or len(own) < rule.min_share * total:
        return GroupRate(name, len(own), rate, None, None, "not judged")
    best_name, best = reference
    ratio = rate / float(best.mean())
    if name == best_name:
        return GroupRate(name, len(own), rate, ratio, None, "reference")
    table = [[own.sum(), len(own) - own.sum()], [best.sum(), len(best) - best.sum()]]
    p_value = float(fisher_exact(table)[1])
    return GroupRate(name, len(own), rate, ratio, p_value, _flag(ratio, p_value, own, best, rule))


def _flag(ratio: float, p_value: float, own: Bools, best: Bools, rule: AuditRule) -> str:
    if min(len(own), len(best)) < rule.min_flag_rows:
        return "not judged"
    if ratio >= FOUR_FIFTHS:
        return "ok"
    return "review" if p_value < _SIGNIFICANT else "watch"


def group_outcomes(
    score: Floats, outcome: Floats, group: pd.Series, rule: AuditRule
) -> list[GroupOutcome]:
    """Outcomes per group of the people whose outcome is known; smaller cells are left out."""
    known = ~np.isnan(outcome) & ~np.isnan(score)
    if not known.any():
        return []
    pooled = pool_small(group[known].reset_index(drop=True), rule.min_cell)
    s, y = score[known], outcome[known]
    above = s > np.median(s)
    found = []
    for name in sorted(pooled.unique()):
        rows = (pooled == name).to_numpy()
        if rows.sum() < rule.min_cell:
            continue
        found.append(
            GroupOutcome(
                group=name,
                n=int(rows.sum()),
                true_rate=_share(above[rows & (y == 1)], rule.min_cell),
                false_rate=_share(above[rows & (y == 0)], rule.min_cell),
                mean_score=float(s[rows].mean()),
                observed_share=float(y[rows].mean()),
            )
        )
    return found


def _share(values: Bools, min_cell: int) -> float | None:
    return float(values.mean()) if len(values) >= min_cell else None


def audit(settings: Settings, rule: AuditRule, people: Assessed, *, seed: int) -> Audit:
    """Join the protected attributes, compare the groups, and forget who belongs to which.

    Raises:
        PublishError: the restricted copy cannot be opened.
    """
    known = _attributes(settings, people.person_key, people.decided_on, rule)
    names: list[tuple[str, ...]] = [(name,) for name in rule.attributes]
    names += [tuple(pair) for pair in rule.intersections]
    return Audit(
        n_assessed=int((~np.isnan(people.score)).sum()),
        n_unscored=int(np.isnan(people.score).sum()),
        attributes=tuple(_audit_one(known, parts, people, rule, seed) for parts in names),
    )


def compare_groups(
    settings: Settings,
    rule: AuditRule,
    person_key: pd.Series,
    decided_on: pd.Series,
    scores: Sequence[Floats],
) -> dict[str, list[list[GroupRate]]]:
    """Rates of the groups of each attribute under each of several scores of the same people.

    Raises:
        PublishError: the restricted copy cannot be opened.
    """
    known = _attributes(settings, person_key, decided_on, rule)
    names: list[tuple[str, ...]] = [(name,) for name in rule.attributes]
    names += [tuple(pair) for pair in rule.intersections]
    return {
        " x ".join(parts): [scoring_rates(score, _group(known, parts), rule) for score in scores]
        for parts in names
    }


def _audit_one(
    known: pd.DataFrame, parts: Sequence[str], people: Assessed, rule: AuditRule, seed: int
) -> AttributeAudit:
    group = _group(known, parts)
    guess = proxy_auc(people.matrix, group, seed=seed) if len(parts) == 1 else None
    return AttributeAudit(
        attribute=" x ".join(parts),
        rates=tuple(scoring_rates(people.score, group, rule)),
        outcomes=tuple(group_outcomes(people.score, people.outcome, group, rule)),
        proxy_auc=guess,
        is_proxy=guess is not None and guess > rule.proxy_auc,
    )


def _group(known: pd.DataFrame, parts: Sequence[str]) -> pd.Series:
    group = known[parts[0]]
    for part in parts[1:]:
        group = group.str.cat(known[part], sep=" · ")  # missing in one is missing in both
    return group


def _attributes(
    settings: Settings, person_key: pd.Series, decided_on: pd.Series, rule: AuditRule
) -> pd.DataFrame:
    """Attributes of the assessed people, in their order; None where not known."""
    table = restricted_table(settings, "restricted_protected_attribute").to_pandas()
    joined = table.drop_duplicates("person_key").set_index("person_key")
    found = joined.reindex(person_key.to_numpy()).reset_index(drop=True)
    years = decided_on.dt.year.to_numpy(dtype=np.float64) - pd.to_numeric(
        found["birth_year"], errors="coerce"
    ).to_numpy(dtype=np.float64)
    columns = {
        name: found[name].astype(object).where(found[name].notna(), None)
        for name in ("gender", "ethnicity", "marital_status")
    }
    columns["age_band"] = pd.Series([age_band(age, rule.age_bands) for age in years], dtype=object)
    return pd.DataFrame(columns)


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
