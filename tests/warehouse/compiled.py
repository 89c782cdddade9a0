"""Models as dbt compiled them, run on rows that a test makes up: for what needs more than a few."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from tests.warehouse.landed import Warehouse


class Compiled:
    """A database in memory with the warehouse's names, and the compiled models of a build."""

    def __init__(self, target: Path) -> None:
        self._files = {p.stem: p for p in (target / "compiled").rglob("*.sql")}
        self._db = duckdb.connect()
        self._db.execute("set timezone = 'UTC'")
        self._db.execute("attach ':memory:' as build")
        for schema in ("ops", "intermediate", "marts"):
            self._db.execute(f"create schema build.{schema}")

    def give(self, relation: str, rows: pd.DataFrame) -> None:
        """Make a relation, such as `marts.fct_application`, of these rows."""
        self._db.register("given", rows)
        self._db.execute(f"create or replace table build.{relation} as from given")
        self._db.unregister("given")

    def run(self, *models: str) -> pd.DataFrame:
        """Build models one after the other; the rows of the last."""
        for name in models:
            schema = "intermediate" if name.startswith("int_") else "marts"
            query = self._files[name].read_text(encoding="utf-8")
            self._db.execute(f"create or replace table build.{schema}.{name} as {query}")
        return self._db.execute(f"from build.{schema}.{name}").df()


def compiled(warehouse: Warehouse) -> Compiled:
    """A fresh database for the models of the last build."""
    return Compiled(warehouse.target)
