"""What decides the warehouse besides the data: SQL, rules, stage maps and calendars."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import duckdb

from talentloop.settings import Settings
from talentloop.warehouse.rules import rule_variables
from talentloop.warehouse.stage_maps import stage_map_rows

#: Weights have a history of their own: a build applies changed ones to whom they reach.
_WEIGHTS = ("portraits", "min_dimensions")


def recipe(settings: Settings) -> str:
    """A digest of it. Rows that an earlier build made by another recipe may be wrong.

    Raises:
        ConfigError: a rule or a map does not fit.
    """
    rules = {k: v for k, v in rule_variables(settings).items() if k not in _WEIGHTS}
    said = [
        rules,
        [str(row) for row in stage_map_rows(settings)],
        version("holidays"),
        [hashlib.sha256(file.read_bytes()).hexdigest() for file in _files(settings)],
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _files(settings: Settings) -> list[Path]:
    project = settings.project / "dbt"
    # Contracts and classes stand in YAML: what they say of a column holds for all of it.
    found = [f for f in project.glob("models/**/*") if f.suffix in (".sql", ".yml", ".md")]
    for folder in ("macros", "materializations"):
        found += project.glob(f"{folder}/*.sql")
    found += (settings.config / "calendars").glob("*.yml")
    return [project / "dbt_project.yml", *sorted(found)]


def keep_recipe(db: duckdb.DuckDBPyConnection, digest: str) -> None:
    """Note in a build file by which recipe all of it is made."""
    db.execute("create or replace table ops.recipe as select $1 as digest", [digest])


def was_built_by(file: Path, digest: str) -> bool:
    """Whether all of a build file was made by this recipe."""
    with duckdb.connect(str(file), read_only=True) as db:
        known = db.execute(
            "select count(*) from information_schema.tables "
            "where table_schema = 'ops' and table_name = 'recipe'"
        ).fetchone()
        return known == (1,) and db.execute("from ops.recipe").fetchall() == [(digest,)]
