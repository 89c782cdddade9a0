"""Mapping quarantined records again, corrected or under a corrected mapping, and landing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import AwareDatetime, TypeAdapter

from connectors.base import Page
from connectors.ingest.load_ids import LoadIds
from connectors.ingest.run import only_run
from connectors.mapping import MappedPage, Mapping, Reject, apply_mapping, load_mapping
from connectors.mapping.duplicates import newest_only
from connectors.mapping.rejects import WHOLE_ROW
from connectors.registry import SourceConfig, find_source
from talentloop.errors import TalentLoopError
from talentloop.landing import LandingZone
from talentloop.logs import get_logger
from talentloop.ops import audit, quarantine
from talentloop.ops.loads import record_load
from talentloop.ops.models import QuarantineRow
from talentloop.settings import Settings

log = get_logger(__name__)

_NO_RECORD = "As corrected, the row is not such a record."
_OVERTAKEN = "A newer version of the record has landed since; this one would undo it."


@dataclass
class ReplayResult:
    """What became of the records that were tried again.

    Attributes:
        landed: records that now fit; what they say has landed.
        still_broken: records that still break their contract; their entries stay open.
        overtaken: records of which a newer version has landed; their entries are dismissed.
    """

    landed: int = 0
    still_broken: int = 0
    overtaken: int = 0


@dataclass
class _Record:
    """All entries of one raw row, and the row with their corrections laid over it."""

    entries: list[QuarantineRow] = field(default_factory=list)

    @property
    def first(self) -> QuarantineRow:
        return self.entries[0]

    @property
    def changes(self) -> dict[str, Any]:
        """The corrections of all entries together."""
        return {
            name: value
            for entry in self.entries
            for name, value in (entry.corrected or {}).items()
            if value != entry.payload.get(name)
        }

    @property
    def row(self) -> dict[str, Any]:
        return {**self.first.payload, **self.changes}

    @property
    def needs_correction(self) -> bool:
        """Whether mapping it again as it is would be blind to what its reader found wrong."""
        return self.first.field == WHOLE_ROW and not self.changes


def replay(
    settings: Settings,
    ids: Sequence[int] | None = None,
    source: str | None = None,
    *,
    actor: str = "operator",
) -> ReplayResult:
    """Map quarantined records again and land those that now fit.

    Args:
        ids: these entries, with the others of the same raw row; default all that are open.
        source: only this source.
        actor: who asked for it; stands in the audit trail.

    Raises:
        TalentLoopError: an id names no open entry.
        ConfigError: a source or its mapping is gone or not valid.
    """
    result = ReplayResult()
    for name, records in _by_source(_chosen(settings, ids, source)).items():
        config = find_source(settings, name)
        mapping = load_mapping(config.mapping_file, settings)
        with only_run(settings, name):
            _Replay(settings, config, mapping, actor, result).run(records)
    return result


def _chosen(settings: Settings, ids: Sequence[int] | None, source: str | None) -> list[_Record]:
    records: dict[tuple[str, ...], _Record] = {}
    for entry in quarantine.listed(settings, source=source):
        key = (entry.source, entry.stream, entry.entity, entry.record_id, entry.payload_hash)
        records.setdefault(key, _Record()).entries.append(entry)
    if ids is None:
        return list(records.values())
    unknown = set(ids) - {entry.id for record in records.values() for entry in record.entries}
    if unknown:
        raise TalentLoopError(
            "There are no open quarantined records with these numbers",
            where="quarantine " + ", ".join(str(number) for number in sorted(unknown)),
            remedy="`talentloop quarantine list` shows the open ones.",
        )
    return [r for r in records.values() if any(entry.id in ids for entry in r.entries)]


def _by_source(records: Sequence[_Record]) -> dict[str, list[_Record]]:
    found: dict[str, list[_Record]] = {}
    for record in records:
        found.setdefault(record.first.source, []).append(record)
    return found


@dataclass
class _Replay:
    settings: Settings
    config: SourceConfig
    mapping: Mapping
    actor: str
    result: ReplayResult

    def run(self, records: Sequence[_Record]) -> None:
        """Map every record; land all that fit; only then close their entries."""
        zone = LandingZone(self.settings)
        fitting: list[tuple[_Record, dict[str, pa.Table]]] = []
        for record in records:
            if record.needs_correction:
                self._stays_open(record, [record.first.reason])
                continue
            mapped = self._mapped(record)
            made = _made_by(record.first, mapped)
            if broken := _complaints(record.first, mapped, made):
                self._stays_open(record, [reject.reason for reject in broken])
            elif not made:
                self._close(record, "dismissed", _NO_RECORD)
            else:
                fitting.append((record, made))
        landed = _Landed(zone, self.config.name, [made for _, made in fitting])
        current = [(r, made) for r, made in fitting if not landed.is_newer_than(made)]
        self._land(zone, [made for _, made in current])
        for record, made in fitting:
            if landed.is_newer_than(made):
                self._close(record, "dismissed", _OVERTAKEN)
                self.result.overtaken += 1
            else:
                self._close(record, "replayed", "")
                self.result.landed += 1

    def _mapped(self, record: _Record) -> MappedPage:
        entry = record.first
        page = Page([record.row], b"", self._seen_at(entry), f"quarantine {entry.id}")
        return apply_mapping(self.mapping.stream(entry.stream), page, self.config.name)

    def _seen_at(self, entry: QuarantineRow) -> datetime:
        """The row's time where its mapping takes none from it."""
        fixed = self.config.options.get("observed_at")
        if fixed is None:
            return entry.first_seen_at
        return TypeAdapter(AwareDatetime).validate_python(fixed)

    def _land(self, zone: LandingZone, made: Sequence[dict[str, pa.Table]]) -> None:
        source = self.config.name
        load_ids = LoadIds(self.settings.clock, (f.load_id for f in zone.files(source=source)))
        for entity in sorted({entity for tables in made for entity in tables}):
            rows = pa.concat_tables([tables[entity] for tables in made if entity in tables])
            file = zone.write(
                entity, source, newest_only(rows).table,
                load_id=load_ids.next(), ingested_at=self.settings.clock.now(),
            )  # fmt: skip
            if file is not None:
                record_load(self.settings, file)
                log.info("load_landed", source=source, entity=entity, rows=file.rows)

    def _stays_open(self, record: _Record, reasons: Sequence[str]) -> None:
        note = "Tried again: " + "; ".join(dict.fromkeys(reasons))
        for entry in record.entries:
            quarantine.settle(self.settings, entry.id, "open", note)
        self.result.still_broken += 1

    def _close(self, record: _Record, state: str, note: str) -> None:
        for entry in record.entries:
            quarantine.settle(self.settings, entry.id, state, note)
        entry = record.first
        audit.record(
            self.settings, self.actor, f"quarantine.{state}", f"quarantine/{entry.id}",
            {"source": entry.source, "entity": entry.entity, "record_id": entry.record_id,
             "corrected": sorted(record.changes)},
        )  # fmt: skip


