"""Processes that book at the same time."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Barrier

from sqlalchemy import func, select

from interview.scheduling import confirm, plan
from talentloop import ops
from talentloop.errors import BookingError
from talentloop.ops.models import BookingCell
from talentloop.settings import Settings
from tests.interview.scheduling.asked import asked, someone, window
from tests.processes import PROCESSES


def held(settings: Settings, key: str) -> int:
    """Cells that an interview holds, of all who take part."""
    mine = select(func.count()).where(BookingCell.interview_key == key)
    with ops.session(settings) as db:
        return db.scalar(mine) or 0


def race(settings: Settings, rivals: int, apart_minutes: int = 5) -> list[str]:
    """Confirm, each in a process, hours of E1 from 10:00 on that begin so far apart.

    Returns:
        What each was told.
    """
    codes = {}
    for n in range(rivals):
        begins = f"{10 + n * apart_minutes // 60}:{n * apart_minutes % 60:02}"
        request = asked(
            window("2026-11-10", begins, "12:00"), key=f"I{n}",
            candidate={"id": f"C{n}"}, panel=[["E1"], [f"X{n}"]],
            interviewers=[someone("E1"), someone(f"X{n}")],
        )  # fmt: skip
        codes[f"I{n}"] = plan(settings, request).slots[0].code
    together = PROCESSES.Barrier(rivals)
    with ProcessPoolExecutor(
        rivals, mp_context=PROCESSES, initializer=_wait, initargs=(together,)
    ) as pool:
        running = [pool.submit(_confirm, settings, key, code) for key, code in codes.items()]
        return [each.result() for each in running]


def _wait(together: Barrier) -> None:
    """Begin when all have started; by then this module is loaded."""
    together.wait(60)


def _confirm(settings: Settings, key: str, code: str) -> str:
    try:
        confirm(settings, key, code, "li.na")
    except BookingError as error:
        return error.what
    return "booked"
