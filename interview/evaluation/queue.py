"""Which answers wait, who works on them, and what is done: rows of the operations database.

An answer is worked on by one worker at a time, who holds it by a lease. A worker that died gives
its answer back: at once where it ran on this machine, else when its lease ends. What is done is
never done again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from interview.evaluation.answer import Cost
from interview.evaluation.results import AnswerResult
from talentloop.ops import session
from talentloop.ops.models import AnswerEvaluation, InterviewEvaluation
from talentloop.ops.owner import has_died
from talentloop.settings import Settings

LEASE = timedelta(minutes=45)
#: Workers that may end over an answer before it is left to a person.
MAX_ATTEMPTS = 10
WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"


@dataclass(frozen=True, order=True)
class AnswerKey:
    """Names one answer of one interview."""

    interview_key: str
    answer_id: str


@dataclass(frozen=True)
class Claim:
    """An answer that this worker holds."""

    key: AnswerKey
    owner: str
    folder: str
    attempt: int


def waiting(
    settings: Settings, kind: str | None = None, *, interview_key: str | None = None
) -> list[AnswerKey]:
    """Answers that nobody works on and that are not done, the longest waiting first."""
    query = _open(kind).order_by(
        AnswerEvaluation.queued_at, AnswerEvaluation.interview_key, AnswerEvaluation.answer_id
    )
    if interview_key is not None:
        query = query.where(AnswerEvaluation.interview_key == interview_key)
    with session(settings) as db:
        rows = db.scalars(query).all()
    return [AnswerKey(row.interview_key, row.answer_id) for row in rows if _is_free(settings, row)]


def claim(settings: Settings, key: AnswerKey, owner: str) -> Claim | None:
    """Take an answer to work on; None where it is done, given up, or held by another worker."""
    now = settings.clock.now()
    with session(settings) as db:
        row = db.get(AnswerEvaluation, (key.interview_key, key.answer_id))
        if row is None or row.state in (DONE, FAILED) or not _is_free(settings, row):
            return None
        if row.attempts >= MAX_ATTEMPTS:
            _give_up(settings, db, row, row.lease_owner, row.last_error or "its workers ended")
            return None
        taken = _move(
            db, row, row.lease_owner,
            state=RUNNING, lease_owner=owner, lease_until=now + LEASE,
            attempts=row.attempts + 1, started_at=now,
        )  # fmt: skip
        if not taken:
            return None
        parent = db.get_one(InterviewEvaluation, key.interview_key)
        return Claim(key, owner, parent.folder, row.attempts + 1)


def finish(
    settings: Settings, held: Claim, result: AnswerResult, file: tuple[str, str], cost: Cost | None
) -> bool:
    """Note that an answer is done, and its interview with it where it was the last.

    Args:
        file: path below the home folder and SHA-256 of the result, which lies there already.
        cost: None where a result was taken over that a killed worker had written.

    Returns:
        False where another worker was first; its result is the same.
    """
    transcript = result.transcript
    with session(settings) as db:
        _lock(db, held.key.interview_key)
        row = db.get_one(AnswerEvaluation, (held.key.interview_key, held.key.answer_id))
        done = _move(
            db, row, held.owner,
            state=DONE, outcome=result.outcome, result_path=file[0], result_sha256=file[1],
            audio_seconds=transcript.duration_seconds if transcript else None,
            cpu_seconds=cost.cpu_seconds if cost else None,
            wall_seconds=cost.wall_seconds if cost else None,
            last_error="", finished_at=settings.clock.now(),
        )  # fmt: skip
        _close(settings, db, held.key.interview_key)
        return done


def give_back(settings: Settings, held: Claim, error: str) -> None:
    """Let an answer wait again after something else than the answer failed.

    Args:
        error: what went wrong, without personal data.
    """
    with session(settings) as db:
        row = db.get_one(AnswerEvaluation, (held.key.interview_key, held.key.answer_id))
        _move(
            db, row, held.owner,
            state=WAITING, lease_owner="", lease_until=None, attempts=held.attempt - 1,
            last_error=error,
        )  # fmt: skip


def give_up(settings: Settings, held: Claim, error: str) -> None:
    """Leave an answer that cannot be evaluated to a person."""
    with session(settings) as db:
        row = db.get_one(AnswerEvaluation, (held.key.interview_key, held.key.answer_id))
        _give_up(settings, db, row, held.owner, error)


def _give_up(
    settings: Settings, db: Session, row: AnswerEvaluation, owner: str, error: str
) -> None:
    _lock(db, row.interview_key)
    _move(
        db, row, owner,
        state=FAILED, outcome="withheld", lease_owner="", lease_until=None, last_error=error,
        finished_at=settings.clock.now(),
    )  # fmt: skip
    _close(settings, db, row.interview_key)


def reopen(settings: Settings, key: AnswerKey) -> None:
    """Let an answer that is done be evaluated again; its interview goes out anew after it."""
    with session(settings) as db:
        _lock(db, key.interview_key)
        again = update(AnswerEvaluation).where(
            AnswerEvaluation.interview_key == key.interview_key,
            AnswerEvaluation.answer_id == key.answer_id,
            AnswerEvaluation.state.in_((DONE, FAILED)),
        )
        now = settings.clock.now()
        db.execute(
            again.values(state=WAITING, attempts=0, lease_owner="", lease_until=None, queued_at=now)
        )
        db.execute(
            update(InterviewEvaluation)
            .where(InterviewEvaluation.interview_key == key.interview_key)
            .values(state="waiting", evaluated_at=None)
        )


def answers(settings: Settings, interview_key: str) -> Sequence[AnswerEvaluation]:
    """All answers of an interview, as far as they have come."""
    query = select(AnswerEvaluation).where(AnswerEvaluation.interview_key == interview_key)
    with session(settings) as db:
        return db.scalars(query.order_by(AnswerEvaluation.answer_id)).all()


def earlier_results(settings: Settings, question_code: str, key: str, limit: int) -> list[str]:
    """Files of the newest results of other interviews to the same question, below the home folder."""
    query = (
        select(AnswerEvaluation.result_path)
        .where(
            AnswerEvaluation.question_code == question_code,
            AnswerEvaluation.interview_key != key,
            AnswerEvaluation.state == DONE,
        )
        .order_by(AnswerEvaluation.finished_at.desc(), AnswerEvaluation.interview_key)
        .limit(limit)
    )
    with session(settings) as db:
        return list(db.scalars(query))


def _lock(db: Session, interview_key: str) -> None:
    """One at a time, so that of two workers who finish at once one sees that it is the last."""
    db.get_one(InterviewEvaluation, interview_key, with_for_update=True)


def _open(kind: str | None) -> Any:
    query = select(AnswerEvaluation).where(AnswerEvaluation.state.in_((WAITING, RUNNING)))
    return query if kind is None else query.where(AnswerEvaluation.kind == kind)


def _is_free(settings: Settings, row: AnswerEvaluation) -> bool:
    if row.state == WAITING:
        return True
    lapsed = row.lease_until is None or row.lease_until < settings.clock.now()
    return row.state == RUNNING and (lapsed or has_died(row.lease_owner))


def _move(db: Session, row: AnswerEvaluation, owner: str, **changes: Any) -> bool:
    """Change a row if it is still held by whom we saw hold it; compare-and-set."""
    statement = (
        update(AnswerEvaluation)
        .where(
            AnswerEvaluation.interview_key == row.interview_key,
            AnswerEvaluation.answer_id == row.answer_id,
            AnswerEvaluation.lease_owner == owner,
            AnswerEvaluation.state.in_((WAITING, RUNNING)),
        )
        .values(**changes)
        .execution_options(synchronize_session=False)
    )
    done = db.execute(statement)
    return isinstance(done, CursorResult) and done.rowcount == 1


def _close(settings: Settings, db: Session, interview_key: str) -> None:
    """Mark an interview as evaluated when none of its answers is open any more."""
    still = select(func.count()).where(
        AnswerEvaluation.interview_key == interview_key,
        or_(AnswerEvaluation.state == WAITING, AnswerEvaluation.state == RUNNING),
    )
    if not db.scalar(still):
        db.execute(
            update(InterviewEvaluation)
            .where(
                InterviewEvaluation.interview_key == interview_key,
                InterviewEvaluation.state == "waiting",
            )
            .values(state="evaluated", evaluated_at=settings.clock.now())
        )
