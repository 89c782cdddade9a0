"""Source against landing against warehouse: counts, checksums, and what was held back.

A column that staging, or a mart, takes over unchanged must hold the same values on both sides. Its
checksum is taken over the whole table together with the record's key, so that a value that was
altered, lost, doubled or given to another record is found.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import duckdb

from talentloop.errors import BuildError
from talentloop.landing import LandingZone
from talentloop.ops import quarantine
from talentloop.ops.loads import loads
from talentloop.settings import Settings

#: The mart that holds one row for each current record of an entity.
MARTS = {
    "org_unit": "dim_org_unit", "requisition": "dim_requisition", "opening": "dim_opening",
    "candidate": "dim_candidate", "application": "fct_application",
    "stage_event": "fct_stage_event", "interview": "fct_interview",
    "dimension_score": "fct_dimension_score", "offer": "fct_offer", "employee": "dim_employee",
    "employment_event": "fct_employment_event", "performance_review": "fct_performance_review",
}  # fmt: skip
#: Columns that a mart works out anew under the same name.
DERIVED = {"employee": {"job_family_code", "is_rehire"}}
#: Records that a mart leaves out on purpose, told by those that it keeps.
KEPT = {"dimension_score": "score_purpose_code = 'assessment'"}


@dataclass(frozen=True)
class Reconciled:
    """One entity on its way.

    Attributes:
        n_logged: rows of passed loads as the log of loads has them.
        n_landed: rows that lie in the files of those loads.
        n_staged: rows in staging.
        n_current: records that are newest and not deleted; `n_mart` rows of the mart.
        n_held: records in quarantine; `n_rejected` rows of loads that were set aside.
        changed_files: files whose content is not the one that was landed.
        changed_columns: columns whose values differ, as `staging.column` or `mart.column`.
    """

    entity: str
    n_logged: int
    n_landed: int
    n_staged: int
    n_current: int
    n_mart: int
    n_held: int
    n_rejected: int
    changed_files: tuple[str, ...]
    changed_columns: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was lost, doubled or altered between landing and mart."""
        counts = self.n_logged == self.n_landed == self.n_staged and self.n_current == self.n_mart
        return counts and not self.changed_files and not self.changed_columns


def reconcile(settings: Settings, database: Path | None = None) -> list[Reconciled]:
    """Every entity that has a mart, in the build file.

    Raises:
        BuildError: the warehouse has not been built.
    """
    path = database or settings.warehouse_file
    if not path.exists():
        raise BuildError(
            "There is no warehouse to reconcile", where=str(path), remedy="`talentloop build`."
        )
    zone = LandingZone(settings)
    root = zone.readable_root(settings.warehouse_file.parent / "landing_mirror")
    held = Counter(row.entity for row in quarantine.listed(settings))
    rejected = Counter[str]()
    for load in loads(settings, "rejected"):
        rejected[load.entity] += load.rows
    with duckdb.connect(str(path), read_only=True) as db:
        db.execute("set timezone = 'UTC'")
        taken = {row[0] for row in db.execute("select load_id from ops.passed_load").fetchall()}
        logged = [row for row in loads(settings, "passed") if row.load_id in taken]
        return [
            _entity(
                db, root, entity, mart, held[entity], rejected[entity],
                [(row.path, row.rows, row.sha256) for row in logged if row.entity == entity],
            )
            for entity, mart in MARTS.items()
        ]  # fmt: skip


def _entity(
    db: duckdb.DuckDBPyConnection,
    root: str,
    entity: str,
    mart: str,
    n_held: int,
    n_rejected: int,
    files: list[tuple[str, int, str]],
) -> Reconciled:
    there = [f for f in files if (Path(root) / f[0]).exists()]
    changed = [path for path, _, sha in files if _digest(Path(root) / path) != sha]
    paths = ", ".join("'{}'".format(str(Path(root) / f[0]).replace("'", "''")) for f in there)
    landed = f"read_parquet([{paths}], hive_partitioning = false, union_by_name = true)"
    staged = f"staging.stg_landing__{entity}"
    newest, final = f"intermediate.int_{entity}__keep_newest", f"marts.{mart}"
    if entity in KEPT:
        newest = f"(select * from {newest} where {KEPT[entity]})"
    columns = []
    if there:
        columns += [f"staging.{c}" for c in _altered(db, landed, staged, "load_id || payload_hash")]
    key, derived = f"{entity}_key", DERIVED.get(entity, set())
    columns += [f"{mart}.{c}" for c in _altered(db, newest, final, key) if c not in derived]
    return Reconciled(
        entity,
        sum(rows for _, rows, _ in files),
        _count(db, landed) if there else 0,
        _count(db, staged),
        _count(db, newest),
        _count(db, final),
        n_held,
        n_rejected,
        tuple(changed),
        tuple(columns),
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def _count(db: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = db.execute(f"select count(*) from {relation}").fetchone()
    return int(row[0]) if row else 0


def _columns(db: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    found = db.execute(f"describe select * from {relation}").fetchall()
    return {row[0]: row[1] for row in found}


def _altered(db: duckdb.DuckDBPyConnection, one: str, other: str, key: str) -> list[str]:
    """Columns of the same name and type whose values differ between two relations."""
    ours, theirs = _columns(db, one), _columns(db, other)
    shared = [name for name, kind in ours.items() if theirs.get(name) == kind]
    sums = ", ".join(
        f"bit_xor(hash(concat({key}, '|', coalesce({name}::varchar, '')))) as {name}"
        for name in shared
    )
    before, after = (db.execute(f"select {sums} from {r}").fetchone() for r in (one, other))
    assert before is not None  # noqa: S101 - an aggregate gives one row
    assert after is not None  # noqa: S101
    return [name for name, a, b in zip(shared, before, after, strict=True) if a != b]
