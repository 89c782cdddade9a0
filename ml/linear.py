"""The linear start: a ridge logistic regression whose signs keep the promised directions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy.optimize import minimize

from ml.arrays import Floats, logit, sigmoid


class LinearStart(BaseModel):
    """Log-odds as a weighted sum of standardised columns: intercept + Σ weight · (x - mean) ÷ sd."""

    model_config = ConfigDict(frozen=True)

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    def contributions(self, matrix: Floats) -> Floats:
        """Log-odds that each column adds to the intercept, shape of the matrix."""
        standard = (matrix - np.array(self.mean)) / np.array(self.scale)
        return np.asarray(standard * np.array(self.weights), dtype=np.float64)

    def margin(self, matrix: Floats) -> Floats:
        """Log-odds per row."""
        return np.asarray(self.contributions(matrix).sum(axis=1) + self.intercept)


def fit_linear(matrix: Floats, y: Floats, monotone: Sequence[int], l2: float | None) -> LinearStart:
    """Fit by penalised maximum likelihood, weights bounded to their promised sign.

    Minimises Σ log(1 + e^m) - y·m + l2/2·Σ weight², the intercept unpenalised (L-BFGS-B).
    Without `l2` all weights are zero and the intercept is the share of positives.
    """
    mean, spread = matrix.mean(axis=0), matrix.std(axis=0)
    scale = np.where(spread > 1e-12, spread, 1.0)
    base = float(logit((y.sum() + 0.5) / (len(y) + 1)))
    weights, intercept = np.zeros(matrix.shape[1]), base
    if l2 is not None:
        weights, intercept = _optimise((matrix - mean) / scale, y, monotone, l2, base)
    return LinearStart(
        mean=tuple(mean.tolist()),
        scale=tuple(scale.tolist()),
        weights=tuple(weights.tolist()),
        intercept=intercept,
    )


def _optimise(
    standard: Floats, y: Floats, monotone: Sequence[int], l2: float, base: float
) -> tuple[Floats, float]:
    k = standard.shape[1]

    def loss(theta: Floats) -> tuple[float, Floats]:
        margin = standard @ theta[:k] + theta[k]
        error = sigmoid(margin) - y
        value = float(np.sum(np.logaddexp(0, margin) - y * margin) + l2 / 2 * theta[:k] @ theta[:k])
        return value, np.append(standard.T @ error + l2 * theta[:k], error.sum())

    bounds = [(0 if s > 0 else None, 0 if s < 0 else None) for s in monotone] + [(None, None)]
    found = minimize(
        loss, np.append(np.zeros(k), base), jac=True, method="L-BFGS-B", bounds=bounds,
        options={"maxiter": 1000, "ftol": 1e-12, "gtol": 1e-8},
    )  # fmt: skip
    return np.asarray(found.x[:k]), float(found.x[k])
