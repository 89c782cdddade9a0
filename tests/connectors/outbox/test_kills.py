"""Killed anywhere in queueing, blocking, replaying and pausing: a chain still arrives in order."""

from __future__ import annotations

import signal
from pathlib import Path

from connectors.outbox import list_pauses
from talentloop.ops import audit
from talentloop.settings import Settings
from tests.connectors.outbox.killable import POINTS, FileTenant, work
from tests.connectors.outbox.tenant import rows, states
from tests.processes import exit_of


def test_chains_arrive_in_order_and_once_wherever_a_process_was_killed(
    outbox: Settings, tmp_path: Path
) -> None:
    log = tmp_path / "written.jsonl"
    for chain, point in enumerate(POINTS):
        assert exit_of(work, outbox, log, [str(chain)], point) == -signal.SIGKILL, point
    assert [row.destination for row in list_pauses(outbox)] == [
        "hr"
    ]  # a pause outlives its process
    chains = [str(number) for number in range(len(POINTS))]
    assert exit_of(work, outbox, log, chains) == 0  # queueing again queues what a kill undid
    written = [key.split() for key, _ in FileTenant(log).written()]
    for chain in chains:
        order = [place for place, of in written if of == chain]
        assert order == ["first", "second", "third"], chain
    assert set(states(outbox)) == {"SENT"}
    assert len(rows(outbox)) == 3 * len(POINTS)
    assert list_pauses(outbox) == []
    assert audit.first_broken(outbox) is None
