"""Interviews made by hand, and engines that read words from a text file instead of hearing them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from interview.evaluation.answer import Engines
from interview.evaluation.folder import write_folder
from interview.evaluation.results import Judgement, TestVerdict
from interview.evidence import AnswerScore, DimensionEvidence, Evidence, SubScore
from interview.session import Interview, Question, Turn
from interview.transcript import Finding, SpeechModel, Transcript

MODEL = SpeechModel(name="reader", kind="test-fixture", sha256="0" * 64, options_hash="0")
ENDED = datetime(2026, 11, 1, 9, tzinfo=UTC)
WORDS = {"q1": "I led the team and we shipped on time", "q2": "first I listen then I decide"}


def interview(interview_id: str = "I-1", *, code: bool = False, **changes: object) -> Interview:
    questions = [
        Question(
            question_code=q, kind="behavioural", text={"zh": f"问题 {q}", "en": f"Question {q}"},
            dimension_codes=("communication", "logic", "teamwork", "stress"),
        )
        for q in WORDS
    ]  # fmt: skip
    turns = [Turn(answer_id=f"{q}-1", question_code=q, file=f"{q}.wav") for q in WORDS]
    if code:
        questions.append(
            Question(
                question_code="q3", kind="coding", text={"en": "Add two numbers"},
                dimension_codes=("professionalism",), problem_code="sum",
            )
        )  # fmt: skip
        turns.append(
            Turn(answer_id="q3-1", question_code="q3", file="sum.py", programming_language="python")
        )
    made = Interview(
        interview_id=interview_id, source="hr", application_id=f"A-{interview_id}", ended_at=ENDED,
        language_code="en", questions=tuple(questions), turns=tuple(turns),
    )  # fmt: skip
    return made.model_copy(update=changes)


def folder(home: Path, given: Interview) -> Path:
    """The interview with a file for each turn, below the home folder."""
    path = home / "interviews" / given.interview_id
    write_folder(path, given)
    for turn in given.turns:
        words = WORDS.get(turn.question_code, "print(sum(map(int, input().split())))")
        (path / turn.file).write_text(words)
    return path


def engines(
    *,
    log: Path | None = None,
    pause: float = 0.0,
    correct: Callable[[Transcript], Transcript] | None = None,
    version: str = "reader-1",
) -> Engines:
    """Engines that note each use in a file, and take some time."""

    def note(word: str) -> None:
        if log is not None:
            with log.open("a") as file:
                file.write(word + "\n")
        time.sleep(pause)

    def transcribe(recording: Path, answer_id: str, language: str | None) -> Transcript:
        note(answer_id)
        text = recording.read_text()
        silent = (Finding(code="no_speech"),) if not text.strip() else ()
        return Transcript(
            answer_id=answer_id, text=text, language_code=language or "en",
            language_probability=1.0, duration_seconds=6.0, speech_seconds=5.0, model=MODEL,
            findings=silent,
        )  # fmt: skip

    def score(
        given: Interview, question: Question, transcript: Transcript, others: Sequence[str]
    ) -> AnswerScore:
        quote = transcript.text.split()[0]
        evidence = Evidence(quote=quote, char_start=0, char_end=len(quote), audio_start=0.5, audio_end=1.0)  # fmt: skip
        sub = SubScore(signal_code="concepts", score_0_1=0.8, weight=1.0, evidence=(evidence,))
        return AnswerScore(
            answer_id=transcript.answer_id, scorer_code="rubric", scorer_version="reader-1",
            dimensions=tuple(
                DimensionEvidence(dimension_code=d, score_0_1=0.8, level=4, sub_scores=(sub,))
                for d in question.dimension_codes
            ),
        )  # fmt: skip

    def judge(
        question: Question, source: str, language: str, answer_id: str, others: Sequence[str]
    ) -> tuple[Judgement, AnswerScore | None]:
        note(answer_id)
        quote = source.splitlines()[0]
        sub = SubScore(
            signal_code="tests", score_0_1=1.0, weight=1.0, detail={"zh": "全部通过", "en": "All pass"},
            evidence=(Evidence(quote=quote, char_start=0, char_end=len(quote)),),
        )  # fmt: skip
        scored = AnswerScore(
            answer_id=answer_id, scorer_code="judge", scorer_version="reader-1",
            dimensions=(
                DimensionEvidence(
                    dimension_code="professionalism", score_0_1=1.0, level=5, sub_scores=(sub,)
                ),
            ),
        )  # fmt: skip
        verdict = Judgement(
            problem_code=str(question.problem_code), programming_language=language,
            verdict_code="AC", passed_0_1=1.0, tests=(TestVerdict(name="1", verdict_code="AC"),),
        )  # fmt: skip
        return verdict, scored

    return Engines(
        transcribe, score, judge, lambda _question: version, correct or (lambda heard: heard)
    )
