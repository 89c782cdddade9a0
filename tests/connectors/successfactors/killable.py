"""Queues and delivers, and kills its process where it is told to."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from types import ModuleType
from typing import Any

from connectors.outbox import deliver, enqueue, reconcile, worker
from connectors.outbox.changes import Queue
from connectors.outbox.worker import Worker
from connectors.successfactors.client import ODataClient
from connectors.successfactors.writer import SuccessFactorsSink
from talentloop.settings import Settings
from tests.connectors.successfactors.conftest import OPTIONS

NAME = "successfactors"

#: Point → the function at whose n-th call the process dies, and whether before or after it.
POINTS: dict[str, tuple[type | ModuleType, str, str]] = {
    "while queueing": (Queue, "_insert", "after"),
    "while leasing": (worker, "take_due", "after"),
    "before sending": (SuccessFactorsSink, "write", "before"),
    "while settling what that one left": (Worker, "_decide", "before"),
    "after sending, before anything is recorded": (ODataClient, "upsert", "after"),
    "while recording": (Worker, "_sent", "after"),
}


def arm(point: str, count: int) -> None:
    """Make this process kill itself at the point."""
    owner, name, when = POINTS[point]
    original: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def dying(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        last = calls == count
        if last and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*arguments, **options)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, dying)


def work(settings: Settings, point: str = "", count: int = 1) -> None:
    """Queue, deliver and reconcile, or die at the point."""
    if point:
        arm(point, count)
    enqueue(settings, NAME)
    with SuccessFactorsSink(settings, NAME, OPTIONS) as sink:
        sink.batch_size = 5
        deliver(settings, NAME, sink=sink, patience_seconds=0)
        reconcile(settings, NAME, sink=sink)
