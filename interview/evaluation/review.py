"""Answers that were left to a person: which of them wait, and that somebody has looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import CursorResult, select, update

from interview.evaluation.queue import DONE, FAILED, AnswerKey
from interview.session import Interview, Turn
from talentloop.errors import ConfigError
from talentloop.ops import audit, session
from talentloop.ops.models import AnswerEvaluation, InterviewEvaluation
from talentloop.settings import Settings

_WITHHELD, _REVIEWED = "withheld", "reviewed"


@dataclass(frozen=True)
class LeftToPerson:
    """An answer without a score that nobody has looked at, and the interview that it belongs to."""

    answer: AnswerEvaluation
    of: InterviewEvaluation
    interview: Interview

    @property
    def turn(self) -> Turn:
        """What was answered."""
        answer_id = self.answer.answer_id
        return next(each for each in self.interview.turns if each.answer_id == answer_id)


def left_to_people(settings: Settings) -> Sequence[LeftToPerson]:
    """Answers that wait for a person, the longest waiting first.

    Attempts that do not count are left out: nothing follows from them.
    """
    answer, interview = AnswerEvaluation, InterviewEvaluation
    query = (
        select(answer, interview)
        .join(interview, interview.interview_key == answer.interview_key)
        .where(answer.outcome == _WITHHELD, answer.state.in_((DONE, FAILED)))
        .order_by(answer.finished_at, answer.interview_key, answer.answer_id)
    )
    with session(settings) as db:
        rows = db.execute(query).tuples().all()
    read: dict[str, Interview] = {}
    found = []
    for row, of in rows:
        if of.interview_key not in read:
            read[of.interview_key] = Interview.model_validate(of.content)
        each = LeftToPerson(row, of, read[of.interview_key])
        if each.interview.counts(each.turn):
            found.append(each)
    return found


def review(settings: Settings, key: AnswerKey, *, by: str, note: str) -> None:
    """Note that a person has looked at an answer without a score and what came of it.

    The answer gets no score by this; whoever looked gives one in the HR system, as for every
    interview. The same again is refused, for nothing waits any more.

    Raises:
        ConfigError: nobody is named, no reason is given, or no such answer waits.
    """
    if not by.strip() or not note.strip():
        raise ConfigError(
            "A review needs the name of who looked, and what came of it",
            where=f"answer {key.answer_id}",
            remedy="Give both, with --by and --note.",
        )
    looked = (
        update(AnswerEvaluation)
        .where(
            AnswerEvaluation.interview_key == key.interview_key,
            AnswerEvaluation.answer_id == key.answer_id,
            AnswerEvaluation.outcome == _WITHHELD,
            AnswerEvaluation.state.in_((DONE, FAILED)),
        )
        .values(outcome=_REVIEWED)
    )
    with session(settings) as db:
        done = db.execute(looked)
        if not isinstance(done, CursorResult) or done.rowcount != 1:
            raise ConfigError(
                "No such answer waits for a person",
                where=f"answer {key.answer_id}",
                remedy="`talentloop interview answers` lists an interview's answers.",
            )
        about = f"{key.interview_key}:{key.answer_id}"
        audit.record(settings, by.strip(), "answer_reviewed", about, {"note": note}, db=db)
