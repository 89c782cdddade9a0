"""One training from rows to verdict, before anything is registered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.arrays import Floats
from ml.audit import Assessed, Audit, audit
from ml.baselines import baseline_probabilities
from ml.cohort import drift
from ml.evaluate import Evaluation, evaluate
from ml.fit import FittedModel, fit_model
from ml.frame import labels
from ml.gate import GateRow, decide, enough_labels
from ml.model import OUTPUTS, Model
from ml.names import CHAMPION
from ml.registry import Served
from ml.work import Work
from talentloop.errors import ModelError
from talentloop.logs import get_logger
from talentloop.settings import Settings

log = get_logger(__name__)


@dataclass(frozen=True)
class Trial:
    """A fitted model and everything found out about it.

    Attributes:
        champion: version in place when it was judged; None when there was none.
    """

    work: Work
    fitted: FittedModel
    evaluation: Evaluation
    audit: Audit
    drift: dict[str, float]
    gate: tuple[GateRow, ...]
    champion: str | None


def run_trial(
    settings: Settings, work: Work, version: str | None, champion: Served | None
) -> Trial:
    """Fit on the past, test on what came later beside all rivals, audit, and judge.

    Args:
        version: the present champion; None when there is none.
        champion: the champion itself; None also where it is lost and cannot be compared with.

    Raises:
        PublishError: the restricted copy, which the audit reads, cannot be opened.
    """
    fitted = fit_model(work.rule, work.rows, work.y, work.split, work.data_version)
    evaluation = _evaluate(work, fitted.model, champion)
    found = _audit(settings, work, fitted.model)
    gate = (
        enough_labels(work.rule, []),
        *decide(work.rule, evaluation, found, _problems(fitted.model, champion), version),
    )
    moved = _drift(work, fitted.model)
    return Trial(work, fitted, evaluation, found, moved, gate, version)


def _evaluate(work: Work, model: Model, champion: Served | None) -> Evaluation:
    test = work.rows.iloc[work.split.test].reset_index(drop=True)
    rivals = baseline_probabilities(work.rule, work.rows, work.y, work.split)
    if champion is not None:
        try:
            rivals[CHAMPION] = champion.model.probability(test)
        except ModelError as error:  # its inputs are gone from the mart: it cannot be kept either
            log.warning("champion_not_comparable", model=work.rule.name, problem=error.what)
    y = work.y[work.split.test]
    return evaluate(work.rule, y, model.probability(test), rivals, test["requisition_key"])


def _audit(settings: Settings, work: Work, model: Model) -> Audit:
    """Audit everybody the model did not learn from: test rows, later rows, those in progress.

    Who was assessed more than once counts once, with the newest decision.
    """
    table, rule = work.table.rows, work.rule
    learnt = set(work.rows["application_key"].iloc[work.split.fit])
    in_use = table["is_scorable"] | table["is_trainable"]
    people = table[in_use & ~table["application_key"].isin(learnt)]
    people = people.sort_values(["decision_at", "application_key"], kind="stable")
    people = people.drop_duplicates("person_key", keep="last").reset_index(drop=True)
    high = rule.label.favourable == "high"
    probability = model.probability(people)
    assessed = Assessed(
        person_key=people["person_key"],
        decided_on=people["decision_at"],
        score=probability if high else 1 - probability,
        outcome=_outcomes(work, people),
        matrix=model.matrix(people),
    )
    return audit(settings, rule.audit, assessed, seed=rule.learning.seed)


def _outcomes(work: Work, people: pd.DataFrame) -> Floats:
    """1 for the desirable outcome of test rows, 0 for the other, NaN for everybody else."""
    tested = set(work.rows["application_key"].iloc[work.split.test])
    is_tested = people["application_key"].isin(tested).to_numpy()
    happened = labels(people[is_tested], work.rule).to_numpy()
    found = np.full(len(people), np.nan)
    found[is_tested] = happened if work.rule.label.favourable == "high" else 1 - happened
    return found


def _problems(model: Model, champion: Served | None) -> list[str]:
    """What would break for those who feed the champion's inputs or read its outputs."""
    if champion is None:
        return []
    return [
        *_changed("input", champion.inputs, model.inputs),
        *_changed("output", champion.outputs, OUTPUTS),
        *(f"output {name} is gone" for name in champion.outputs if name not in OUTPUTS),
    ]


def _changed(kind: str, before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    return [
        f"{kind} {name} was {before[name]}, is {after[name]}"
        for name in after
        if name in before and before[name] != after[name]
    ]


def _drift(work: Work, model: Model) -> dict[str, float]:
    waiting = work.table.rows[work.table.rows["is_scorable"]].reset_index(drop=True)
    if waiting.empty:
        return {}
    return drift(model.facts.cohort, model.inputs_of(waiting), model.probability(waiting))
