"""Questions that people write themselves: read from a file and screened like all others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import Field, model_validator

from interview.questions.banned import load_banned_topics
from interview.questions.generate import check_questions
from interview.scoring import load_rubric
from interview.session import Question
from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from talentloop.strict import Strict


class QuestionFile(Strict):
    """A file of hand-written questions."""

    questions: tuple[Question, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _once_each(self) -> QuestionFile:
        codes = [each.question_code for each in self.questions]
        if len(set(codes)) < len(codes):
            raise ValueError("a question_code stands twice")
        return self


def load_questions(settings: Settings, path: Path) -> list[Question]:
    """Hand-written questions, each with the rubric in force where it names none.

    Raises:
        ConfigError: the file does not fit, a dimension has no rubric, or a question touches a
            banned topic; names file, question, topic and words.
    """
    questions: Sequence[Question] = load_model(path, QuestionFile).questions
    check_questions(questions, load_banned_topics(settings), str(path))
    rubric = load_rubric(settings)
    for question in questions:
        for code in question.dimension_codes:
            if code not in rubric.dimensions:
                raise ConfigError(
                    f"There is no rubric for the dimension {code!r}",
                    where=f"{path}, question {question.question_code}, field dimension_codes",
                    remedy=f"Known: {', '.join(rubric.dimensions)}.",
                )
    return [
        each if each.rubric_id else each.model_copy(update={"rubric_id": rubric.version})
        for each in questions
    ]
