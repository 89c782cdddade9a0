"""An interview as it comes in: what was asked, and what came back for each question."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from talentloop.strict import Strict

#: Languages that questions are kept in; the first two have every text.
LANGUAGES = ("zh", "en", "ja", "fr")
LanguageCode = Literal["zh", "en", "ja", "fr"]
ProgrammingLanguage = Literal["python", "cpp", "go", "java", "javascript"]
Code = Annotated[str, Field(min_length=1, max_length=200)]


def _inside(path: str) -> str:
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts:
        raise ValueError("must be a path inside the interview's folder")
    return path


class IdealPoint(Strict):
    """Something that a good answer contains.

    Attributes:
        phrases: ways of saying it, in any language; one of them is enough.
        is_required: a must-have; the others are a bonus.
    """

    code: Code
    phrases: tuple[str, ...] = Field(min_length=1)
    is_required: bool = True


class Question(Strict):
    """A question, what it is for, and what a good answer holds.

    Attributes:
        text: the question by language.
        dimension_codes: dimensions that its answer gives evidence for.
        requirement: the requirement of the job description that it covers.
        seconds: time given for the answer.
        problem_code: for code, the problem whose tests judge it.
        rubric_id: rubric that was in force when the question was made.
    """

    question_code: Code
    kind: Literal["behavioural", "situational", "technical", "coding"]
    text: dict[LanguageCode, str] = Field(min_length=1)
    dimension_codes: tuple[str, ...] = Field(min_length=1)
    ideal_points: tuple[IdealPoint, ...] = ()
    requirement: str | None = None
    seconds: int = Field(120, ge=10, le=3600)
    problem_code: str | None = None
    rubric_id: str | None = None

    @model_validator(mode="after")
    def _coding_names_its_problem(self) -> Question:
        if (self.kind == "coding") != (self.problem_code is not None):
            raise ValueError("a coding question names a problem_code, and no other question does")
        return self


class Turn(Strict):
    """One thing that the candidate said or wrote: an answer, another attempt, a supplement.

    Attributes:
        file: recording or source file, as a path inside the interview's folder.
        attempt: from 1; of several attempts one counts (see `counting`).
        follows_id: the answer that this one supplements, where a follow-up question was asked.
        follow_up: what was asked for the supplement.
        programming_language: for code only.
    """

    answer_id: Code
    question_code: Code
    file: Annotated[str, AfterValidator(_inside)]
    attempt: int = Field(1, ge=1, le=20)
    follows_id: str | None = None
    follow_up: str | None = None
    programming_language: ProgrammingLanguage | None = None
    answered_at: AwareDatetime | None = None


class Interview(Strict):
    """An interview that has ended, with all its turns.

    Attributes:
        source: configured name of the system that the application belongs to.
        language_code: language of the interview; None lets each recording tell.
        counting: the disclosed rule for which attempt counts.
    """

    interview_id: Code
    source: Code
    application_id: Code
    ended_at: AwareDatetime
    language_code: LanguageCode | None = None
    job_family_code: str | None = None
    job_title: str | None = None
    job_description: str | None = None
    counting: Literal["first", "last"] = "last"
    questions: tuple[Question, ...] = Field(min_length=1)
    turns: tuple[Turn, ...] = ()

    @model_validator(mode="after")
    def _hangs_together(self) -> Interview:
        asked = [each.question_code for each in self.questions]
        if len(set(asked)) < len(asked):
            raise ValueError("a question_code stands twice")
        answered = [each.answer_id for each in self.turns]
        if len(set(answered)) < len(answered):
            raise ValueError("an answer_id stands twice")
        for turn in self.turns:
            if turn.question_code not in asked:
                raise ValueError(f"answer {turn.answer_id} is to a question that was not asked")
            if turn.follows_id is not None and turn.follows_id not in answered:
                raise ValueError(f"answer {turn.answer_id} supplements an answer that is not there")
        return self

    def question(self, question_code: str) -> Question:
        """The question with this code."""
        return next(each for each in self.questions if each.question_code == question_code)

    def counts(self, turn: Turn) -> bool:
        """Whether the turn is the attempt that counts; a supplement follows its answer."""
        if turn.follows_id is not None:
            return self.counts(next(t for t in self.turns if t.answer_id == turn.follows_id))
        attempts = [
            t.attempt
            for t in self.turns
            if t.question_code == turn.question_code and t.follows_id is None
        ]
        return turn.attempt == (min if self.counting == "first" else max)(attempts)
