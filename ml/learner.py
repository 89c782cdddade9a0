"""What learns: a linear start, and xgboost trees boosted from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xgboost as xgb

from ml.arrays import Floats
from ml.config import Learning
from ml.linear import LinearStart, fit_linear


@dataclass(frozen=True)
class Learner:
    """Log-odds = linear start + trees. Few rows leave the line as it is; more let trees bend it."""

    linear: LinearStart
    booster: xgb.Booster

    def margin(self, matrix: Floats) -> Floats:
        """Log-odds per row."""
        trees = self.booster.predict(xgb.DMatrix(matrix, nthread=1), output_margin=True)
        return self.linear.margin(matrix) + trees.astype(np.float64)

    def contributions(self, matrix: Floats) -> Floats:
        """Shapley values of the log-odds, shape (rows, columns + 1); the last column is the base.

        The line's are weight · (x - mean) ÷ sd, exact for independent columns; the trees' come
        from xgboost's own TreeSHAP. Each row adds up to its margin.
        """
        trees = self.booster.predict(xgb.DMatrix(matrix, nthread=1), pred_contribs=True)
        values = trees.astype(np.float64)
        values[:, :-1] += self.linear.contributions(matrix)
        values[:, -1] += self.linear.intercept
        return np.asarray(values)


@dataclass(frozen=True)
class Fitted:
    """A learner and the number of boosting rounds that it kept."""

    learner: Learner
    rounds: int


def fit_learner(
    matrix: Floats,
    y: Floats,
    monotone: Sequence[int],
    rule: Learning,
    *,
    rounds: int | None = None,
    watch: tuple[Floats, Floats] | None = None,
) -> Fitted:
    """Fit the line, then boost trees from its margin.

    Args:
        rounds: boosting rounds; None finds them on `watch` by early stopping.
        watch: matrix and outcomes of the validation rows.
    """
    linear = fit_linear(matrix, y, monotone, rule.linear_l2)
    data = _data(matrix, y, linear)
    if rounds is not None:
        return Fitted(Learner(linear, _boost(data, monotone, rule, rounds)), rounds)
    if watch is None:
        raise ValueError("early stopping needs rows to watch")
    booster = _boost(data, monotone, rule, rule.most_rounds, _data(*watch, linear))
    best = int(booster.best_iteration) + 1
    return Fitted(Learner(linear, booster[:best]), best)


def _data(matrix: Floats, y: Floats, linear: LinearStart) -> xgb.DMatrix:
    return xgb.DMatrix(matrix, label=y, base_margin=linear.margin(matrix), nthread=1)


def _boost(
    data: xgb.DMatrix,
    monotone: Sequence[int],
    rule: Learning,
    rounds: int,
    watch: xgb.DMatrix | None = None,
) -> xgb.Booster:
    parameters = {
        **rule.xgboost.model_dump(),
        "objective": "binary:logistic",
        "eval_metric": "logloss",
        "tree_method": "hist",
        "base_score": 0.5,  # the start is the linear margin, nothing else
        "monotone_constraints": tuple(monotone),
        "seed": rule.seed,
        "nthread": 1,  # bit for bit the same on every machine
        "verbosity": 0,
    }
    if watch is None:
        return xgb.train(parameters, data, rounds)
    return xgb.train(
        parameters, data, rounds, evals=[(watch, "validation")],
        early_stopping_rounds=rule.patience, verbose_eval=False,
    )  # fmt: skip
