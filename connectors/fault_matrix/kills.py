"""SIGKILL of pulls and deliveries at random points, each in a process of its own."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from pathlib import Path

from connectors.fault_matrix import delivery, pull
from connectors.fault_matrix.cells import Cell
from connectors.fault_matrix.systems import Trial
from connectors.ingest import ingest
from connectors.outbox import deliver
from connectors.registry import SINKS, SOURCES
from talentloop.errors import TalentLoopError
from talentloop.settings import Settings

_SEED = 20_261_101
#: Exit status of a delivery that left changes waiting and said so.
_NOT_DELIVERED = 9


def kill_pulls(tried: Trial, times: int, expected: pull.Landed) -> Cell:
    """Kill pulls; what has landed is compared when a run ended by itself, and all begins anew."""
    context, rng = _context(), random.Random(_SEED)  # noqa: S311 - times, not secrets
    cell, longest = Cell(expected=len(expected), fired=0), 0.0
    while (cell.fired or 0) < times:
        while True:
            took = _run(context, _pull, tried, longest * rng.random() if longest else None)
            if took is not None:
                break
            cell.fired = (cell.fired or 0) + 1
        longest = max(longest, took)
        compared = pull.compared(tried, Cell(), expected)
        cell.lost += compared.lost
        cell.twice += compared.twice
        tried.renew()
    return cell


def kill_deliveries(tried: Trial, times: int, keys: list[tuple[str, str]]) -> Cell:
    """Kill deliveries; each round tells every record something new, and ends when all is told."""
    context, rng = _context(), random.Random(_SEED)  # noqa: S311 - times, not secrets
    cell, longest, round_number = Cell(fired=0), 0.0, 0
    per_round: delivery.Effects | None = None
    before = delivery.effects(tried)
    while (cell.fired or 0) < times:
        # Whole points: some systems keep no others, and would be told nothing new.
        delivery.queue(tried, keys, shift=float(round_number % 30))
        round_number += 1
        while True:
            took = _run(context, _deliver, tried, longest * rng.random() if longest else None)
            if took is not None:
                break
            cell.fired = (cell.fired or 0) + 1
        longest = max(longest, took)
        delivery.work_off(tried, Cell())
        now = delivery.effects(tried)
        made = now - before
        if not made:
            raise AssertionError(
                "a round told nothing new, so that nothing could be lost or doubled"
            )
        if per_round is None or round_number == 2:
            per_round = made  # the first round also makes what later rounds only change
        cell.expected += sum(per_round.values())
        cell.lost += sum((per_round - made).values())
        cell.twice += sum((made - per_round).values())
        before = now
    return cell


def _context() -> ForkServerContext:
    """A server that has imported everything, so that a victim is killed at work and not at imports."""
    context = multiprocessing.get_context("forkserver")
    opened = {target.partition(":")[0] for target in (*SOURCES.values(), *SINKS.values())}
    context.set_forkserver_preload([__name__, "phonenumbers", *sorted(opened)])
    return context


def _run(
    context: ForkServerContext,
    work: Callable[[Settings, str, Path], None],
    tried: Trial,
    kill_after: float | None,
) -> float | None:
    """Run a piece of work; seconds until it ended by itself, None where it was killed before."""
    name = tried.system.name if work is _pull else str(tried.system.destination)
    began = tried.settings.home / "began"
    began.unlink(missing_ok=True)
    victim = context.Process(target=work, args=(tried.settings, name, began))
    victim.start()
    while not began.exists() and victim.is_alive():
        time.sleep(0.001)
    started = time.monotonic()
    victim.join(kill_after)
    if victim.is_alive():
        victim.kill()
        victim.join()
        return None
    took = time.monotonic() - started
    if victim.exitcode not in (0, _NOT_DELIVERED):
        raise AssertionError(f"the process ended with status {victim.exitcode}")
    return took


def _pull(settings: Settings, name: str, began: Path) -> None:
    began.touch()
    ingest(settings, name)


def _deliver(settings: Settings, name: str, began: Path) -> None:
    began.touch()
    try:
        deliver(settings, name)
    except TalentLoopError:
        raise SystemExit(_NOT_DELIVERED) from None
