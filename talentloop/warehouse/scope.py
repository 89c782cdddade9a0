"""What a build has to run: the models and tests that something new reaches.

A model is its SQL over what it reads. Where that is what it was at the last whole build, the rows
are, too, and neither it nor its tests need to run again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

#: Models that say something about the build itself, or about what happens between builds.
EVERY_BUILD = "tag:every_build"
_OBSERVED = "source:ops.build_context"


def selectors(
    db: duckdb.DuckDBPyConnection, manifest: Path, at: datetime, variables: Mapping[str, Any]
) -> tuple[str, ...] | None:
    """dbt's selectors of what the loads in `ops.passed_load` reach; None: everything.

    Args:
        db: the build file, in which `keep_scope` noted what the last whole build knew.
        manifest: what dbt made of the project when SQL last changed; without it, everything is run.
        at: the instant up to which sources are observed.
        variables: what dbt is told.
    """
    known = _known(db)
    if known is None or known[1] != _digest(variables) or not manifest.exists():
        return None
    (gone,) = db.execute(
        "select count(*) from (from ops.scope_load except from ops.passed_load)"
    ).fetchone() or (1,)
    new = db.execute(
        "select distinct entity from (from ops.passed_load except from ops.scope_load) order by 1"
    ).fetchall()
    staging = [f"stg_landing__{entity}" for (entity,) in new]
    nodes = json.loads(manifest.read_text())["nodes"].values()
    names = {node["name"] for node in nodes}
    is_tagged = any(EVERY_BUILD.removeprefix("tag:") in node["tags"] for node in nodes)
    if gone or not is_tagged or not names.issuperset(staging):
        return None
    observed = [] if known[0] == at else [_OBSERVED]
    return tuple(f"{start}+" for start in [EVERY_BUILD, *observed, *staging])


def keep_scope(db: duckdb.DuckDBPyConnection, at: datetime, variables: Mapping[str, Any]) -> None:
    """Note in a build file what a whole build knows; it holds once the file moves to its new state."""
    db.execute("create or replace table ops.scope_load as from ops.passed_load")
    db.execute(
        "create or replace table ops.scope as select $1::timestamptz as as_of, $2 as variables",
        [at, _digest(variables)],
    )


def forget_scope(db: duckdb.DuckDBPyConnection) -> None:
    """After a build of chosen models nobody knows how old the others are: the next runs them all."""
    db.execute("drop table if exists ops.scope")


def _known(db: duckdb.DuckDBPyConnection) -> tuple[datetime, str] | None:
    tables = {name for (name,) in db.execute(
        "select table_name from information_schema.tables where table_schema = 'ops'"
    ).fetchall()}  # fmt: skip
    if "scope" not in tables:
        return None
    as_of, variables = db.execute("from ops.scope").fetchall()[0]
    return as_of, variables


def _digest(variables: Mapping[str, Any]) -> str:
    text = json.dumps(variables, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