def _made_by(entry: QuarantineRow, mapped: MappedPage) -> dict[str, pa.Table]:
    """The records to land: the one that was quarantined, or all where the whole row was."""
    if entry.field == WHOLE_ROW:
        return {entity: table for entity, table in mapped.tables.items() if table.num_rows}
    table = mapped.tables[entry.entity]
    own = table.filter(pc.equal(table["source_id"], entry.record_id))
    # A record whose key could not be read, or has been corrected, has no row under its old name.
    chosen = own if own.num_rows else table
    return {entry.entity: chosen} if chosen.num_rows else {}


def _complaints(
    entry: QuarantineRow, mapped: MappedPage, made: dict[str, pa.Table]
) -> list[Reject]:
    """What is still wrong with the record."""
    if entry.field == WHOLE_ROW:
        return mapped.rejects
    mine = [reject for reject in mapped.rejects if reject.entity == entry.entity]
    named = [reject for reject in mine if reject.record_id == entry.record_id]
    return named if made else mine


class _Landed:
    """When the records that are to land were last changed, by what has landed already."""

    def __init__(self, zone: LandingZone, source: str, made: Sequence[dict[str, pa.Table]]) -> None:
        self._times: dict[tuple[str, str], datetime] = {}
        for entity in sorted({entity for tables in made for entity in tables}):
            ids = pa.chunked_array(
                [c for t in made if entity in t for c in t[entity]["source_id"].chunks], pa.string()
            )
            landed = zone.read(entity, source=source, columns=["source_id", "source_updated_at"])
            landed = landed.filter(pc.is_in(landed["source_id"], value_set=ids))
            newest = landed.group_by("source_id").aggregate([("source_updated_at", "max")])
            for row in newest.to_pylist():
                self._times[entity, row["source_id"]] = row["source_updated_at_max"]

    def is_newer_than(self, made: dict[str, pa.Table]) -> bool:
        """Whether any of the records has landed in a later version."""
        return any(
            self._times.get((entity, row["source_id"]), row["source_updated_at"])
            > row["source_updated_at"]
            for entity, table in made.items()
            for row in table.select(["source_id", "source_updated_at"]).to_pylist()
        )
