"""Learning one dimension from rated answers, with its evaluation, audit and MLflow run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from interview.learned.audit import GroupDifference, audit
from interview.learned.config import LearnedConfig, load_learned
from interview.learned.evaluate import (
    Data,
    Fit,
    between_people,
    interval,
    learn,
    out_of_fold,
    with_people,
)
from interview.learned.features import ruled, sub_scores
from interview.learned.store import LearnedModel, keep
from interview.rated import Rated, load_rated
from interview.reliability.material import typed
from interview.scoring import Rubric, load_rubric, score_answer
from talentloop.errors import ModelError
from talentloop.settings import Settings
from talentloop.tracking import experiment_id, open_mlflow

EXPERIMENT = "learned_scorer"
_LEAST_RATERS = 2


@dataclass(frozen=True)
class Trained:
    """What a training found.

    Attributes:
        people, model, rubric: agreement with single people: of people, of the model on candidates
            it has not seen, and of the rubric.
        interval: 95 % of the model's kappa, candidates resampled.
        groups: the audit; empty where groups.csv is missing.
        refusals: why the model must not be deployed: `below_people`, `no_better_than_rubric`,
            `groups_differ`, `not_audited`.
    """

    dimension_code: str
    version: str
    run_id: str
    n_answers: int
    n_candidates: int
    people: Fit
    model: Fit
    rubric: Fit
    interval: tuple[float, float]
    groups: Sequence[GroupDifference]
    refusals: Sequence[str]

    def as_dict(self) -> dict[str, Any]:
        """Plain values: figures and groups, never persons."""
        return {"may_be_deployed": not self.refusals, **asdict(self)}


def train(settings: Settings, folder: Path, dimension_code: str) -> Trained:
    """Learn a dimension from a folder of rated answers (see `interview.rated`) and keep the model.

    Raises:
        ContractError: the rated answers do not fit.
        ConfigError: a configuration file does not fit.
        ModelError: too few answers or candidates, or nothing to learn.
    """
    config, rubric, rated = load_learned(settings), load_rubric(settings), load_rated(folder)
    signals = [code for code, weight in rubric.dimension(dimension_code).signals.items() if weight]
    data = _data(rubric, rated, dimension_code, signals)
    _enough(config, data, folder)
    levels = out_of_fold(config, data)
    people, model, by_rule = (
        between_people(data),
        with_people(data, levels),
        with_people(data, data.by_rule),
    )
    groups = audit(data, levels, rated.groups, config.least_group)
    refusals = _refusals(config, people, model, by_rule, groups)
    fitted = learn(config, data, range(len(data.texts)))
    made = LearnedModel.of(dimension_code, rubric.version, signals, *fitted, refusals)
    version = keep(settings, made, data.candidate_ids)
    found = Trained(
        dimension_code, version, "", len(data.texts), len(set(data.candidate_ids)), people, model,
        by_rule, interval(config, data, levels), groups, refusals,
    )  # fmt: skip
    run_id = _track(settings, config, rubric, found, made)
    return Trained(**{**vars(found), "run_id": run_id})


def _data(rubric: Rubric, rated: Rated, code: str, signals: Sequence[str]) -> Data:
    """Answers that two people rated and that the rubric scores; others teach nothing here."""
    levels = rated.levels(code)
    chosen = []
    for answer in rated.answers:
        if len(levels.get(answer.answer_id, {})) < _LEAST_RATERS:
            continue
        said = typed(answer.answer_id, answer.text, answer.language_code)
        seen = ruled(score_answer(rubric, rated.questions[answer.question_code], said), code)
        if seen is not None:
            chosen.append((answer, seen))
    return Data(
        answer_ids=[a.answer_id for a, _ in chosen],
        candidate_ids=[a.candidate_id for a, _ in chosen],
        texts=[a.text for a, _ in chosen],
        sub_scores=np.array([sub_scores(seen, signals) for _, seen in chosen]),
        ratings=[levels[a.answer_id] for a, _ in chosen],
        by_rule=np.array([1 + 4 * seen.score_0_1 for _, seen in chosen]),
    )


def _enough(config: LearnedConfig, data: Data, folder: Path) -> None:
    n, people = len(data.texts), len(set(data.candidate_ids))
    if n < config.least_answers or people < config.least_candidates:
        raise ModelError(
            f"{n} answers of {people} candidates were rated by two people and scored by rule; it "
            f"takes {config.least_answers} of {config.least_candidates}",
            where=str(folder),
            remedy="Rate more answers; with fewer the rubric serves better.",
        )


def _refusals(
    config: LearnedConfig, people: Fit, model: Fit, by_rule: Fit, groups: Sequence[GroupDifference]
) -> list[str]:
    found = []
    if people.qwk is None or model.qwk is None or model.qwk < people.qwk - config.most_below_people:
        found.append("below_people")
    if model.qwk is None or (by_rule.qwk is not None and model.qwk <= by_rule.qwk):
        found.append("no_better_than_rubric")
    judged = [g for g in groups if g.smd is not None]
    if any(abs(g.smd or 0.0) > config.largest_smd for g in judged):
        found.append("groups_differ")
    if not judged:
        found.append("not_audited")
    return found


def _track(
    settings: Settings, config: LearnedConfig, rubric: Rubric, found: Trained, made: LearnedModel
) -> str:
    """The training as an MLflow run: figures and the model's numbers, no text and no person."""
    mlflow, client = open_mlflow(settings)
    experiment = experiment_id(settings, client, EXPERIMENT)
    fits = {"people": found.people, "model": found.model, "rubric": found.rubric}
    metrics = {
        f"{who}.{name}": value
        for who, fit in fits.items()
        for name, value in (("qwk", fit.qwk), ("exact", fit.exact), ("adjacent", fit.adjacent))
        if value is not None
    }
    tags: Mapping[str, str] = {
        "dimension": found.dimension_code, "version": found.version,
        "may_be_deployed": str(not found.refusals).lower(),
        "refusals": ",".join(found.refusals), "rubric_version": rubric.version,
    }  # fmt: skip
    with mlflow.start_run(experiment_id=experiment, run_name=found.dimension_code) as run:
        mlflow.log_params(config.model_dump())
        mlflow.log_metrics(
            {**metrics, "qwk_lower": found.interval[0], "qwk_upper": found.interval[1],
             "n_answers": found.n_answers, "n_candidates": found.n_candidates}
        )  # fmt: skip
        mlflow.set_tags(dict(tags))
        mlflow.log_dict(found.as_dict(), "evaluation.json")
        mlflow.log_text(made.as_bytes().decode(), "model.json")
    return str(run.info.run_id)
