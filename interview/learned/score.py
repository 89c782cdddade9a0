"""Scoring by a deployed model: the rubric's evidence, weighed as people weighed it."""

from __future__ import annotations

from collections.abc import Mapping

from interview.evidence import AnswerScore, DimensionEvidence, Evidence, SubScore
from interview.learned.features import sub_scores
from interview.learned.store import LearnedModel, current
from interview.scoring import Rubric
from interview.transcript import Transcript
from talentloop.settings import Settings

_DIGITS = 6


def deployed(settings: Settings, rubric: Rubric) -> dict[str, LearnedModel]:
    """The model of each dimension that somebody has deployed, by dimension.

    One that learnt from another version of the rubric is left out: it has not seen such sub-scores.

    Raises:
        ModelError: a deployed model's file is missing or was changed.
    """
    found = {code: current(settings, code) for code in rubric.dimensions}
    return {
        code: model
        for code, model in found.items()
        if model is not None and model.rubric_version == rubric.version
    }


def score_learned(
    models: Mapping[str, LearnedModel],
    rubric: Rubric,
    transcript: Transcript,
    by_rule: AnswerScore,
) -> AnswerScore:
    """The rubric's score with the dimensions that a deployed model scores replaced by its own.

    Where there is no model for any of them, or the rubric withholds, the rubric's score is given
    back as it is.

    Args:
        models: see `deployed`.
        by_rule: the rubric's score of the same answer.
    """
    chosen = {d.dimension_code for d in by_rule.dimensions} & models.keys()
    if not chosen:
        return by_rule
    dimensions = tuple(
        _scored(rubric, models[d.dimension_code], transcript, d)
        if d.dimension_code in chosen
        else d
        for d in by_rule.dimensions
    )
    versions = "+".join(f"{code}@{models[code].version}" for code in sorted(chosen))
    return by_rule.model_copy(
        update={
            "scorer_code": "learned",
            "scorer_version": f"learned-{versions}:{by_rule.scorer_version}",
            "dimensions": dimensions,
        }
    )


def _scored(
    rubric: Rubric, model: LearnedModel, transcript: Transcript, seen: DimensionEvidence
) -> DimensionEvidence:
    import numpy as np

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
        dimension_code=model.dimension_code,
        score_0_1=score,
        level=rubric.level(score),
        sub_scores=(sub,),
    )
