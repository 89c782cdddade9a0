"""Scoring by a deployed model: the rubric's evidence, weighed as people weighed it."""

from __future__ import annotations

from interview.evidence import AnswerScore, DimensionEvidence, Evidence, SubScore
from interview.learned.features import ruled, sub_scores
from interview.learned.store import LearnedModel, current
from interview.scoring import Rubric
from interview.transcript import Transcript
from talentloop.settings import Settings

_DIGITS = 6


def score_learned(
    settings: Settings, rubric: Rubric, transcript: Transcript, by_rule: AnswerScore
) -> AnswerScore:
    """The rubric's score with the dimensions that a deployed model scores replaced by its own.

    A model that learnt from another version of the rubric is not asked. Where none is deployed, or
    the rubric withholds, the rubric's score is given back as it is.

    Args:
        by_rule: the rubric's score of the same answer.

    Raises:
        ModelError: a deployed model's file is missing or was changed.
    """
    models = {
        code: model
        for code in (d.dimension_code for d in by_rule.dimensions)
        if (model := current(settings, code)) is not None
        and model.rubric_version == by_rule.scorer_version
    }
    if not models:
        return by_rule
    dimensions = tuple(
        _scored(rubric, models[d.dimension_code], transcript, by_rule)
        if d.dimension_code in models
        else d
        for d in by_rule.dimensions
    )
    versions = "+".join(f"{code}@{model.version}" for code, model in sorted(models.items()))
    return by_rule.model_copy(
        update={
            "scorer_code": "learned",
            "scorer_version": f"learned-{versions}:{by_rule.scorer_version}",
            "dimensions": dimensions,
        }
    )


def _scored(
    rubric: Rubric, model: LearnedModel, transcript: Transcript, by_rule: AnswerScore
) -> DimensionEvidence:
    import numpy as np

    code = model.dimension_code
    seen = ruled(by_rule, code)
    if seen is None:
        raise LookupError(code)  # the caller took the code from these dimensions
    ruled_part = np.array([sub_scores(seen, model.signals)])
    features = np.hstack([ruled_part, model.embedding.of([transcript.text])])
    expected = float(model.ordinal.expected(features)[0])
    score = round((expected - 1) / 4, _DIGITS)
    quotes: dict[tuple[int, int], Evidence] = {
        (e.char_start, e.char_end): e for sub in seen.sub_scores for e in sub.evidence
    }
    sub = SubScore(
        signal_code="learned",
        score_0_1=score,
        weight=1.0,
        evidence=tuple(quotes[place] for place in sorted(quotes)),
        detail={
            "zh": f"按人工评分学得：预期 {expected:.2f} 级（共 5 级）；规则评分 {100 * seen.score_0_1:.0f}",
            "en": f"learnt from people: expected level {expected:.2f} of 5; by rule {100 * seen.score_0_1:.0f}",
        },
    )
    return DimensionEvidence(
        dimension_code=code, score_0_1=score, level=rubric.level(score), sub_scores=(sub,)
    )
