"""Fitting a model on the rows of a split."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.arrays import Floats, Ints
from ml.calibration import Calibration, fit_calibration
from ml.cohort import describe
from ml.config import Learning, ModelRule
from ml.encoding import CategoryCode, Encoding, fit_encoding
from ml.inputs import as_inputs
from ml.learner import Learner, fit_learner
from ml.metrics import resampled_rows
from ml.model import Facts, Model, spread
from ml.split import Split

INTERVAL_LEVEL = 0.9
_LEAST_SPREAD = 1e-3  # in log-odds; members of a tiny company may agree exactly


#: Trainings on simulated outcomes by which the interval's width is found.
_REHEARSALS = 8


@dataclass(frozen=True)
class FittedModel:
    """A model and how it came about."""

    model: Model
    rounds: int


@dataclass(frozen=True)
class _Rows:
    """The encoded rows of the frame, how they are cut, and the rule to learn by."""

    rule: Learning
    matrix: Floats
    monotone: tuple[int, ...]
    person: Ints
    split: Split


@dataclass(frozen=True)
class _Fit:
    """One whole fit: the learner of all fit rows, its calibration and its rounds."""

    learner: Learner
    calibration: Calibration
    rounds: int

    def log_odds(self, matrix: Floats) -> Floats:
        return self.calibration.log_odds(self.learner.margin(matrix))


def fit_model(
    rule: ModelRule, rows: pd.DataFrame, y: Floats, split: Split, data_version: str
) -> FittedModel:
    """Fit the model, the members that its interval is made of, and describe the cohort.

    Nothing is learnt from the outcomes of the test rows.
    """
    inputs = as_inputs(rows, rule.features)
    fit_inputs = inputs.iloc[split.fit]
    encoding = fit_encoding(fit_inputs, rule.features, rule.learning.min_level_rows)
    person = pd.factorize(rows["person_key"])[0].astype(np.int64)
    data = _Rows(rule.learning, encoding.transform(inputs), encoding.monotone, person, split)
    found = _fit(data, y)
    members = _members(data, y, found.rounds)
    score = found.calibration.probability(found.learner.margin(data.matrix[split.fit]))
    facts = Facts(
        name=rule.name,
        features=rule.features,
        encoding=encoding,
        linear=found.learner.linear,
        calibration=found.calibration,
        members=tuple(member.linear for member in members),
        base_rate=float(y[split.fit].mean()),
        interval_level=INTERVAL_LEVEL,
        interval_scale=_interval_scale(data, found, members),
        cohort=describe(fit_inputs, rule.features, _levels(encoding), score),
        config_version=rule.config_version,
        data_version=data_version,
        test_from=split.test_from.isoformat(),
    )
    boosters = tuple(member.booster for member in members)
    return FittedModel(Model(facts, found.learner.booster, boosters), found.rounds)


def _fit(data: _Rows, y: Floats) -> _Fit:
    """Learn rounds and calibration on train and validation, then fit on both.

    The number of trees comes from early stopping on the validation rows, and the calibration from
    the same learner's margins there. With both held, the learner is fitted again on all rows known
    before the first test decision.
    """
    split, matrix = data.split, data.matrix
    watch = (matrix[split.validation], y[split.validation])
    first = fit_learner(matrix[split.train], y[split.train], data.monotone, data.rule, watch=watch)
    calibration = fit_calibration(
        first.learner.margin(watch[0]), watch[1], data.rule.calibration_sd
    )
    final = fit_learner(
        matrix[split.fit], y[split.fit], data.monotone, data.rule, rounds=first.rounds
    )
    return _Fit(final.learner, calibration, first.rounds)


def _members(data: _Rows, y: Floats, rounds: int) -> list[Learner]:
    """Refits on resampled people."""
    samples = resampled_rows(
        data.person[data.split.fit], resamples=data.rule.members, seed=data.rule.seed
    )
    picked = [data.split.fit[sample] for sample in samples]
    return [
        fit_learner(data.matrix[p], y[p], data.monotone, data.rule, rounds=rounds).learner
        for p in picked
    ]


def _interval_scale(data: _Rows, found: _Fit, members: list[Learner]) -> float:
    """How many standard deviations of the members half an interval takes.

    Members alone are too sure of themselves: they agree on what shrinkage and early stopping leave
    out. So the whole training is rehearsed on outcomes drawn from the model's own probabilities,
    where the truth is known, and the scale is the one at which intervals of later people would
    have held it at the interval's level.
    """
    rng = np.random.default_rng(data.rule.seed)
    believed = found.calibration.probability(found.learner.margin(data.matrix))
    later = data.matrix[data.split.test]
    truth = found.log_odds(later)
    width = np.maximum(found.calibration.slope * spread(members, later), _LEAST_SPREAD)
    misses = []
    for _ in range(_REHEARSALS):
        drawn = (rng.random(len(believed)) < believed).astype(np.float64)
        misses.append(np.abs(_fit(data, drawn).log_odds(later) - truth) / width)
    return float(np.quantile(misses, INTERVAL_LEVEL))


def _levels(encoding: Encoding) -> dict[str, tuple[str, ...]]:
    return {code.name: code.levels for code in encoding.codes if isinstance(code, CategoryCode)}
