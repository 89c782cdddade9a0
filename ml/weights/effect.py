"""What other weights would have done to past applicants: to their order, the tag, and groups."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import spearmanr

from ml.arrays import Floats
from ml.audit import compare_groups
from ml.groups import FOUR_FIFTHS, SIGNIFICANT
from ml.weights.config import WeightRule
from ml.weights.data import Applicants
from talentloop.settings import Settings


def on_rankings(now: Floats, then: Floats, top_k: int, tag_from: float) -> dict[str, Any]:
    """How the order of all scored applications would change. Ties are cut by application key."""
    scored = ~np.isnan(now) & ~np.isnan(then)
    before, after = now[scored], then[scored]
    k = min(top_k, len(before))
    first = set(np.argsort(-before, kind="stable")[:k].tolist())
    second = set(np.argsort(-after, kind="stable")[:k].tolist())
    return {
        "n_scored": len(before),
        "rank_correlation": round(float(spearmanr(before, after).statistic), 6),
        "top_k": k,
        "n_top_changed": k - len(first & second),
        "n_tagged_now": int((before >= tag_from).sum()),
        "n_tags_gained": int(((before < tag_from) & (after >= tag_from)).sum()),
        "n_tags_lost": int(((before >= tag_from) & (after < tag_from)).sum()),
    }


def on_groups(
    settings: Settings, rule: WeightRule, people: Applicants, now: Floats, then: Floats
) -> list[dict[str, Any]]:
    """Rates and impact ratios by protected group before and after; groups only, never persons.

    Raises:
        PublishError: the restricted copy cannot be opened.
    """
    found = compare_groups(
        settings, rule.audit, people.rows["person_key"], people.rows["applied_at"], [now, then]
    )
    return [
        {
            "attribute": attribute,
            "group": before.group,
            "n": before.n,
            "rate_now": _rounded(before.rate),
            "rate_proposed": _rounded(after.rate),
            "ratio_now": _rounded(before.impact_ratio),
            "ratio_proposed": _rounded(after.impact_ratio),
            "p_proposed": _rounded(after.p_value),
            "flag_now": before.flag,
            "flag_proposed": after.flag,
        }
        for attribute, (one, other) in found.items()
        for before, after in zip(one, other, strict=True)
    ]


def objections(groups: list[dict[str, Any]], max_drop: float) -> list[str]:
    """Groups for whom the new weights are worse than the rule allows and than chance explains."""
    return [
        f"{row['attribute']}: {row['group']}"
        for row in groups
        if row["p_proposed"] is not None
        and row["ratio_now"] is not None
        and row["p_proposed"] < SIGNIFICANT
        and (
            row["ratio_now"] - row["ratio_proposed"] > max_drop
            or row["ratio_proposed"] < FOUR_FIFTHS <= row["ratio_now"]
        )
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
