"""Fitting a model on the rows of a split."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xgboost as xgb

from ml.arrays import Floats, Ints
from ml.calibration import fit_calibration
from ml.cohort import describe
from ml.config import ModelRule
from ml.encoding import CategoryCode, Encoding, fit_encoding
from ml.inputs import as_inputs
from ml.learner import fit_learner
from ml.metrics import resampled_rows
from ml.model import Facts, Model, Part
from ml.split import Split

INTERVAL_LEVEL = 0.9


@dataclass(frozen=True)
class FittedModel:
    """A model and how it came about."""

    model: Model
    rounds: int


@dataclass(frozen=True)
class _Rows:
    """The matrix, outcomes and people of all rows, in the frame's order."""

    matrix: Floats
    y: Floats
    person: Ints


def fit_model(
    rule: ModelRule, rows: pd.DataFrame, y: Floats, split: Split, data_version: str
) -> FittedModel:
    """Learn rounds and calibration on train and validation, then fit on both.

    The number of trees comes from early stopping on the validation rows, and the calibration from
    the same model's margins there. With both held, the model is fitted again on all rows known
    before the first test decision; thirty members, on resampled people and resampled validation
    rows, give the interval.
    """
    inputs = as_inputs(rows, rule.features)
    encoding = fit_encoding(inputs.iloc[split.fit], rule.features, rule.learning.min_level_rows)
    person = pd.factorize(rows["person_key"])[0].astype(np.int64)
    data = _Rows(encoding.transform(inputs), y, person)
    first = fit_learner(
        data.matrix[split.train], y[split.train], encoding.monotone, rule.learning,
        watch=(data.matrix[split.validation], y[split.validation]),
    )  # fmt: skip
    margin = first.learner.margin(data.matrix[split.validation])
    calibration = fit_calibration(margin, y[split.validation], rule.learning.calibration_sd)
    final = fit_learner(
        data.matrix[split.fit], y[split.fit], encoding.monotone, rule.learning, rounds=first.rounds
    ).learner
    main = Part(linear=final.linear, calibration=calibration)
    members = _members(rule, data, encoding, split, first.rounds, margin)
    score = calibration.probability(final.margin(data.matrix[split.fit]))
    facts = Facts(
        name=rule.name,
        features=rule.features,
        encoding=encoding,
        main=main,
        members=tuple(part for part, _ in members),
        base_rate=float(y[split.fit].mean()),
        interval_level=INTERVAL_LEVEL,
        cohort=describe(inputs.iloc[split.fit], rule.features, _levels(encoding), score),
        config_version=rule.config_version,
        data_version=data_version,
        test_from=split.test_from.isoformat(),
    )
    boosters = tuple(booster for _, booster in members)
    return FittedModel(Model(facts, final.booster, boosters), first.rounds)


def _members(
    rule: ModelRule, data: _Rows, encoding: Encoding, split: Split, rounds: int, margin: Floats
) -> list[tuple[Part, xgb.Booster]]:
    """Refits on resampled people, each with a calibration on resampled validation rows."""
    many, seed = rule.learning.members, rule.learning.seed
    people = resampled_rows(data.person[split.fit], resamples=many, seed=seed)
    checks = resampled_rows(data.person[split.validation], resamples=many, seed=seed + 1)
    observed = data.y[split.validation]
    found = []
    for sample, check in zip(people, checks, strict=True):
        rows = split.fit[sample]
        learner = fit_learner(
            data.matrix[rows], data.y[rows], encoding.monotone, rule.learning, rounds=rounds
        ).learner
        calibration = fit_calibration(margin[check], observed[check], rule.learning.calibration_sd)
        found.append((Part(linear=learner.linear, calibration=calibration), learner.booster))
    return found


def _levels(encoding: Encoding) -> dict[str, tuple[str, ...]]:
    return {code.name: code.levels for code in encoding.codes if isinstance(code, CategoryCode)}
