"""Landing for tests of the warehouse, and what the built files are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from connectors.sandbox.company import Company
from talentloop.contracts import ENTITIES, arrow_schema
from talentloop.ids import new_load_id
from talentloop.landing import LandingZone
from talentloop.ops.loads import mark_checked, record_load
from talentloop.settings import Settings

Row = Mapping[str, Any]


def land(settings: Settings, entity: str, source: str, rows: pa.Table) -> None:
    """Land records and let them pass their checks."""
    zone = LandingZone(settings)
    zone.prepare()
    load_id = new_load_id(settings.clock)
    file = zone.write(entity, source, rows, load_id=load_id, ingested_at=settings.clock.now())
    if file is not None:
        record_load(settings, file)
        mark_checked(settings, load_id, entity, "passed")


def table(entity: str, source: str, rows: Iterable[Row]) -> pa.Table:
    """Rows made by hand: what they leave out takes the contract's default."""
    model = ENTITIES[entity]
    made = [
        model(**{"source": source, "source_updated_at": datetime(2026, 11, 15, tzinfo=UTC), **row})
        for row in rows
    ]
    return pa.Table.from_pylist([record.model_dump() for record in made], arrow_schema(model))


def land_company(settings: Settings, company: Company, at: datetime) -> None:
    """Land what the HR system shows, and a tombstone for what it no longer shows."""
    zone = LandingZone(settings)
    for entity in company.tables:
        rows = company.visible(entity, at)
        gone = zone.live_ids(entity, company.source) - set(rows["source_id"].to_pylist())
        land(settings, entity, company.source, rows)
        if gone:
            land(settings, entity, company.source, tombstones(zone, entity, company, gone, at))


def tombstones(
    zone: LandingZone, entity: str, company: Company, ids: Iterable[str], at: datetime
) -> pa.Table:
    """The last landed versions of records, marked as deleted."""
    schema = arrow_schema(ENTITIES[entity])
    landed = zone.read(entity, source=company.source).select(schema.names).to_pylist()
    newest = {row["source_id"]: row for row in landed}
    made = [{**newest[i], "is_deleted": True, "source_updated_at": at} for i in sorted(ids)]
    return pa.Table.from_pylist(made, schema)


def land_far_reaching(settings: Settings, company: Company, at: datetime) -> None:
    """Changes that reach beyond their own record: merges, splits, moves and deletions."""
    zone = LandingZone(settings)
    landed = {e: company.visible(e, at).sort_by("source_id").to_pylist() for e in company.tables}

    def change(entity: str, rows: Sequence[Row]) -> None:
        changed = [{**row, "source_updated_at": at + timedelta(minutes=1)} for row in rows]
        schema = arrow_schema(ENTITIES[entity])
        land(settings, entity, company.source, pa.Table.from_pylist(changed, schema))

    people = landed["candidate"]
    joined = [{**row, "email": people[0]["email"]} for row in people[1:4]]
    pairs = company.planted["duplicates"]
    member = pairs[0]["candidate_ids"][-1]
    split = [
        {**row, "email": "new@example.com", "phone": None, "national_id_hash": None}
        for row in people
        if row["source_id"] == member
    ]
    moved = [row for row in landed["application"] if row["candidate_id"] == people[5]["source_id"]]
    departments = [row for row in landed["org_unit"] if row["source_id"].count("-") == 2]
    tops = [row for row in landed["org_unit"] if row["source_id"].count("-") == 1]
    change("candidate", [*joined, *split])
    change("application", [{**row, "candidate_id": people[6]["source_id"]} for row in moved])
    change("org_unit", [{**departments[0], "parent_id": tops[-1]["source_id"]},
                        {**tops[0], "name": "更名部门"}])  # fmt: skip
    change("requisition", [{**landed["requisition"][0], "is_test": True},
                           {**landed["requisition"][1], "title": "改名岗位"}])  # fmt: skip
    for entity in ("requisition", "candidate", "application", "stage_event", "interview",
                   "dimension_score", "offer", "employee", "performance_review"):  # fmt: skip
        ids = [row["source_id"] for row in landed[entity][8:60:17]]
        land(settings, entity, company.source,
             tombstones(zone, entity, company, ids, at + timedelta(minutes=2)))  # fmt: skip


def land_links(settings: Settings, company: Company, changed: bool = False) -> None:
    """Links between candidate records; a month later other ones are in force.

    The first stays, the second is withdrawn, the third gets approved, the fourth leads to a record
    that a tombstone removes, the fifth is new, and the sixth joins what the fourth joined.
    """
    at = company.clock_start
    people = sorted(company.visible("candidate", at)["source_id"].to_pylist())
    hired = set(company.visible("employee", at)["candidate_id"].to_pylist())
    # People who never worked here: no employment becomes a rehire by these links.
    outside = [person for person in people[60:] if person not in hired]
    ids = [f"candidate:{company.source}:{person}" for person in [people[8], *outside]]
    pairs = [(1, 2), (3, 4), (5, 6), (0, 7), (8, 9), (7, 10)]
    before, after = ("auto", "auto", "proposed", "auto"), ("auto", "withdrawn", "approved", "auto",
                                                           "auto", "auto")  # fmt: skip
    rows = [
        {"source_id": f"link-{i}", "record_a": ids[a], "record_b": ids[b], "match_weight": 9.0,
         "probability": 0.998, "reasons": "[]", "model_version": "1", "decision": decision,
         "decided_by": "model", "decided_at": settings.clock.now(),
         "source_updated_at": settings.clock.now()}
        for i, ((a, b), decision) in enumerate(zip(pairs, after if changed else before, strict=False))
    ]  # fmt: skip
    land(settings, "person_link", "talentloop", table("person_link", "talentloop", rows))


@dataclass(frozen=True)
class Warehouse:
    """Build files in three states, and where they came from.

    Attributes:
        first: after the first build, from `company` at CLOCK_START alone.
        changed: after the build that took in a month's change and the second source.
        refreshed: the same records, built from nothing.
        target: dbt's artifacts of the last build.
    """

    company: Company
    settings: Settings
    first: Path
    changed: Path
    refreshed: Path

    @property
    def target(self) -> Path:
        """Folder of dbt's artifacts."""
        return self.settings.warehouse_file.parent / "dbt"


def rows_of(path: Path, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Rows of a query on a build file; times come as aware UTC."""
    with duckdb.connect(str(path), read_only=True) as db:
        db.execute("set timezone = 'UTC'")
        return db.execute(query, list(parameters)).fetchall()
