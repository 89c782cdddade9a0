"""Evaluating one answer: a recording is transcribed, gated and scored; code is judged."""

from __future__ import annotations

import hashlib
import json
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from interview.evaluation.folder import Folder, is_code, sha256_of
from interview.evaluation.results import AnswerResult, Judgement
from interview.evidence import AnswerScore
from interview.session import Interview, Question, Turn
from interview.transcript import Transcript


@dataclass(frozen=True)
class Engines:
    """What evaluates: made once in a worker, for models are slow to load.

    Attributes:
        transcribe: recording, answer id, language or None → what was said, gate findings inside.
        score: interview, question, transcript, others' answers to the same question → the score.
        judge: question, source, language, answer id, others' sources → the judgement and its score.
        version: of what answers to a question are evaluated by; it changes with whatever could change
            their results, and with nothing else.
        correct: a transcript as it was heard → as a person has corrected it, or the same.
    """

    transcribe: Callable[[Path, str, str | None], Transcript]
    score: Callable[[Interview, Question, Transcript, Sequence[str]], AnswerScore]
    judge: Callable[[Question, str, str, str, Sequence[str]], tuple[Judgement, AnswerScore | None]]
    version: Callable[[Question], str]
    correct: Callable[[Transcript], Transcript]


@dataclass(frozen=True)
class Cost:
    """What an evaluation took: seconds of CPU of this process and its children, and by the clock."""

    cpu_seconds: float
    wall_seconds: float


def input_hash(engines: Engines, folder: Folder, turn: Turn) -> str:
    """SHA-256 of everything that an answer's result follows from, others' answers left out.

    Raises:
        ConfigError: an engine's configuration does not fit.
    """
    interview = folder.interview
    question = interview.question(turn.question_code)
    told = {
        "file": sha256_of(folder.file(turn)),
        "turn": turn.model_dump(mode="json", exclude={"answered_at"}),
        "question": question.model_dump(mode="json"),
        "language": interview.language_code,
        "job_description": interview.job_description,
        "engines": engines.version(question),
    }
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def evaluate_answer(
    engines: Engines, folder: Folder, turn: Turn, others: Sequence[str] = ()
) -> tuple[AnswerResult, Cost]:
    """Evaluate one answer.

    Args:
        others: what other candidates answered to the same question, to notice copies.

    Raises:
        TalentLoopError: the recording cannot be decoded, or an engine refuses to work.
    """
    cpu, wall = _cpu_seconds(), time.perf_counter()
    # Before the work: what changes meanwhile then belongs to no result, and is noticed.
    basis = input_hash(engines, folder, turn)
    code = is_code(folder.interview, turn)
    result = (_of_code if code else _of_speech)(engines, folder, turn, basis, others)
    return result, Cost(
        round(_cpu_seconds() - cpu, 3),
        round(time.perf_counter() - wall, 3),
    )


def _of_speech(
    engines: Engines, folder: Folder, turn: Turn, basis: str, others: Sequence[str]
) -> AnswerResult:
    interview = folder.interview
    question = interview.question(turn.question_code)
    heard = engines.transcribe(folder.file(turn), turn.answer_id, interview.language_code)
    transcript = engines.correct(heard)
    score = (
        engines.score(interview, question, transcript, others) if transcript.may_be_scored else None
    )
    return AnswerResult(
        answer_id=turn.answer_id,
        question_code=turn.question_code,
        input_hash=basis,
        kind="audio",
        transcript=transcript,
        heard=None if transcript == heard else heard,
        score=score,
    )


def _of_code(
    engines: Engines, folder: Folder, turn: Turn, basis: str, others: Sequence[str]
) -> AnswerResult:
    question = folder.interview.question(turn.question_code)
    source = folder.file(turn).read_text(encoding="utf-8", errors="replace")
    judgement, score = engines.judge(
        question, source, str(turn.programming_language), turn.answer_id, others
    )
    return AnswerResult(
        answer_id=turn.answer_id,
        question_code=turn.question_code,
        input_hash=basis,
        kind="code",
        source_text=source,
        judgement=judgement,
        score=score,
    )


def _cpu_seconds() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)
