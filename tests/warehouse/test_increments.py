"""A build that takes in a change gives what a build from nothing gives."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from tests.warehouse.landed import Warehouse, rows_of

#: They tell when and by which build a row was written, and so must differ.
BUILD_COLUMNS = {"build_number", "built_at", "dbt_invocation_id"}
SCHEMAS = ("staging", "intermediate", "marts", "restricted")


def contents(path: Path, schemas: Sequence[str] = SCHEMAS) -> dict[str, pa.Table]:
    """Every relation of a build file, without the lists of what the last change touched."""
    found: dict[str, pa.Table] = {}
    with duckdb.connect(str(path), read_only=True) as db:
        db.execute("set timezone = 'UTC'")
        names = db.execute(
            "select table_schema, table_name from information_schema.tables "
            "where list_contains($1, table_schema) and not table_name like '%\\_\\_touch' escape '\\'",
            [list(schemas)],
        ).fetchall()
        for schema, name in names:
            columns = db.execute(f'describe {schema}."{name}"').fetchall()
            kept = ", ".join(
                f'"{c[0]}"::varchar as "{c[0]}"' for c in columns if c[0] not in BUILD_COLUMNS
            )
            query = f'select {kept} from {schema}."{name}"'
            found[f"{schema}.{name}"] = db.execute(query).to_arrow_table()
    return found


def differing(left: pa.Table, right: pa.Table) -> int:
    """Rows that occur in one of the tables only, or not equally often."""
    query = """
        select count(*) from (
            (from l except all from r) union all (from r except all from l)
        )
    """
    with duckdb.connect() as db:
        db.register("l", left)
        db.register("r", right)
        ((n,),) = db.execute(query).fetchall()
    return int(n)


@pytest.fixture(scope="module")
def states(warehouse: Warehouse) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
    """Contents after the change, and from nothing."""
    return contents(warehouse.changed), contents(warehouse.refreshed)


def test_every_relation_is_the_same_after_an_increment_and_from_nothing(
    states: tuple[dict[str, pa.Table], dict[str, pa.Table]],
) -> None:
    changed, refreshed = states
    assert changed.keys() == refreshed.keys()
    assert len(changed) > 80
    different = {name: differing(changed[name], refreshed[name]) for name in changed}
    assert {name: n for name, n in different.items() if n} == {}


def test_the_change_reached_the_marts(warehouse: Warehouse) -> None:
    before, after = contents(warehouse.first), contents(warehouse.changed)
    for name in ("fct_application", "talent_profile", "fct_stage_event", "fct_dimension_score",
                 "dim_person", "dim_candidate", "fct_interview"):  # fmt: skip
        assert differing(before[f"marts.{name}"], after[f"marts.{name}"]) > 0, name


def test_a_curve_whose_counts_are_the_same_is_kept(warehouse: Warehouse) -> None:
    """What is kept lies before what was added, in the order of the table's rows."""
    known = [row[0] for row in rows_of(warehouse.first, "select counts_digest from "
                                       "intermediate.int_series__describe")]  # fmt: skip
    for name in ("int_survival__estimate", "int_incidence__estimate"):
        ((kept, last_kept, first_new),) = rows_of(
            warehouse.changed,
            f"""
            select
                count(*) filter (is_known), max(rowid) filter (is_known), min(rowid) filter (not is_known)
            from (
                select rowid, list_contains($1, counts_digest) as is_known from intermediate.{name}
            )
            """,
            [known],
        )
        assert kept > 0
        assert last_kept < first_new


def test_a_build_takes_in_only_what_no_build_before_it_had(warehouse: Warehouse) -> None:
    for path in (warehouse.first, warehouse.changed):
        assert rows_of(path, "from ops.passed_load except from ops.built_load") == []
    ((touched, known),) = rows_of(
        warehouse.changed,
        """
        select
            (select count(*) from intermediate.int_application__touch),
            (select count(*) from marts.fct_application)
        """,
    )
    assert 0 < touched < known / 2


def test_a_link_that_is_withdrawn_approved_or_new_moves_its_records(warehouse: Warehouse) -> None:
    """By pair: joined before the change, and after it."""

    def joined(path: Path) -> list[bool]:
        query = """
            select a.person_key = b.person_key
            from staging.stg_landing__person_link as link
            inner join intermediate.int_person__resolve as a on link.record_a = a.record_id
            inner join intermediate.int_person__resolve as b on link.record_b = b.record_id
            where link.decided_at = (select max(decided_at) from staging.stg_landing__person_link)
            order by link.reasons, link.record_a
        """
        return [row[0] for row in rows_of(path, query)]

    assert joined(warehouse.first) == [True, True, True, False]
    assert joined(warehouse.changed) == [True, False, True, True, True]
