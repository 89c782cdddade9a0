"""Canonical records of how our own evaluation of an interview came about."""

from __future__ import annotations

from typing import ClassVar, Literal

from talentloop.contracts.base import OfAnswer, OfInterview, Score01, UtcDatetime, field


class AnswerEvidence(OfAnswer):
    """One place in an answer that a score rests on; a signal without a place has one row too."""

    entity: ClassVar[str] = "answer_evidence"

    dimension_code: str = field("result", "Dimension scored", min_length=1)
    signal_code: str = field("result", "What was looked at", min_length=1)
    answer_score_0_1: Score01 = field("result", "Score of the answer on the dimension")
    anchor_level: int = field("result", "Level of the behavioural anchors, 1 to 5", ge=1, le=5)
    signal_score_0_1: Score01 = field("result", "Score of the signal")
    signal_weight: Score01 = field("result", "Share of the signal in the dimension's score")
    quote: str | None = field("identity", "The words, as they stand in the text", None)
    char_start: int | None = field("process", "Where in the text", None, ge=0)
    char_end: int | None = field("process", "Where in the text", None, ge=0)
    audio_start_seconds: float | None = field("process", "Where in the recording", None, ge=0)
    audio_end_seconds: float | None = field("process", "Where in the recording", None, ge=0)
    scorer_code: str = field("process", "Who scored: rubric, llm, learned, judge", min_length=1)
    scorer_version: str = field("technical", "Version of the scorer", min_length=1)
    is_counted: bool = field("process", "Belongs to the attempt that counts")
    evaluated_at: UtcDatetime = field("process", "When the interview had all its results")


class CodeVerdict(OfAnswer):
    """What the judge found of one code answer."""

    entity: ClassVar[str] = "code_verdict"

    problem_code: str = field("process", "Problem whose tests judged it", min_length=1)
    programming_language_code: str = field("process", "Language", min_length=1)
    verdict_code: str = field("result", "Verdict of the whole: AC, WA, TLE …", min_length=1)
    n_cases: int = field("result", "Tests that ran", ge=0)
    n_passed: int = field("result", "Of these, passed", ge=0)
    tests_passed_0_1: float | None = field(
        "result", "Share of the tests' weight that passed", None, ge=0, le=1
    )
    max_cpu_seconds: float | None = field("result", "Longest test", None, ge=0)
    max_memory_bytes: int | None = field("result", "Largest test", None, ge=0)
    evaluated_at: UtcDatetime = field("process", "When the interview had all its results")


class InterviewReport(OfInterview):
    """The outcome of one evaluated interview, in words that quote nobody, and where to read it."""

    entity: ClassVar[str] = "interview_report"

    overall_stars_0_5: float | None = field(
        "result", "Overall score in stars, to the half", None, ge=0, le=5
    )
    remark: str = field("result", "Remark for the HR system, from code lists only", min_length=1)
    report_uri: str | None = field("process", "Where the feedback report is read", None)
    n_answers: int = field("process", "Answers that count", ge=0)
    n_withheld: int = field("process", "Of these, left to a person", ge=0)
    n_supplements: int = field("process", "Of these, supplements to follow-up questions", ge=0)
    counting_code: Literal["first", "last"] = field("process", "Which attempt counts")
    is_simulated: bool = field("process", "Of an interview that nobody gave")
    evaluated_at: UtcDatetime = field("process", "When the interview had all its results")
