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

from ml.arrays import Bools, Floats
from ml.attributes import protected_attributes
from ml.config import AuditRule
from ml.groups import GroupRate, group_rates, pool_small
from ml.proxy import proxy_auc
from talentloop.settings import Settings


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
    """Scoring rates: the shares strictly above the median of everybody who has a score.

    Ties with the median are not above it; people without a score are left out.
    """
    assessed = ~np.isnan(score)
    if not assessed.any():
        return []
    scored = score[assessed]
    return group_rates(scored > np.median(scored), group[assessed], rule)


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
    known = protected_attributes(settings, people.person_key, people.decided_on, rule.age_bands)
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
    """Scoring rates of the groups of each attribute under each of several scores of these people.

    Raises:
        PublishError: the restricted copy cannot be opened.
    """
    known = protected_attributes(settings, person_key, decided_on, rule.age_bands)
    names: list[tuple[str, ...]] = [(name,) for name in rule.attributes]
    names += [tuple(pair) for pair in rule.intersections]
    return {
        " x ".join(parts): [scoring_rates(score, _group(known, parts), rule) for score in scores]
        for parts in names
    }


def _group(known: pd.DataFrame, parts: Sequence[str]) -> pd.Series:
    group = known[parts[0]]
    for part in parts[1:]:
        group = group.str.cat(known[part], sep=" · ")  # missing in one is missing in both
    return group


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
