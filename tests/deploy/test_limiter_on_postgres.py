"""The shared rate limit on PostgreSQL: processes side by side never exceed it, and use it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from connectors.http import Limit, shared_limiter
from connectors.sandbox.kit.admission import busiest
from talentloop import ops
from talentloop.settings import Settings
from tests.processes import PROCESSES

LIMIT = Limit(requests=20, seconds=0.5)
TIMES = 40


@pytest.fixture
def deployed(postgres: str, tmp_path: Path) -> Iterator[Settings]:
    """An installation whose operations database is PostgreSQL."""
    made = Settings(home=tmp_path / "home", operations_url=postgres.format(role="talentloop"))
    ops.migrate(made)
    yield made
    ops.engine(made).dispose()
    ops.engine(made, durable=False).dispose()


def _work(settings: Settings, ready: Barrier, out: SimpleQueue[list[float]]) -> None:
    limiter = shared_limiter(settings, "vendor", LIMIT)
    assert limiter.try_acquire(timeout=30)  # connected, before both start
    ready.wait(60)
    taken = []
    for _ in range(TIMES):
        assert limiter.try_acquire(timeout=30)
        taken.append(time.time())
        if len(taken) == 1:
            ready.wait(60)  # side by side, however late one of them was started
        time.sleep(0.03)  # a request; without one, whoever was first stays first
    out.put(taken)


def test_two_processes_keep_one_rate_in_every_window(deployed: Settings) -> None:
    out: SimpleQueue[list[float]] = PROCESSES.SimpleQueue()
    ready = PROCESSES.Barrier(2)
    workers = [PROCESSES.Process(target=_work, args=(deployed, ready, out)) for _ in range(2)]
    for worker in workers:
        worker.start()
    shares = [out.get() for _ in workers]
    for worker in workers:
        worker.join()
    taken = sorted(moment for share in shares for moment in share)
    assert len(taken) == 2 * TIMES
    assert busiest(taken, LIMIT.seconds) <= LIMIT.requests
    overlap = min(max(share) for share in shares) - max(min(share) for share in shares)
    assert overlap > 0, "they did not run side by side"


def test_a_used_up_quota_stops_the_other_process_too(deployed: Settings) -> None:
    one, other = (shared_limiter(deployed, "quota", LIMIT) for _ in range(2))
    one.wait(1, "vendor list")
    one.close_for(60)
    with pytest.raises(Exception, match="used up until"):
        other.wait(1, "vendor list")
