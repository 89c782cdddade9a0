"""Running dbt on the build file: all or nothing, whatever kills it.

A build writes into DuckDB's write-ahead log and into free blocks of the file; only the checkpoint
at its end moves the file from the old state to the new one. A build that failed or was killed is
undone by deleting its log, however large the file is.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock, Timeout

from talentloop.config import load_yaml
from talentloop.errors import BuildError, CheckFailedError
from talentloop.ids import secret_key
from talentloop.landing import LandingZone
from talentloop.ops.cursors import observed_through
from talentloop.ops.loads import loads, pending_loads
from talentloop.settings import Settings
from talentloop.warehouse.rules import rule_variables

_KEPT_RUNS = 20
_PR_SET_PDEATHSIG = 1
#: Nothing but the end of a build may move the file to a new state.
_NO_CHECKPOINT: dict[str, bool | int | float | str | list[str]] = {"checkpoint_threshold": "1TB"}


@dataclass(frozen=True)
class NodeResult:
    """What became of one model, seed or test."""

    name: str
    kind: str
    status: str
    seconds: float
    message: str


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

    The build file changes only when everything, tests included, has succeeded: a killed or failed
    build leaves the last good one as it was. A full refresh is made in a file of its own.

    Args:
        as_of: the instant up to which sources were observed; default the newest cursor.
        full_refresh: rebuild incremental models from the landing zone.
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
        file = settings.warehouse_file
        if (full_refresh and select is None) or not file.exists():
            file = _fresh_file(settings)
        try:
            _tell(settings, file, at)
            started = time.perf_counter()
            root = zone.readable_root(settings.warehouse_file.parent / "landing_mirror")
            output = _run_dbt(settings, file, root, full_refresh, select)
            seconds = round(time.perf_counter() - started, 3)
            result = _read_results(settings, at, seconds, output)
            _finish(file)
        except BaseException:
            _undo_unfinished(file)
            raise
        file.replace(settings.warehouse_file)
        _keep_run(settings, result)
    return result


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
    draft = settings.warehouse_file.with_suffix(".draft.duckdb")
    for leftover in draft.parent.glob(draft.name + "*"):
        leftover.unlink()
    return draft


def _undo_unfinished(file: Path) -> None:
    """Delete the log of a build that did not reach its end."""
    for log in file.parent.glob(file.name + ".wal*"):
        log.unlink()


def _finish(file: Path) -> None:
    """Move the file to its new state, at once and durably."""
    with duckdb.connect(str(file)) as db:
        db.execute("checkpoint")


def _tell(settings: Settings, file: Path, at: datetime) -> None:
    """Tell dbt through tables what a build is about.

    Arguments would show the salt in process lists, and a changed variable would make dbt parse the
    whole project again.
    """
    rows = [(row.load_id, row.entity, row.source) for row in loads(settings, "passed")]
    salt = secret_key(settings, "person.key").hex()
    with duckdb.connect(str(file), config=_NO_CHECKPOINT) as db:
        db.execute("pragma disable_checkpoint_on_shutdown")
        db.execute("create schema if not exists ops")
        db.execute(
            "create or replace table ops.build_request as select $1::timestamptz as as_of", [at]
        )
        db.execute(
            "create or replace table ops.passed_load(load_id varchar, entity varchar, source varchar)"
        )
        if rows:
            columns = list(zip(*rows, strict=True))
            db.execute(
                "insert into ops.passed_load select unnest($1), unnest($2), unnest($3)",
                [list(column) for column in columns],
            )
        db.execute("create or replace table ops.build_secret as select $1 as person_salt", [salt])


def _is_simulated(settings: Settings) -> bool:
    sources = sorted((settings.config / "sources").glob("*.yml"))
    return any((load_yaml(path) or {}).get("simulated") is True for path in sources)


def dbt_environment(settings: Settings, database: Path) -> dict[str, str]:
    """The variables that `dbt/profiles.yml` reads, on top of this process's environment."""
    target = settings.warehouse_file.parent / "dbt"
    return {
        **os.environ,
        "TALENTLOOP_DBT_DUCKDB": str(database),
        "TALENTLOOP_DBT_THREADS": str(settings.warehouse_threads),
        "TALENTLOOP_DBT_MEMORY": settings.warehouse_memory,
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_NO_VERSION_CHECK": "1",
        "PYTHONPATH": str(settings.project),
    }


def _run_dbt(
    settings: Settings,
    file: Path,
    landing_root: str,
    full_refresh: bool,
    select: str | None,
) -> str:
    project = settings.project / "dbt"
    variables = {
        "landing_root": landing_root,
        "is_simulated": _is_simulated(settings),
        **rule_variables(settings),
    }
    command = [
        sys.executable, "-m", "dbt.cli.main", "--no-use-colors", "build",
        "--project-dir", str(project), "--profiles-dir", str(project),
        "--vars", json.dumps(variables), "--exclude-resource-type", "unit_test",
        *(["--full-refresh"] if full_refresh else []),
        *(["--select", select] if select else []),
    ]  # fmt: skip
    results = _target(settings) / "run_results.json"
    results.unlink(missing_ok=True)
    done = subprocess.run(
        command,
        env=dbt_environment(settings, file),
        cwd=settings.warehouse_file.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=3600,
        preexec_fn=_die_with_parent,
    )
    if not results.exists():
        tail = "\n".join(done.stdout.strip().splitlines()[-15:])
        raise BuildError(
            f"dbt did not run: {tail}",
            where=str(project),
            remedy="Correct the project; `talentloop doctor` checks the installation.",
        )
    return done.stdout


def _die_with_parent() -> None:
    """Let no dbt outlive a killed build: it would hold the file. (Linux; harmless elsewhere.)"""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _target(settings: Settings) -> Path:
    return settings.warehouse_file.parent / "dbt"


def _read_results(settings: Settings, as_of: datetime, seconds: float, output: str) -> BuildResult:
    content: dict[str, Any] = json.loads((_target(settings) / "run_results.json").read_text())
    nodes = tuple(
        NodeResult(
            name=item["unique_id"].split(".", 2)[2],
            kind=item["unique_id"].split(".", 1)[0],
            status=item["status"],
            seconds=round(item["execution_time"], 3),
            message=(item.get("message") or "").strip(),
        )
        for item in content["results"]
    )
    broken = [n for n in nodes if n.status in ("error", "fail", "runtime error")]
    if broken or not nodes:
        first = broken[0] if broken else None
        raise BuildError(
            f"{len(broken)} of {len(nodes)} models and tests failed: "
            + (f"{first.message[:600]}" if first else output[-600:]),
            where=f"dbt {first.kind} {first.name}" if first else str(settings.project / "dbt"),
            remedy="The last good build and the published copy are untouched. Correct the cause "
            f"and build again; details in {_target(settings) / 'logs' / 'dbt.log'}.",
        )
    waiting = len(pending_loads(settings))
    return BuildResult(content["metadata"]["invocation_id"], as_of, seconds, nodes, waiting)


def _keep_run(settings: Settings, result: BuildResult) -> None:
    """Keep per-model results of recent builds, for the person who asks what became slow."""
    folder = settings.warehouse_file.parent / "runs"
    folder.mkdir(exist_ok=True)
    name = f"{settings.clock.now():%Y%m%dT%H%M%S}-{result.invocation_id}.json"
    shutil.copyfile(_target(settings) / "run_results.json", folder / name)
    for old in sorted(folder.glob("*.json"))[:-_KEPT_RUNS]:
        old.unlink()
