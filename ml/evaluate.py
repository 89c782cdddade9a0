"""The test: the model, its baselines and the present champion on the same later rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.arrays import Floats, Ints
from ml.config import ModelRule
from ml.metrics import (
    Comparison,
    ReliabilityBin,
    calibration_error_by_chance,
    compare,
    measure,
    reliability,
)
from ml.names import MODEL

_CHANCE_DRAWS = 2000


@dataclass(frozen=True)
class Evaluation:
    """Everything that the test rows say.

    Attributes:
        measures: for the model and each rival, measure -> value.
        comparisons: differences to each rival, positive where the model is better.
        chance_error: calibration error that perfect calibration stays below on these rows, with
            the gate's `calibration_confidence`.
    """

    measures: dict[str, dict[str, float]]
    comparisons: tuple[Comparison, ...]
    reliability: tuple[ReliabilityBin, ...]
    chance_error: float

    def comparison(self, other: str, name: str) -> Comparison | None:
        """One comparison; None when that rival was not there."""
        found = [c for c in self.comparisons if (c.other, c.measure) == (other, name)]
        return found[0] if found else None

    def flat(self) -> dict[str, float]:
        """Finite figures under names such as `test.log_loss` and `gain_over_prior.auc.lower`."""
        figures = {f"test.{k}": v for k, v in self.measures[MODEL].items()}
        for rival, values in self.measures.items():
            if rival != MODEL:
                figures |= {f"{rival}.{k}": v for k, v in values.items()}
        for c in self.comparisons:
            stem = f"gain_over_{c.other}.{c.measure}"
            figures |= {stem: c.difference, f"{stem}.lower": c.lower, f"{stem}.upper": c.upper}
        figures["test.ece_by_chance"] = self.chance_error
        return {name: float(value) for name, value in figures.items() if np.isfinite(value)}


def evaluate(
    rule: ModelRule, y: Floats, p: Floats, rivals: Mapping[str, Floats], requisition: pd.Series
) -> Evaluation:
    """Compare probabilities of the test rows with their outcomes.

    Args:
        y: outcomes of the test rows; `p` the model's probabilities, `rivals` the others'.
        requisition: requisition of each test row; those without one stand alone.
    """
    seed = rule.learning.seed
    comparisons = compare(
        y, p, rivals, _groups(requisition),
        confidence=rule.gate.confidence, resamples=rule.gate.resamples, seed=seed,
    )  # fmt: skip
    chance = calibration_error_by_chance(
        p, share=rule.gate.calibration_confidence, draws=_CHANCE_DRAWS, seed=seed
    )
    return Evaluation(
        measures={MODEL: measure(y, p), **{name: measure(y, q) for name, q in rivals.items()}},
        comparisons=tuple(comparisons),
        reliability=tuple(reliability(y, p)),
        chance_error=chance,
    )


def _groups(requisition: pd.Series) -> Ints:
    codes = pd.factorize(requisition)[0].astype(np.int64)
    alone = codes < 0
    codes[alone] = codes.max(initial=0) + 1 + np.arange(alone.sum())
    return codes
