"""Rows in the order of time: what may be learnt from, and what the model is tested on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.arrays import Bools, Ints
from ml.config import Minimum, SplitRule


@dataclass(frozen=True)
class Split:
    """Positions of rows in the frame, by their use.

    Attributes:
        fit: rows whose label was known before the first test decision; the final model's rows.
        train, validation: the fit rows' older and newer part, without a person in both; rounds
            and calibration are found on them.
        test: the newest decisions.
        test_from: the first test decision (UTC).
        n_late_labels: older rows left out because their label was not known by then.
        n_shared_people: rows left out of `fit` because their person is among the test rows.
    """

    fit: Ints
    train: Ints
    validation: Ints
    test: Ints
    test_from: pd.Timestamp
    n_late_labels: int
    n_shared_people: int


def split_in_time(rows: pd.DataFrame, rule: SplitRule) -> Split:
    """Split matured rows by `decision_at`.

    Args:
        rows: columns `decision_at`, `label_available_at` (UTC), `person_key`; at least two rows.

    A row is learnt from only if its label became known more than `gap_days` before the first test
    decision: on that day nobody could have known more. Rows between are used by neither side.
    """
    order = np.argsort(rows["decision_at"].to_numpy(), kind="stable")
    first = min(int(np.floor(len(rows) * (1 - rule.test_share))), len(rows) - 1)
    test_from = rows["decision_at"].iloc[order[first]]
    is_test = (rows["decision_at"] >= test_from).to_numpy()
    known_before = test_from - pd.Timedelta(days=rule.gap_days)
    is_known = (rows["label_available_at"] < known_before).to_numpy()
    shares_person = _in(rows, np.flatnonzero(is_test))
    can_fit = ~is_test & is_known & ~shares_person
    fit = order[can_fit[order]].astype(np.int64)
    train, validation = _cut(rows, fit, rule.validation_share)
    return Split(
        fit=fit,
        train=train,
        validation=validation,
        test=order[is_test[order]].astype(np.int64),
        test_from=test_from,
        n_late_labels=int((~is_test & ~is_known).sum()),
        n_shared_people=int((~is_test & is_known & shares_person).sum()),
    )


def _in(rows: pd.DataFrame, positions: Ints) -> Bools:
    """Whether each row's person has a row among the positions."""
    people = rows["person_key"]
    return people.isin(people.iloc[positions]).to_numpy()


def _cut(rows: pd.DataFrame, fit: Ints, validation_share: float) -> tuple[Ints, Ints]:
    cut = int(np.floor(len(fit) * (1 - validation_share)))
    train, validation = fit[:cut], fit[cut:]
    return train[~_in(rows, validation)[train]], validation


def shortages(y: pd.Series, split: Split, minimum: Minimum) -> list[str]:
    """What is missing for a training that means anything, in words; empty when nothing is."""
    labels = y.to_numpy(dtype=np.float64)
    counts = {
        "training rows": (len(split.fit), minimum.train_rows),
        "test rows": (len(split.test), minimum.test_rows),
        "training rows of the rarer outcome": (_cases(labels[split.fit]), minimum.train_cases),
        "test rows of the rarer outcome": (_cases(labels[split.test]), minimum.test_cases),
        # the linear start needs both outcomes among the older rows, whatever is configured
        "older training rows of the rarer outcome": (_cases(labels[split.train]), 1),
        "validation rows": (len(split.validation), 1),
    }
    return [f"{n} of {least} {what}" for what, (n, least) in counts.items() if n < least]


def _cases(labels: np.ndarray) -> int:
    positives = int(labels.sum())
    return min(positives, len(labels) - positives)
