"""Gathering mapped pages and landing them, within bounded memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from connectors.ingest.counts import IngestResult
from connectors.ingest.load_ids import LoadIds
from connectors.mapping import MappedPage, Reject
from connectors.mapping.duplicates import newest_only
from talentloop.landing import LandingZone
from talentloop.logs import get_logger
from talentloop.ops import quarantine
from talentloop.ops.loads import record_load
from talentloop.ops.quarantine import QuarantineItem
from talentloop.settings import Settings

log = get_logger(__name__)

#: What is gathered before a file is written: bounds memory, whatever the size of the source.
ROWS_PER_FILE = 100_000
RAW_BYTES_PER_FILE = 32 * 2**20


@dataclass
class Lander:
    """Writes gathered records of one source to the landing zone and notes each load.

    Attributes:
        shows_history: the source may show versions older than what has landed, as a folder of
            daily files does when it is read again; these are not news.
        oldest_news: the oldest stamp among what has landed since this was last set to None.
    """

    settings: Settings
    zone: LandingZone
    result: IngestResult
    load_ids: LoadIds
    shows_history: bool = False
    oldest_news: datetime | None = None

    def land(self, entity: str, rows: pa.Table, raw: list[bytes], *, is_full: bool) -> bool:
        """Land what is new among the rows; whether anything was."""
        source = self.result.source
        if self.shows_history:
            every, rows = rows.num_rows, not_older(self.zone, entity, source, rows)
            self.result.counts(entity).collapsed += every - rows.num_rows
        file = self.zone.write(
            entity,
            source,
            rows,
            load_id=self.load_ids.next(),
            ingested_at=self.settings.clock.now(),
            raw=raw,
        )
        counts = self.result.counts(entity)
        landed = file.rows if file else 0
        counts.landed += landed
        counts.unchanged += rows.num_rows - landed
        if file is None:
            return False
        record_load(self.settings, file, is_full=is_full)
        if file.oldest_change is not None:
            self.oldest_news = min(self.oldest_news or file.oldest_change, file.oldest_change)
        log.info("load_landed", source=source, entity=entity, rows=landed, load_id=file.load_id)
        return True


def not_older(zone: LandingZone, entity: str, source: str, rows: pa.Table) -> pa.Table:
    """The rows of which no newer version has landed, by `source_updated_at`."""
    landed = zone.read(entity, source=source, columns=["source_id", "source_updated_at"])
    if landed.num_rows == 0:
        return rows
    newest = landed.group_by("source_id").aggregate([("source_updated_at", "max")])
    keys = rows.select(["source_id", "source_updated_at"])
    keys = keys.append_column("row", pa.array(range(rows.num_rows), pa.int64()))
    both = keys.join(newest, keys="source_id", join_type="inner")
    older = pc.less(both["source_updated_at"], both["source_updated_at_max"])
    overtaken = both.filter(older)["row"].combine_chunks()
    return rows.filter(pc.invert(pc.is_in(keys["row"], value_set=overtaken)))


@dataclass
class Batch:
    """Mapped pages of one stream that have not landed yet."""

    lander: Lander
    is_full: bool
    rows: int = 0
    raw_bytes: int = 0
    tables: dict[str, list[pa.Table]] = field(default_factory=dict)
    raw: list[bytes] = field(default_factory=list)

    def add(self, mapped: MappedPage, raw: bytes) -> None:
        """Take a page in; lands the batch when it has grown large."""
        result = self.lander.result
        for entity, table in mapped.tables.items():
            counts, dropped = result.counts(entity), _dropped(mapped, entity)
            counts.pulled += table.num_rows + dropped
            counts.collapsed += dropped
            if table.num_rows:
                self.tables.setdefault(entity, []).append(table)
                self.rows += table.num_rows
        self.raw.append(raw)
        self.raw_bytes += len(raw)
        self._quarantine(mapped.rejects)
        if self.rows >= ROWS_PER_FILE or self.raw_bytes >= RAW_BYTES_PER_FILE:
            self.flush()

    def flush(self) -> None:
        """Land what has been gathered. The raw pages lie beside the first file that is written."""
        raw = self.raw
        for entity, tables in self.tables.items():
            kept = newest_only(pa.concat_tables(tables))
            self.lander.result.counts(entity).collapsed += kept.duplicates + kept.superseded
            if self.lander.land(entity, kept.table, raw, is_full=self.is_full):
                raw = []
        self.tables, self.raw, self.rows, self.raw_bytes = {}, [], 0, 0

    def _quarantine(self, rejects: list[Reject]) -> None:
        if not rejects:
            return
        source = self.lander.result.source
        broken = {(reject.entity, reject.record_id) for reject in rejects}
        for entity, _ in broken:
            counts = self.lander.result.counts(entity)
            counts.pulled += 1
            counts.quarantined += 1
        quarantine.add(self.lander.settings, [quarantine_item(source, r) for r in rejects])


def _dropped(mapped: MappedPage, entity: str) -> int:
    return mapped.duplicates.get(entity, 0) + mapped.superseded.get(entity, 0)


def quarantine_item(source: str, reject: Reject) -> QuarantineItem:
    """A reject as the quarantine keeps it."""
    return QuarantineItem(
        source=source,
        stream=reject.stream,
        entity=reject.entity,
        record_id=reject.record_id,
        field=reject.field,
        reason_code=reject.reason_code,
        reason=reject.reason,
        remedy=reject.remedy,
        payload=reject.raw_row,
        location=reject.location,
    )
