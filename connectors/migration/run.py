"""Migrating from an old system: everything is read once, landed, and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from connectors.ingest import ingest
from connectors.ingest.run import Progress
from connectors.mapping.contract import contract_fields
from connectors.mapping.duplicates import newest_only
from connectors.migration.report import write_report
from connectors.migration.witness import Book, Witness, book_of, reduced
from connectors.registry import find_source
from talentloop.contracts import ENTITIES
from talentloop.landing import LandingZone
from talentloop.ops import quarantine
from talentloop.settings import Settings
from talentloop.warehouse.reconcile import reconcile

MASK = "•••"
_SAMPLES = 3


@dataclass(frozen=True)
class Compared:
    """One entity: what the source answered beside what lies in the landing zone.

    Attributes:
        answered: records that the source answered, good and bad, each counted once.
        landed: records of this source in the landing zone that are not deleted.
        rejected: records that broke their contract and wait in quarantine.
        missing: ids answered in good form that did not land; the first few.
        surplus: records in the landing zone that the source did not answer.
        checksums: of the answered and of the landed records.
        sums: numeric field → (answered, landed), each as count and sum; masked where they tell pay.
        unequal_sums: fields whose sums differ.
        warehouse: `whole`, `altered`, or `not built` for what `talentloop verify` says.
        samples: a few landed records, personal fields masked.
    """

    entity: str
    answered: int
    landed: int
    rejected: int
    missing: list[str]
    surplus: int
    checksums: tuple[str, str]
    sums: dict[str, tuple[str, str]]
    unequal_sums: list[str]
    warehouse: str
    samples: list[dict[str, str]]

    @property
    def is_complete(self) -> bool:
        """Whether every record that the source has is here, as it said it."""
        return not (
            self.rejected or self.missing or self.surplus or self.unequal_sums
            or self.checksums[0] != self.checksums[1] or self.warehouse == "altered"
        )  # fmt: skip


@dataclass
class Migration:
    """A migration and its proof."""

    source: str
    is_simulated: bool
    at: datetime
    seconds: float
    streams: dict[str, dict[str, int]]
    entities: list[Compared]
    rejects: list[dict[str, Any]]
    html: Path = field(default_factory=Path)
    json: Path = field(default_factory=Path)

    @property
    def is_complete(self) -> bool:
        """Whether every entity is, and the source answered anything at all."""
        return bool(self.entities) and all(row.is_complete for row in self.entities)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        rows = [{**asdict(row), "is_complete": row.is_complete} for row in self.entities]
        return {
            "source": self.source, "is_simulated": self.is_simulated, "at": self.at.isoformat(),
            "seconds": self.seconds, "is_complete": self.is_complete, "streams": self.streams,
            "entities": rows, "rejects": self.rejects,
        }  # fmt: skip


def migrate(
    settings: Settings,
    source_name: str,
    *,
    path: Path | None = None,
    progress: Progress | None = None,
) -> Migration:
    """Read everything that a source has, land it, and compare both sides record by record.

    May be repeated: what has landed already is found unchanged, and counts.

    Args:
        path: folder of a file source, in place of the one in its file.
        progress: is told a line for each page.

    Raises:
        ConfigError, SourceError, ContractError: as `ingest`. Whatever the error, nothing is lost.
    """
    config = find_source(settings, source_name)
    witness = Witness()
    result = ingest(
        settings, source_name, full=True, path=path, progress=progress, witness=witness.see
    )
    zone = LandingZone(settings)
    warehouse = _warehouse(settings)
    found = Migration(
        config.name,
        config.simulated,
        settings.clock.now(),
        result.seconds,
        {
            stream: {"pages": witness.pages[stream], "rows": count}
            for stream, count in witness.rows.items()
        },
        [_compared(zone, config.name, entity, witness, warehouse) for entity in witness.entities()],
        _rejects(settings, config.name),
    )
    write_report(settings, found)
    return found


def _compared(
    zone: LandingZone,
    source: str,
    entity: str,
    witness: Witness,
    warehouse: Mapping[str, str],
) -> Compared:
    landed = zone.read(entity, source=source)
    ordered = landed.sort_by([("load_id", "ascending"), ("source_updated_at", "ascending")])
    last = ordered.append_column("_row", [list(range(ordered.num_rows))]).group_by(
        "source_id", use_threads=False
    )
    newest = ordered.take(last.aggregate([("_row", "last")])["_row_last"])
    live = newest.filter(pc.invert(newest["is_deleted"]))
    here = book_of(newest_only(reduced(entity, live)).table)
    there = witness.book(entity)
    good, held = witness.ids(entity), witness.rejected.get(entity, set())
    ids = set(live["source_id"].to_pylist())
    return Compared(
        entity,
        len(good | held),
        here.records,
        len(held - ids),
        sorted(good - ids)[:20],
        len(ids - good - held),
        (there.checksum, here.checksum),
        _sums(entity, there, here),
        [name for name in here.sums if there.sums.get(name, (0, 0.0)) != here.sums[name]],
        warehouse.get(entity, "not built"),
        _samples(entity, live.slice(0, _SAMPLES).to_pylist()),
    )


def _sums(entity: str, there: Book, here: Book) -> dict[str, tuple[str, str]]:
    contract = contract_fields(ENTITIES[entity])
    shown = {}
    for name in here.sums:
        pair = (there.sums.get(name, (0, 0.0)), here.sums[name])
        if any(count for count, _ in pair):
            one, other = (f"{count:,} / {total:,.2f}" for count, total in pair)
            shown[name] = (MASK, MASK) if contract[name].is_personal else (one, other)
    return shown


def _samples(entity: str, rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Records to look at: values of personal fields masked, empty ones left out."""
    contract = contract_fields(ENTITIES[entity])
    hidden = {name for name, column in contract.items() if column.is_personal} | {"ext"}
    return [
        {
            name: MASK if name in hidden else str(value)[:60]
            for name, value in row.items()
            if name in contract and value is not None
        }
        for row in rows
    ]


def _rejects(settings: Settings, source: str) -> list[dict[str, Any]]:
    """Why records wait in quarantine: each reason once, with how many and where the first lies."""
    rows = quarantine.listed(settings, source=source)
    counts = Counter((row.entity, row.field, row.reason_code) for row in rows)
    first = {(row.entity, row.field, row.reason_code): row for row in reversed(rows)}
    return [
        {
            "entity": key[0], "field": key[1], "reason": first[key].reason, "rows": count,
            "remedy": first[key].remedy, "first": first[key].location,
        }
        for key, count in counts.most_common()
    ]  # fmt: skip


def _warehouse(settings: Settings) -> dict[str, str]:
    """What `talentloop verify` says of each entity; nothing before the first build."""
    if not settings.warehouse_file.exists():
        return {}
    return {
        row.entity: "whole" if row.is_whole else "altered"
        for row in reconcile(settings)
        if row.n_logged
    }
