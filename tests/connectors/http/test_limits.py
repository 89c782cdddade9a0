"""A rate and a quota that hold for all workers together."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from connectors.http import HttpError, Limit, RetryClass, shared_limiter
from connectors.http.limits import evened
from connectors.sandbox.kit.admission import busiest
from talentloop.settings import Settings
from tests.processes import PROCESSES

LIMIT = Limit(requests=40, seconds=0.5)


def _work(settings: Settings, times: int, together: Barrier, out: SimpleQueue[list[float]]) -> None:
    limiter = shared_limiter(settings, "vendor", LIMIT)
    together.wait(60)
    taken = []
    for _ in range(times):
        assert limiter.try_acquire(timeout=30)
        taken.append(time.time())
    out.put(taken)


def test_workers_in_several_processes_keep_one_rate(settings: Settings) -> None:
    out: SimpleQueue[list[float]] = PROCESSES.SimpleQueue()
    given = (settings, 45, PROCESSES.Barrier(2), out)
    workers = [PROCESSES.Process(target=_work, args=given) for _ in range(2)]
    for worker in workers:
        worker.start()
    taken = sorted(moment for _ in workers for moment in out.get())
    for worker in workers:
        worker.join()
    assert busiest(taken, LIMIT.seconds) <= LIMIT.requests


@pytest.mark.parametrize("requests", [1, 2, 5, 20, 50, 100, 1000, 10_000])
def test_no_window_can_hold_more_than_the_limit_and_most_of_it_is_used(requests: int) -> None:
    rate = evened(Limit(requests=requests, seconds=60))
    emission = rate.interval / rate.limit
    assert rate.burst + int(60_000 / emission) <= requests
    assert 60_000 / emission > 0.9 * requests


def test_sources_do_not_share_a_rate(settings: Settings) -> None:
    limit = Limit(requests=1, seconds=60)
    for source in ("one", "two"):
        assert shared_limiter(settings, source, limit).try_acquire(timeout=0.05)
    again = shared_limiter(settings, "one", limit)
    assert not again.try_acquire(timeout=0.05)


def test_an_unshared_limit_needs_no_database(tmp_path: Path) -> None:
    limit = Limit(requests=1, seconds=60, shared=False)
    assert shared_limiter(Settings(home=tmp_path), "x", limit).try_acquire(timeout=1)


def test_a_clock_that_was_set_back_does_not_stop_everybody(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit, now = Limit(requests=1, seconds=60), time.time_ns()
    monkeypatch.setattr("pyrate_limiter.clocks.time_ns", lambda: now + 3600 * 10**9)
    assert shared_limiter(settings, "one", limit).try_acquire(timeout=0.05)
    monkeypatch.setattr("pyrate_limiter.clocks.time_ns", lambda: now)
    assert shared_limiter(settings, "one", limit).try_acquire(timeout=0.05)


def test_a_used_up_quota_stops_every_worker_until_the_next_period(settings: Settings) -> None:
    limit = Limit(requests=9, seconds=1)
    one, other = (shared_limiter(settings, "vendor", limit) for _ in range(2))
    one.wait(1, "vendor list")
    other.close_for(60)
    with pytest.raises(HttpError, match="used up until") as caught:
        one.wait(1, "vendor list")
    assert caught.value.retry_class is RetryClass.QUOTA
    other.close_for(0)
    one.wait(1, "vendor list")
    other.close_for(None)
    with pytest.raises(HttpError, match=r"until .* UTC"):
        one.wait(1, "vendor list")


@pytest.mark.parametrize(
    ("resets", "then"),
    [
        ("hour", "2026-12-31T16:00+00:00"),
        ("day", "2026-12-31T16:00+00:00"),
        ("month", "2026-12-31T16:00+00:00"),
    ],
)
def test_periods_end_by_the_vendors_own_clock(resets: str, then: str) -> None:
    limit = Limit.model_validate({"requests": 1, "seconds": 1, "quota_resets": resets})
    now = datetime(2026, 12, 31, 15, 20, tzinfo=UTC)  # 23:20 in Shanghai
    assert limit.next_period(now) == datetime.fromisoformat(then)
    early = limit.next_period(datetime(2026, 12, 1, 0, 0, tzinfo=UTC))
    assert (early < datetime.fromisoformat(then)) is (resets != "month")


def test_what_waited_in_vain_for_its_turn_is_tried_again(settings: Settings) -> None:
    limiter = shared_limiter(settings, "vendor", Limit(requests=1, seconds=60))
    limiter.wait(1, "vendor list")
    with pytest.raises(HttpError, match="no request through") as error:
        limiter.wait(0.01, "vendor list")
    assert error.value.retry_class is RetryClass.TRANSIENT
    assert not error.value.maybe_applied
