"""Killed anywhere in queueing, blocking, replaying and pausing: a chain still arrives in order."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from connectors.outbox import list_pauses
from talentloop.ops import audit
from talentloop.settings import PROJECT_ROOT, Settings
from tests.connectors.outbox.killable import POINTS, FileTenant
from tests.connectors.outbox.tenant import rows, states


def run(settings: Settings, log: Path, chains: str, point: str = "") -> int:
    """One process that queues chains and goes all the way, or dies at the point; its status."""
    now = settings.clock.now().isoformat()
    given = (settings.home, settings.config, now, log, chains, point)
    done = subprocess.run(
        [sys.executable, "-m", "tests.connectors.outbox.killable", *map(str, given)],
        cwd=PROJECT_ROOT, check=False, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    if done.returncode not in (0, -signal.SIGKILL):
        raise AssertionError(done.stderr[-2000:])
    return done.returncode


def test_chains_arrive_in_order_and_once_wherever_a_process_was_killed(
    outbox: Settings, tmp_path: Path
) -> None:
    log = tmp_path / "written.jsonl"
    for chain, point in enumerate(POINTS):
        assert run(outbox, log, str(chain), point) == -signal.SIGKILL, point
    assert [row.destination for row in list_pauses(outbox)] == [
        "hr"
    ]  # a pause outlives its process
    chains = [str(number) for number in range(len(POINTS))]
    assert run(outbox, log, ",".join(chains)) == 0  # queueing again queues what a kill undid
    written = [key.split() for key, _ in FileTenant(log).written()]
    for chain in chains:
        order = [place for place, of in written if of == chain]
        assert order == ["first", "second", "third"], chain
    assert set(states(outbox)) == {"SENT"}
    assert len(rows(outbox)) == 3 * len(POINTS)
    assert list_pauses(outbox) == []
    assert audit.first_broken(outbox) is None
