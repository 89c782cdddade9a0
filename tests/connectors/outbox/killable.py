"""A delivery that kills its process where it is told to."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from connectors.base import WriteItem, WriteResult
from connectors.outbox import blocked, deliver, enqueue_one, one, pause, replay, resume, worker
from connectors.outbox import status as status_module
from talentloop.ops import audit
from talentloop.settings import Settings
from tests.connectors.outbox.tenant import rows

#: Point → the function after whose first call the process dies.
POINTS: dict[str, tuple[type | ModuleType, str]] = {
    "while queueing a chain": (one, "insert_dependencies"),
    "while leasing": (worker, "take_due"),
    "after the refusal, before it is recorded": (worker.Worker, "_send"),
    "while blocking what depends on it": (blocked, "move"),
    "between the trail of a replay and the replay": (audit, "record"),
    "while replaying": (status_module, "move"),
    "while freeing what depended on it": (blocked, "_once"),
    "while recording": (worker.Worker, "_sent"),
    "while paused": (sys.modules[__name__], "pause"),
}


class FileTenant:
    """A system that keeps what it was sent in a file; it refuses the first record of each chain once."""

    name, batch_size = "hr", 2

    def __init__(self, path: Path) -> None:
        self._path = path

    def written(self) -> list[list[Any]]:
        """Record and fields of each write, oldest first."""
        lines = self._path.read_text().splitlines() if self._path.exists() else []
        return [json.loads(line) for line in lines]

    def write(self, _operation: str, items: Sequence[WriteItem]) -> list[WriteResult]:
        results = []
        for item in items:
            refused = self._path.with_suffix(f".{item.entity_key}")
            if item.entity_key.startswith("first") and not refused.exists():
                refused.touch()
                results.append(WriteResult(item.idempotency_key, "refused", message="closed"))
                continue
            with self._path.open("a") as file:
                file.write(json.dumps([item.entity_key, dict(item.payload)]) + "\n")
            results.append(WriteResult(item.idempotency_key, "sent"))
        return results

    def read_back(self, _operation: str, keys: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        there = {key: fields for key, fields in self.written() if key in keys}
        return {key: there.get(key, {}) for key in keys}


def arm(point: str) -> None:
    """Make this process kill itself at the point."""
    owner, name = POINTS[point]
    original: Callable[..., Any] = getattr(owner, name)

    def dying(*arguments: Any, **options: Any) -> Any:
        original(*arguments, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, dying)


def work(settings: Settings, log: Path, chains: Sequence[str], point: str = "") -> None:
    """Queue chains and go all the way with them, or die at the point."""
    if point:
        arm(point)
    for chain in chains:
        keys: list[str] = []
        for place in ("first", "second", "third"):
            record, before = f"{place} {chain}", keys[-1:]
            keys.append(
                enqueue_one(settings, "hr", "message", record, {"text": "a"}, depends_on=before)
            )
    tenant = FileTenant(log)
    resume(settings, "hr", by="li.lei")  # what a killed process left paused
    deliver(settings, "hr", sink=tenant)
    stopped = [row.id for row in rows(settings) if row.state == "FAILED"]
    if stopped:
        replay(settings, ids=stopped, by="li.lei")
    pause(settings, "hr", by="li.lei", reason="a check")
    deliver(settings, "hr", sink=tenant)
    resume(settings, "hr", by="li.lei")
    deliver(settings, "hr", sink=tenant)
