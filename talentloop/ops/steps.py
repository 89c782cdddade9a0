"""Runs of the loop's steps: when they ran, how long they took, what they counted."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select

from talentloop.logs import get_logger, scrub
from talentloop.ops.database import session
from talentloop.ops.models import StepRun
from talentloop.settings import Settings

log = get_logger(__name__)


@contextmanager
def step(settings: Settings, name: str) -> Iterator[dict[str, Any]]:
    """Record a run of a step; put its counts into the dictionary that the block receives."""
    counts: dict[str, Any] = {}
    begun = time.perf_counter()
    with session(settings) as db:
        row = StepRun(step=name, state="running", started_at=settings.clock.now(), counts={})
        db.add(row)
    try:
        yield counts
    except BaseException as error:
        _finish(settings, row.id, "failed", begun, counts, scrub(str(error)))
        raise
    _finish(settings, row.id, "done", begun, counts, "")


def _finish(
    settings: Settings, row_id: int, state: str, begun: float, counts: dict[str, Any], error: str
) -> None:
    seconds = round(time.perf_counter() - begun, 3)
    with session(settings) as db:
        row = db.get_one(StepRun, row_id)
        row.state, row.seconds, row.counts, row.error = state, seconds, dict(counts), error
        row.finished_at = settings.clock.now()
        log.info("step_" + state, step=row.step, seconds=seconds, **counts)


def step_runs(settings: Settings, *, limit: int = 200, after_id: int = 0) -> Sequence[StepRun]:
    """Recent runs, newest first; only those after `after_id` when given."""
    query = select(StepRun).where(StepRun.id > after_id).order_by(StepRun.id.desc()).limit(limit)
    with session(settings) as db:
        return db.scalars(query).all()


def last_run(settings: Settings, name: str, state: str = "done") -> StepRun | None:
    """The newest run of a step in a state."""
    query = select(StepRun).where(StepRun.step == name, StepRun.state == state)
    with session(settings) as db:
        return db.scalar(query.order_by(StepRun.id.desc()).limit(1))
