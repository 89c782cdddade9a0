"""The rubric's score of one answer: signals, guards, dimensions, each with evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from interview.evidence import AnswerScore, DimensionEvidence, Flag, SubScore
from interview.scoring.content import behaviour, concepts, relevance
from interview.scoring.guards import flags
from interview.scoring.reading import Measured, Reading
from interview.scoring.rubric import Dimension, Rubric, SignalCode
from interview.scoring.structure import collaboration, discourse, fluency, ownership, star
from interview.session import Question
from interview.transcript import Transcript

_DIGITS = 6

SIGNALS: Mapping[SignalCode, Callable[[Reading, Dimension], Measured | None]] = {
    "concepts": concepts, "relevance": relevance, "star": star, "discourse": discourse,
    "ownership": ownership, "collaboration": collaboration, "fluency": fluency,
}  # fmt: skip


def score_answer(
    rubric: Rubric,
    question: Question,
    transcript: Transcript,
    *,
    job_description: str | None = None,
    others: Sequence[str] = (),
) -> AnswerScore:
    """Score an answer by rule; the same input gives the same bytes.

    A dimension's score is the weighted mean of the signals that apply to the question. Each signal
    but fluency only grows when something is added to the answer, and so does the score. Where a
    flag withholds, there is none.

    Args:
        others: texts of other candidates' answers to the same question.

    Raises:
        ConfigError: the question is for a dimension without a rubric.
    """
    reading = Reading(rubric, question, transcript, job_description)
    found = _refused(reading) or flags(reading, others)
    dimensions = () if any(flag.withholds for flag in found) else _dimensions(reading)
    return AnswerScore(
        answer_id=transcript.answer_id,
        scorer_code="rubric",
        scorer_version=rubric.version,
        dimensions=dimensions,
        flags=found,
    )


def _refused(reading: Reading) -> tuple[Flag, ...]:
    """Why the text cannot be judged at all."""
    if not reading.transcript.may_be_scored:
        return (Flag(code="failed_gate", withholds=True),)
    if reading.lang not in reading.rubric.scoring.languages:
        return (Flag(code="language_not_covered", withholds=True),)
    return ()


def _dimensions(reading: Reading) -> tuple[DimensionEvidence, ...]:
    alike: dict[SignalCode, Measured | None] = {}  # signals that are the same for every dimension
    return tuple(
        _scored(reading, code, reading.rubric.dimension(code), alike)
        for code in reading.question.dimension_codes
    )


def _measured(
    reading: Reading,
    dimension: Dimension,
    signal: SignalCode,
    alike: dict[SignalCode, Measured | None],
) -> Measured | None:
    if signal == "behaviour":
        return behaviour(reading, dimension)
    if signal not in alike:
        alike[signal] = SIGNALS[signal](reading, dimension)
    return alike[signal]


def _scored(
    reading: Reading, code: str, dimension: Dimension, alike: dict[SignalCode, Measured | None]
) -> DimensionEvidence:
    measured = {
        signal: (weight, found)
        for signal, weight in dimension.signals.items()
        if weight and (found := _measured(reading, dimension, signal, alike)) is not None
    }
    total = sum(weight for weight, _ in measured.values())
    score = sum(weight * found.score_0_1 for weight, found in measured.values()) / total
    score = round(min(1.0, score), _DIGITS)
    return DimensionEvidence(
        dimension_code=code,
        score_0_1=score,
        level=reading.rubric.level(score),
        sub_scores=tuple(
            SubScore(
                signal_code=signal,
                score_0_1=round(found.score_0_1, _DIGITS),
                weight=round(weight / total, _DIGITS),
                evidence=reading.evidence(found.spans) or reading.whole(),
                detail=dict(found.detail),
            )
            for signal, (weight, found) in measured.items()
        ),
    )
