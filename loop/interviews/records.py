"""An evaluated interview as canonical records: answers, evidence, verdicts, scores, report.

They belong to a source of our own, for a full read of the application's source would otherwise take
what it does not know for deleted; `application_source` joins them to the application.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from interview.evaluation.notice import key_of
from interview.evaluation.outcome import AnswerOutcome, Outcome
from interview.evidence import DimensionEvidence, Evidence
from talentloop.contracts import (
    Answer,
    AnswerEvidence,
    CodeVerdict,
    DimensionScore,
    InterviewReport,
    Record,
)

SOURCE = "talentloop_interviews"
#: Who scored, as the warehouse knows our evaluation whatever its version.
SCORER = "talentloop"


def records_of(
    found: Outcome, *, evaluated_at: datetime, report_uri: str | None, is_simulated: bool
) -> list[Record]:
    """All records of an evaluated interview, the same for the same outcome.

    Args:
        evaluated_at: when the last answer had its result; the time of every record.
        report_uri: address of the report; None where nobody has said how people reach the portal.
    """
    at = evaluated_at - timedelta(microseconds=evaluated_at.microsecond % 1000)
    return [
        *(_answer(found, each, at) for each in found.answers),
        *(row for each in found.answers for row in _evidence(found, each, at)),
        *(row for each in found.answers for row in _verdict(found, each, at)),
        *_scores(found, at),
        _report(found, at, report_uri, is_simulated),
    ]


def _key(found: Outcome) -> str:
    return key_of(found.interview.source, found.interview.interview_id)


def _about(found: Outcome, source_id: str, at: datetime) -> dict[str, Any]:
    """What names a record, and the application and interview that it is about."""
    return {
        "source": SOURCE,
        "source_id": source_id,
        "source_updated_at": at,
        "source_created_at": at,
        "application_source": found.interview.source,
        "application_id": found.interview.application_id,
        "interview_id": found.interview.interview_id,
    }


def _answer_id(found: Outcome, answer_id: str) -> str:
    return f"{_key(found)}:{answer_id}"


def _answer(found: Outcome, each: AnswerOutcome, at: datetime) -> Answer:
    turn, result = each.turn, each.result
    transcript = result.transcript if result else None
    return Answer(
        source=SOURCE,
        source_id=_answer_id(found, turn.answer_id),
        source_updated_at=at,
        source_created_at=at,
        interview_id=found.interview.interview_id,
        interview_source=found.interview.source,
        question_code=turn.question_code,
        answered_at=turn.answered_at,
        duration_seconds=transcript.duration_seconds if transcript else None,
        speech_seconds=transcript.speech_seconds if transcript else None,
        answer_kind_code=result.kind if result else None,
        attempt=turn.attempt,
        is_counted=each.counts,
        follows_id=_answer_id(found, turn.follows_id) if turn.follows_id else None,
        answer_outcome_code=each.outcome,
        withheld_codes=list(each.withheld_codes) or None,
    )


def _evidence(found: Outcome, each: AnswerOutcome, at: datetime) -> Iterator[AnswerEvidence]:
    if each.outcome == "withheld" or each.result is None or each.result.score is None:
        return
    for dimension in each.result.score.dimensions:
        yield from _of_dimension(found, each, dimension, at)


def _of_dimension(
    found: Outcome, each: AnswerOutcome, dimension: DimensionEvidence, at: datetime
) -> Iterator[AnswerEvidence]:
    answer_id = _answer_id(found, each.turn.answer_id)
    score = each.result.score if each.result else None
    for sub in dimension.sub_scores:
        places: tuple[Evidence | None, ...] = sub.evidence or (None,)
        for number, place in enumerate(places):
            code = f"{answer_id}:{dimension.dimension_code}:{sub.signal_code}:{number}"
            yield AnswerEvidence(
                **_about(found, code, at),
                answer_id=answer_id,
                question_code=each.turn.question_code,
                dimension_code=dimension.dimension_code,
                signal_code=sub.signal_code,
                answer_score_0_1=dimension.score_0_1,
                anchor_level=dimension.level,
                signal_score_0_1=sub.score_0_1,
                signal_weight=sub.weight,
                quote=(place.quote.strip() or None) if place else None,
                char_start=place.char_start if place else None,
                char_end=place.char_end if place else None,
                audio_start_seconds=place.audio_start if place else None,
                audio_end_seconds=place.audio_end if place else None,
                scorer_code=str(score.scorer_code) if score else "",
                scorer_version=score.scorer_version if score else "",
                is_counted=each.counts,
                evaluated_at=at,
            )


def _verdict(found: Outcome, each: AnswerOutcome, at: datetime) -> Iterator[CodeVerdict]:
    judged = each.result.judgement if each.result else None
    if judged is None:
        return
    cpu = [test.cpu_seconds for test in judged.tests if test.cpu_seconds is not None]
    memory = [test.memory_bytes for test in judged.tests if test.memory_bytes is not None]
    answer_id = _answer_id(found, each.turn.answer_id)
    yield CodeVerdict(
        **_about(found, answer_id, at),
        answer_id=answer_id,
        question_code=each.turn.question_code,
        problem_code=judged.problem_code,
        programming_language_code=judged.programming_language,
        verdict_code=judged.verdict_code,
        n_cases=len(judged.tests),
        n_passed=sum(test.verdict_code == "AC" for test in judged.tests),
        tests_passed_0_1=judged.passed_0_1,
        max_cpu_seconds=max(cpu, default=None),
        max_memory_bytes=max(memory, default=None),
        evaluated_at=at,
    )


def _scores(found: Outcome, at: datetime) -> Iterator[DimensionScore]:
    for each in found.score.dimensions:
        raw = round(100 * each.score_0_1, 6)
        yield DimensionScore(
            **_about(found, f"{_key(found)}:{each.dimension_code}", at),
            dimension_code=each.dimension_code,
            score_raw=raw,
            scale_min=0.0,
            scale_max=100.0,
            scale_code="points_100",
            score_0_1=round(raw / 100, 9),
            scorer_type="ai",
            scorer_id=SCORER,
            scored_at=at,
            comment=f"{each.comment.zh}\n{each.comment.en}",
        )


def _report(
    found: Outcome, at: datetime, report_uri: str | None, is_simulated: bool
) -> InterviewReport:
    return InterviewReport(
        **_about(found, _key(found), at),
        overall_stars_0_5=found.overall_stars_0_5,
        remark=f"{found.remark.zh} {found.remark.en}",
        report_uri=report_uri,
        n_answers=len(found.counted),
        n_withheld=found.n_withheld,
        n_supplements=found.n_supplements,
        counting_code=found.interview.counting,
        is_simulated=is_simulated,
        evaluated_at=at,
    )
