"""Building the warehouse: all or nothing, whatever kills it.

A build writes into DuckDB's write-ahead log and into free blocks of the file; only the checkpoint
at its end moves the file from the old state to the new one. A build that failed or was killed is
undone by deleting its log, however large the file is.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from talentloop.errors import BuildError, CheckFailedError
from talentloop.landing import LandingZone
from talentloop.ops.cursors import observed_through
from talentloop.ops.loads import loads, pending_loads
from talentloop.settings import Settings
from talentloop.warehouse.dbt_run import (
    NodeResult,
    dbt_variables,
    finish_file,
    open_build,
    prepare_file,
    run_dbt,
    target_folder,
)
from talentloop.warehouse.recipe import recipe, was_built_by
from talentloop.warehouse.scope import forget_scope, keep_scope, selectors

_KEPT_RUNS = 20


@dataclass(frozen=True)
class BuildResult:
    """A finished build; `waiting` loads were left out because their checks are still to come."""

    invocation_id: str
    as_of: datetime
    seconds: float
    nodes: tuple[NodeResult, ...]
    waiting: int

    def count(self, kind: str) -> int:
        """How many nodes of a kind (`model`, `test`, `seed`, `unit_test`) ran."""
        return sum(node.kind == kind for node in self.nodes)


@contextmanager
def writer_lock(settings: Settings) -> Iterator[None]:
    """Hold the right to build or publish; one process at a time. What a killed build left is undone.

    Raises:
        BuildError: another process holds it for more than ten minutes.
    """
    settings.warehouse_file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.warehouse_file.parent / ".writer.lock", timeout=600)
    try:
        with lock:
            _undo_unfinished(settings.warehouse_file)
            yield
    except Timeout:
        raise BuildError(
            "Another process has been building or publishing for over ten minutes",
            where=str(lock.lock_file),
            remedy="Wait for it, or stop it; the lock ends with its process.",
        ) from None


def build(
    settings: Settings,
    *,
    as_of: datetime | None = None,
    full_refresh: bool = False,
    select: str | None = None,
) -> BuildResult:
    """Build the warehouse from every load that passed its checks; what still waits stays out.

    Only what is reached by something new since the last build runs: loads, a later instant,
    changed weights. The build file changes only when everything, tests included, has succeeded: a killed or failed
    build leaves the last good one as it was. A full refresh is made in a file of its own.

    Args:
        as_of: the instant up to which sources were observed; default the newest cursor.
        full_refresh: rebuild incremental models from the landing zone; done unasked when SQL,
            rules, stage maps or calendars have changed.
        select: a dbt selection, for work on single models.

    Raises:
        CheckFailedError: a load has failed its checks.
        BuildError: dbt could not run, or a model or test failed.
    """
    _require_no_failed_load(settings)
    zone = LandingZone(settings)
    zone.prepare()
    at = as_of or observed_through(settings) or settings.clock.now()
    with writer_lock(settings):
        file, digest = settings.warehouse_file, recipe(settings)
        is_new = not (file.exists() and was_built_by(file, digest))
        full_refresh = full_refresh or (is_new and select is None and file.exists())
        from_nothing = (full_refresh and select is None) or not file.exists()
        if from_nothing:
            file = _fresh_file(settings)
        try:
            root = zone.readable_root(settings.warehouse_file.parent / "landing_mirror")
            variables = dbt_variables(settings, root)
            prepare_file(settings, file, at, digest=digest if from_nothing else None)
            scope = _scope(settings, file, at, variables, is_whole=select is None)
            chosen = (select,) if select else scope if not full_refresh else None
            options = [
                *(["--full-refresh"] if full_refresh else []),
                *(["--select", *chosen] if chosen else []),
            ]
            started = time.perf_counter()
            invocation, nodes = run_dbt(
                settings, file, target_folder(settings), variables, *options,
                is_new=is_new, is_whole=select is None,
            )  # fmt: skip
            seconds = round(time.perf_counter() - started, 3)
            finish_file(file)
        except BaseException:
            _undo_unfinished(file)
            raise
        file.replace(settings.warehouse_file)
        result = BuildResult(invocation, at, seconds, nodes, len(pending_loads(settings)))
        _keep_run(settings, result)
    return result


def _scope(
    settings: Settings, file: Path, at: datetime, variables: dict[str, Any], *, is_whole: bool
) -> tuple[str, ...] | None:
    """What a whole build has to run; None: everything."""
    with open_build(file) as db:
        if not is_whole:
            forget_scope(db)
            return None
        found = selectors(db, target_folder(settings) / "manifest.json", at, variables)
        keep_scope(db, at, variables)
        return found


def _require_no_failed_load(settings: Settings) -> None:
    failed = loads(settings, "failed")
    if not failed:
        return
    shown = failed[0]
    raise CheckFailedError(
        f"{len(failed)} load(s) failed their checks; the published copy keeps serving",
        where=f"{shown.entity} from {shown.source}, load {shown.load_id}: {shown.check_detail}",
        remedy="Correct at the source and ingest again, or set a load aside with "
        "`talentloop quarantine reject-load LOAD_ID`.",
    )


def _fresh_file(settings: Settings) -> Path:
    draft = settings.warehouse_file.parent / "draft" / settings.warehouse_file.name
    draft.parent.mkdir(exist_ok=True)
    for leftover in draft.parent.glob(draft.name + "*"):
        leftover.unlink()
    return draft


def _undo_unfinished(file: Path) -> None:
    """Delete the log of a build that did not reach its end."""
    for log in file.parent.glob(file.name + ".wal*"):
        log.unlink()


def _keep_run(settings: Settings, result: BuildResult) -> None:
    """Keep per-model results of recent builds, for the person who asks what became slow."""
    folder = settings.warehouse_file.parent / "runs"
    folder.mkdir(exist_ok=True)
    name = f"{settings.clock.now():%Y%m%dT%H%M%S}-{result.invocation_id}.json"
    shutil.copyfile(target_folder(settings) / "node_results.json", folder / name)
    for old in sorted(folder.glob("*.json"))[:-_KEPT_RUNS]:
        old.unlink()
