"""A rate that holds across processes."""

from __future__ import annotations

import time
from pathlib import Path

from connectors.http import Limit, shared_limiter
from talentloop.settings import Settings


def test_two_workers_share_one_rate(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    limit = Limit(requests=5, seconds=0.5)
    workers = [shared_limiter(settings, "vendor", limit) for _ in range(2)]
    started = time.monotonic()
    for turn in range(7):
        assert workers[turn % 2].try_acquire(timeout=10)
    assert 0.4 < time.monotonic() - started < 5


def test_sources_do_not_share_a_rate(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    limit = Limit(requests=1, seconds=60)
    for source in ("one", "two"):
        assert shared_limiter(settings, source, limit).try_acquire(timeout=0.05)
    again = shared_limiter(settings, "one", limit)
    assert not again.try_acquire(timeout=0.05)


def test_an_unshared_limit_leaves_no_file(tmp_path: Path) -> None:
    limit = Limit(requests=1, seconds=60, shared=False)
    assert shared_limiter(Settings(home=tmp_path), "x", limit).try_acquire(timeout=1)
    assert not (tmp_path / "limits").exists()
