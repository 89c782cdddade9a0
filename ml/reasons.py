"""Reasons: which features move a person's probability away from the base rate, and by how much."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from ml.arrays import Floats, logit
from ml.cohort import Cohort
from ml.inputs import as_inputs
from ml.model import BASE, Model

#: Reasons shown for and against; what remains is summed up as `other`.
SHOWN_EACH_WAY = 3
OTHER = "other"
DECIMALS = 6


def probability_points(
    contributions: pd.DataFrame, base_rate: float, probability: Floats
) -> pd.DataFrame:
    """Contributions in points of probability, as a share of one.

    Log-odds do not add up as probabilities, so each feature's log-odds are scaled by the slope of
    the straight line from the base rate to the person's probability,
    (p - base) ÷ (logit p - logit base): signs and proportions stay. What separates the model's own
    base from the share of the label comes under `base`; base rate + row sum = probability.
    """
    start = float(logit(base_rate))
    rise = logit(probability) - start
    at_base = base_rate * (1 - base_rate)
    flat = np.abs(rise) < 1e-9
    slope = np.where(flat, at_base, (probability - base_rate) / np.where(flat, 1.0, rise))
    shifted = contributions.copy()
    shifted[BASE] = shifted[BASE] - start
    return shifted.mul(slope, axis=0)


def explain(model: Model, rows: pd.DataFrame, probability: Floats) -> list[str]:
    """Per row the JSON list of reasons of the prediction contract.

    Each is {feature, value, percentile, points}: the value as the model read it (null when
    missing), its percentile in the training cohort (null for categories), and its points of
    probability. The strongest three each way come first, `other` last; base rate and points add
    up to the probability, to six decimals.
    """
    facts = model.facts
    inputs = as_inputs(rows, facts.features)
    base_rate = round(facts.base_rate, DECIMALS)
    points = probability_points(model.contributions(rows), base_rate, probability)
    names = [feature.name for feature in facts.features]
    table = points[names].to_numpy()
    totals = np.round(probability, DECIMALS) - base_rate
    texts = []
    for number in range(len(rows)):
        shown = _strongest(table[number])
        values = {names[k]: inputs[names[k]].iloc[number] for k in shown}
        reasons = [
            _reason(facts.cohort, names[k], values[names[k]], table[number, k]) for k in shown
        ]
        rest = round(totals[number] - sum(float(r["points"] or 0) for r in reasons), DECIMALS)
        reasons.append({"feature": OTHER, "value": None, "percentile": None, "points": rest})
        texts.append(json.dumps(reasons, ensure_ascii=False, separators=(",", ":")))
    return texts


def _strongest(points: Floats) -> list[int]:
    """Positions of the largest points for and against, strongest first."""
    order = np.argsort(-np.abs(points), kind="stable")
    raising = [int(k) for k in order if points[k] > 0][:SHOWN_EACH_WAY]
    lowering = [int(k) for k in order if points[k] < 0][:SHOWN_EACH_WAY]
    return sorted(raising + lowering, key=lambda k: -abs(points[k]))


def _reason(
    cohort: Cohort, name: str, value: float | str | None, points: float
) -> dict[str, float | str | None]:
    plain = None if pd.isna(value) else round(value, 4) if isinstance(value, float) else str(value)
    return {
        "feature": name,
        "value": plain,
        "percentile": cohort.percentile(name, value),
        "points": round(float(points), DECIMALS),
    }
