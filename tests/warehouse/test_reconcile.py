"""Reconciliation: a good build is whole, and one altered, lost or doubled row is found."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from talentloop.errors import BuildError
from talentloop.ops.loads import loads
from talentloop.warehouse.reconcile import MARTS, reconcile
from tests.warehouse.landed import Warehouse


def test_what_landed_is_what_the_marts_hold(warehouse: Warehouse) -> None:
    found = reconcile(warehouse.settings, warehouse.refreshed)
    assert [row.entity for row in found] == list(MARTS)
    assert [row for row in found if not row.is_whole] == []
    assert all(row.n_landed >= row.n_current > 0 for row in found)


@pytest.mark.parametrize(
    ("change", "entity", "finds"),
    [
        ("staging.stg_landing__offer set version = 9", "offer", "staging.version"),
        ("marts.fct_dimension_score set score_raw = score_raw + 1", "dimension_score",
         "fct_dimension_score.score_raw"),
    ],
)  # fmt: skip
def test_one_altered_value_is_found(
    warehouse: Warehouse, tmp_path: Path, change: str, entity: str, finds: str
) -> None:
    file = shutil.copyfile(warehouse.refreshed, tmp_path / "build.duckdb")
    with duckdb.connect(str(file)) as db:
        db.execute(f"update {change} where {entity}_key = (select min({entity}_key) "
                   f"from {change.split(maxsplit=1)[0]})")  # fmt: skip
    broken = [row for row in reconcile(warehouse.settings, file) if not row.is_whole]
    assert [row.entity for row in broken] == [entity]
    assert finds in broken[0].changed_columns


def test_a_lost_row_is_found(warehouse: Warehouse, tmp_path: Path) -> None:
    file = shutil.copyfile(warehouse.refreshed, tmp_path / "build.duckdb")
    with duckdb.connect(str(file)) as db:
        db.execute("delete from marts.fct_interview where interview_key = (select min(interview_key) "
                   "from marts.fct_interview)")  # fmt: skip
    [broken] = [row for row in reconcile(warehouse.settings, file) if not row.is_whole]
    assert (broken.entity, broken.n_current - broken.n_mart) == ("interview", 1)


def test_a_landed_file_that_was_changed_is_named(warehouse: Warehouse) -> None:
    load = next(row for row in loads(warehouse.settings, "passed") if row.entity == "offer")
    path = Path(warehouse.settings.landing_root) / load.path
    before = path.read_bytes()
    other = next(p for p in sorted(path.parent.glob("load=*.parquet")) if p != path)
    try:
        path.write_bytes(other.read_bytes())
        found = {row.entity: row for row in reconcile(warehouse.settings, warehouse.refreshed)}
    finally:
        path.write_bytes(before)
    assert found["offer"].changed_files == (load.path,)
    assert not found["offer"].is_whole


def test_without_a_warehouse_there_is_nothing_to_reconcile(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    with pytest.raises(BuildError, match="no warehouse"):
        reconcile(warehouse.settings, tmp_path / "nothing.duckdb")
