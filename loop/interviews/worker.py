"""A worker of its own: takes answers off the queue and evaluates them, one at a time.

It needs the operations database and the home folder and nothing else: what becomes of an evaluated
interview is the DAG's task. Where the installation is at fault (no sandbox, no speech model) it
ends with that error, the answer waits on, and an incident tells; whoever runs it starts it again.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from interview.evaluation import queue
from loop.interviews.steps import run_evaluate
from talentloop.errors import TalentLoopError
from talentloop.ops.incidents import open_incident, resolve_incident
from talentloop.settings import Settings

#: Seconds between two looks at an empty queue.
PAUSE = 5.0
_INCIDENT = "task_failed"


def work(
    settings: Settings,
    kind: str | None = None,
    *,
    until_done: bool = False,
    alive: Path | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Evaluate what waits, the longest waiting first, and then what comes.

    Args:
        kind: `audio` or `code` alone.
        until_done: return when nothing waits.
        alive: file that is touched at each look, for a health check.
        sleep: waiting; replaced in tests.

    Returns:
        How many answers this worker brought to their end.

    Raises:
        TalentLoopError: the installation is at fault.
    """
    with _told(settings, kind):
        if kind == "code":
            from interview.judge import trust

            trust(settings)
    evaluated = 0
    while True:
        if alive is not None:
            alive.touch()
        waiting = queue.waiting(settings, kind)
        if waiting:
            with _told(settings, kind):
                evaluated += _first_free(settings, waiting)
        elif until_done:
            return evaluated
        else:
            sleep(PAUSE)


def _first_free(settings: Settings, waiting: Sequence[queue.AnswerKey]) -> bool:
    """Evaluate the first answer that no other worker has taken meanwhile."""
    return any(run_evaluate(settings, key.interview_key, key.answer_id) for key in waiting)


@contextmanager
def _told(settings: Settings, kind: str | None) -> Iterator[None]:
    """Open an incident for a fault of the installation, and close it once the same goes well."""
    where = f"interview work {kind or 'all'}"
    try:
        yield
    except TalentLoopError as error:
        open_incident(
            settings, kind=_INCIDENT, where=where,
            title=f"A worker of interviews ended: {error.what}",
            detail=str(error), remedy=error.remedy,
        )  # fmt: skip
        raise
    resolve_incident(settings, kind=_INCIDENT, where=where, resolution="A worker works again.")


def end_on_signal() -> None:
    """End in order when asked to: the answer at hand goes back to the queue."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
