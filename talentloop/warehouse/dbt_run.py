"""Running dbt on one file: what it is told, and what became of every model and test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from talentloop.config import load_yaml
from talentloop.errors import BuildError
from talentloop.ids import secret_key
from talentloop.ops.loads import loads
from talentloop.settings import Settings
from talentloop.warehouse.calendar import write_calendars
from talentloop.warehouse.deliveries import write_deliveries
from talentloop.warehouse.recipe import keep_recipe
from talentloop.warehouse.rules import rule_variables
from talentloop.warehouse.stage_maps import stage_map_rows, write_stage_map

_PROCESS = Path(__file__).with_name("dbt_process.py")
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


def target_folder(settings: Settings) -> Path:
    """Where dbt leaves its artifacts of the live build."""
    return settings.warehouse_file.parent / "dbt"


@contextmanager
def open_build(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A build file, to note in its log what belongs to a build that is under way."""
    with duckdb.connect(str(database), config=_NO_CHECKPOINT) as db:
        db.execute("pragma disable_checkpoint_on_shutdown")
        yield db


def prepare_file(
    settings: Settings,
    database: Path,
    at: datetime,
    *,
    digest: str | None = None,
    is_past: bool = False,
) -> None:
    """Tell dbt through tables what a build is about; `digest` is the recipe of one from nothing.

    Arguments would show the salt in process lists, and a changed variable would make dbt parse the
    whole project again.
    """
    rows = [(row.load_id, row.entity, row.source) for row in loads(settings, "passed")]
    salt = secret_key(settings, "person.key").hex()
    with open_build(database) as db:
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
        write_stage_map(db, stage_map_rows(settings))
        db.execute("create or replace table ops.build_secret as select $1 as person_salt", [salt])
        write_calendars(settings, db)
        write_deliveries(settings, db, until=at if is_past else None)
        if digest is not None:
            keep_recipe(db, digest)


def finish_file(database: Path) -> None:
    """Move the file to its new state, at once and durably."""
    with duckdb.connect(str(database)) as db:
        db.execute("checkpoint")


def dbt_environment(
    settings: Settings, database: Path, target: Path, *, is_whole: bool = True
) -> dict[str, str]:
    """The variables that `dbt/profiles.yml` reads, on top of this process's environment.

    dbt runs in the database's folder and knows it by its name: were the folder in the profile, a
    build in another one would parse the whole project again.
    """
    return {
        **os.environ,
        "TALENTLOOP_DBT_DUCKDB": database.name,
        "TALENTLOOP_DBT_THREADS": str(settings.warehouse_threads),
        "TALENTLOOP_DBT_MEMORY": settings.warehouse_memory,
        "TALENTLOOP_DBT_WHOLE": str(is_whole).lower(),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target / "logs"),
        "DBT_LOG_LEVEL": "none",  # dbt_process.py says what is worth reading
        "DBT_LOG_LEVEL_FILE": "none",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_NO_VERSION_CHECK": "1",
        "PYTHONPATH": str(settings.project),
    }


def dbt_variables(settings: Settings, landing_root: str) -> dict[str, Any]:
    """What every build tells dbt."""
    return {
        "landing_root": landing_root,
        "is_simulated": _is_simulated(settings),
        **rule_variables(settings),
    }


def _is_simulated(settings: Settings) -> bool:
    sources = sorted((settings.config / "sources").glob("*.yml"))
    return any((load_yaml(path) or {}).get("simulated") is True for path in sources)


def run_dbt(
    settings: Settings,
    database: Path,
    target: Path,
    variables: Mapping[str, Any],
    *options: str,
    is_new: bool = True,
    is_whole: bool = True,
) -> tuple[str, tuple[NodeResult, ...]]:
    """Run `dbt build` on a file; the invocation's id, and what became of every node.

    Args:
        is_new: whether the project may differ from that of the last run in `target`; where it does
            not, dbt's manifest there is left as it is.
        is_whole: whether all that something new reaches is run, so that its loads are taken in.

    Raises:
        BuildError: dbt could not run, or a model or test failed.
    """
    project = settings.project / "dbt"
    is_new = is_new or not (target / "manifest.json").exists()
    command = [
        *([] if is_new else ["--no-write-json"]), "build",
        "--project-dir", str(project), "--profiles-dir", str(project),
        "--vars", json.dumps(variables), "--exclude-resource-type", "unit_test",
        "--exclude-resource-type", "exposure", *options,
    ]  # fmt: skip
    results = target / "node_results.json"
    results.unlink(missing_ok=True)
    done = _run(settings, database, target, results, command, is_whole=is_whole)
    if not results.exists():
        raise _did_not_run(done, project)
    return _read_results(settings, target, done.stdout)


def run_dbt_docs(settings: Settings, database: Path, target: Path) -> None:
    """Have dbt describe what the last build made, as `static_index.html` in its target folder.

    Raises:
        BuildError: dbt could not run.
    """
    project = settings.project / "dbt"
    command = [
        "docs", "generate", "--static", "--no-compile", "--project-dir", str(project), "--profiles-dir", str(project),
        "--vars", json.dumps(dbt_variables(settings, str(target))),
    ]  # fmt: skip
    page = target / "static_index.html"
    page.unlink(missing_ok=True)
    done = _run(settings, database, target, target / "docs_results.json", command)
    if done.returncode != 0 or not page.exists():
        raise _did_not_run(done, project)


def _run(
    settings: Settings,
    database: Path,
    target: Path,
    results: Path,
    command: list[str],
    *,
    is_whole: bool = True,
) -> subprocess.CompletedProcess[str]:
    target.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-P", str(_PROCESS), str(results), "--no-use-colors", *command],
        env=dbt_environment(settings, database, target, is_whole=is_whole),
        cwd=database.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=3600,
    )
    log_of(target).write_text(done.stdout, encoding="utf-8")
    return done


def log_of(target: Path) -> Path:
    """Where the last run of dbt in a target folder is written down."""
    return target / "dbt.log"


def _did_not_run(done: subprocess.CompletedProcess[str], project: Path) -> BuildError:
    tail = "\n".join(done.stdout.strip().splitlines()[-15:])
    return BuildError(
        f"dbt did not run: {tail}",
        where=str(project),
        remedy="Correct the project; `talentloop doctor` checks the installation.",
    )


def _read_results(
    settings: Settings, target: Path, output: str
) -> tuple[str, tuple[NodeResult, ...]]:
    content: dict[str, Any] = json.loads((target / "node_results.json").read_text())
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
            f"and build again; details in {log_of(target)}.",
        )
    return content["metadata"]["invocation_id"], nodes
