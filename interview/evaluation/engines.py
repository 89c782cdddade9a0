"""The engines that really evaluate: speech, rubric, judge. Made once in a worker."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from interview.evaluation.answer import Engines
from interview.evidence import AnswerScore
from interview.scoring import load_rubric, score_answer
from interview.session import Interview, Question
from interview.transcript import Transcript
from talentloop.settings import Settings


def default_engines(settings: Settings) -> Engines:
    """The engines as they are configured. Nothing is loaded before it is needed.

    Raises:
        ConfigError: rubric or model manifest do not fit.
    """
    rubric = load_rubric(settings)

    def transcribe(recording: Path, answer_id: str, language_code: str | None) -> Transcript:
        from interview.speech.transcribe import transcribe as hear

        return hear(settings, recording, answer_id=answer_id, language_code=language_code)

    def score(
        interview: Interview, question: Question, transcript: Transcript, others: Sequence[str]
    ) -> AnswerScore:
        return score_answer(
            rubric,
            question,
            transcript,
            job_description=interview.job_description,
            others=others,
        )

    return Engines(transcribe, score, _judge(settings), rubric.version)
