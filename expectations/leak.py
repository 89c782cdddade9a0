"""Facts about labelled rows: how frequent the label is, and whether one feature gives it away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from expectations.policy import CheckPolicy

if TYPE_CHECKING:
    import pandas as pd


def label_facts(frame: pd.DataFrame, features: Sequence[str]) -> pd.DataFrame:
    """One row: labelled rows, share of positives, and the best single feature by AUC.

    AUC is that of Mann and Whitney, U ÷ (positives · negatives), taken in whichever direction
    ranks better; rows without the feature are left out.
    """
    import pandas as pd

    known = frame[frame["is_trainable"].astype(bool) & frame["label"].notna()]
    label = known["label"].astype(bool)
    aucs = {name: _auc(known[name], label) for name in features if _is_number(known[name])}
    best = max(aucs, key=lambda name: aucs[name]) if aucs else ""
    return pd.DataFrame(
        [
            {
                "labelled_rows": len(known),
                "label_share": float(label.mean()) if len(known) else 0.0,
                "best_feature": best,
                "best_feature_auc": aucs.get(best, 0.5),
            }
        ]
    )


def _is_number(column: pd.Series[Any]) -> bool:
    return column.dtype.kind in "iufb"


def _auc(values: pd.Series[Any], label: pd.Series[bool]) -> float:
    there = values.notna()
    ranks = values[there].astype(float).rank()
    positive = label[there]
    n1, n0 = int(positive.sum()), int((~positive).sum())
    if not n1 or not n0:
        return 0.5
    u = float(ranks[positive].sum()) - n1 * (n1 + 1) / 2
    return max(u / (n1 * n0), 1 - u / (n1 * n0))


def label_expectations(model_name: str, facts: pd.DataFrame, policy: CheckPolicy) -> Iterator[Any]:
    """What the facts must satisfy, once there are enough labelled rows to judge."""
    from expectations.engine import gxe

    if int(facts["labelled_rows"].iloc[0]) < policy.distribution_min_rows:
        return
    limit = policy.features.max_single_feature_auc
    yield gxe.ExpectColumnValuesToBeBetween(
        column="best_feature_auc",
        max_value=limit,
        description=f"no single feature ranks the label better than AUC {limit} "
        f"(best: {facts['best_feature'].iloc[0]})",
    )
    if model_name in policy.features.label_prevalence:
        low, high = policy.features.label_prevalence[model_name]
        yield gxe.ExpectColumnValuesToBeBetween(
            column="label_share",
            min_value=low,
            max_value=high,
            description=f"between {low:.0%} and {high:.0%} of the labelled rows are positive",
        )
