"""Questions from files, as the command calls it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from interview.intake.read import read_resume
from interview.questions.choose import PAUSE_SECONDS
from interview.questions.generate import QuestionSet, Wanted, asked_in, question_set
from interview.questions.handwritten import load_questions
from interview.session import Interview
from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.settings import Settings


def make_questions(
    settings: Settings,
    job: Path,
    *,
    earlier: Sequence[Path] = (),
    own: Path | None = None,
    minutes: int = 30,
    **wanted: Any,
) -> QuestionSet:
    """Questions for the job description in a file.

    Args:
        earlier: folders of the candidate's earlier interviews; their questions are not repeated.
        own: file of hand-written questions, which come first and take their time from the rest.
        wanted: the other fields of `Wanted`, the job's title as `title`.

    Raises:
        DocumentError: the job description cannot be read.
        ConfigError: a file or a wish does not fit, or a question touches a banned topic.
    """
    text = read_resume(job).text
    before = asked_in(load_model(folder / "interview.yml", Interview) for folder in earlier)
    written = load_questions(settings, own) if own is not None else []
    used = sum(question.seconds for question in written)
    taken = math.ceil((used + PAUSE_SECONDS * len(written)) / 60)
    try:
        wishes = Wanted(
            job_title=wanted.pop("title", ""), asked_before=before, minutes=minutes - taken,
            **wanted,
        )  # fmt: skip
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(
            f"What is wanted does not fit: {first['msg']}",
            where=f"field {'.'.join(str(part) for part in first['loc'])}",
            remedy="Correct it; the time of hand-written questions comes out of the interview's."
            if first["loc"] == ("minutes",)
            else "Correct it.",
        ) from None
    made = question_set(settings, text, wishes)
    return made.model_copy(
        update={"questions": (*written, *made.questions), "seconds": made.seconds + used}
    )
