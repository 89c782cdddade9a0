"""Processes of the tests' own, forked from a small server that has loaded the libraries once.

A fork of pytest's own process would copy gigabytes of addresses and half of its threads; a new
interpreter for each would import for seconds.
"""

from __future__ import annotations

import multiprocessing
import traceback
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["pytest", "connectors.ingest", "connectors.outbox", "connectors.successfactors",
     "connectors.files.source", "interview.evaluation.work", "interview.scheduling", "loop.schedule"]
)  # fmt: skip


def exit_of(work: Callable[..., None], *arguments: Any, seconds: float = 120) -> int:
    """Do work in a process of its own; its exit status, or minus the signal that ended it.

    Args:
        work: a function of a module, found there by its name.

    Raises:
        AssertionError: it raised an error, or had not ended after so many seconds.
    """
    with TemporaryDirectory() as folder:
        told = Path(folder) / "error"
        process = PROCESSES.Process(target=_telling, args=(told, work, arguments))
        process.start()
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            raise AssertionError(f"{work.__name__} had not ended after {seconds} s")
        if told.exists():
            raise AssertionError(told.read_text())
        return process.exitcode


def _telling(told: Path, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    try:
        work(*arguments)
    except Exception:
        told.write_text(traceback.format_exc())
        raise
