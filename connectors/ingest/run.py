"""One run of one source. Killed at any instant and run again, it lands what one run would have:
the cursor moves last, landing drops what it has, and quarantine counts up what it knows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, runtime_checkable

from filelock import FileLock, Timeout

from connectors.base import Page, SourceConnector
from connectors.ingest.batch import Batch, Lander
from connectors.ingest.counts import IngestResult
from connectors.ingest.lateness import settle_lateness, watch_lateness
from connectors.ingest.load_ids import LoadIds
from connectors.ingest.open_rows import OpenRows
from connectors.ingest.schema import SchemaWatch
from connectors.ingest.tombstones import tombstones
from connectors.mapping import MappedPage, Mapping, apply_mapping, load_mapping
from connectors.mapping.rejects import WHOLE_ROW
from connectors.overlaps import overlaps
from connectors.registry import SourceConfig, find_source, make_source
from talentloop.errors import ContractError, SourceError
from talentloop.landing import LandingZone
from talentloop.logs import get_logger
from talentloop.ops.cursors import get_cursor, set_cursor
from talentloop.ops.loads import adopt_orphans, pending_loads
from talentloop.settings import Settings

log = get_logger(__name__)

Progress = Callable[[str], None]
Witness = Callable[[str, Page, MappedPage], None]
_PATIENCE_SECONDS = 2


@runtime_checkable
class Acknowledged(Protocol):
    """A connector that wants to know when what it read is durable."""

    def acknowledge(self, stream: str) -> None: ...


@runtime_checkable
class PartlySeen(Protocol):
    """A connector that may show only part of a stream: absence there means nothing, and what it
    shows may be older than what has landed.
    """

    def is_exhaustive(self, stream: str) -> bool: ...


def ingest(
    settings: Settings,
    source_name: str,
    *,
    full: bool = False,
    path: Path | None = None,
    progress: Progress | None = None,
    witness: Witness | None = None,
) -> IngestResult:
    """Pull what changed in a source since the last run, and land it.

    Args:
        source_name: a configured source, or the path of a source file.
        full: read everything again, and mark as deleted what the source no longer has.
        path: folder of a file source, in place of the one in its file.
        progress: is told a line for each page.
        witness: sees each stream's pages, as answered and as mapped.

    Raises:
        ConfigError: the source or its mapping is not valid.
        SourceError: the source could not be read, or another run of it is under way.
        ContractError: a field that the contract requires has gone from the source.
        TalentLoopError: the landing zone or the operations database failed. Whatever the error,
            nothing is lost: the next run reads again from the last cursor.
    """
    config = find_source(settings, source_name)
    mapping = load_mapping(config.mapping_file, settings)
    begun = time.monotonic()
    with only_run(settings, config.name), ExitStack() as stack:
        connector = make_source(settings, config, path)
        stack.callback(getattr(connector, "close", lambda: None))
        run = _Run.start(settings, config, connector, mapping, full, progress)
        run.witness = witness
        for stream in connector.streams():
            run.read(stream)
        if full:
            run.finish_full()
    run.result.seconds = round(time.monotonic() - begun, 3)
    log.info(
        "source_ingested", source=config.name, seconds=run.result.seconds, **run.result.totals()
    )
    return run.result


@contextmanager
def only_run(settings: Settings, source: str) -> Iterator[None]:
    """Keep a second run of the source out; the lock of a killed process is free at once."""
    path = settings.home / "locks" / f"ingest-{source}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path, timeout=_PATIENCE_SECONDS):
            yield
    except Timeout:
        raise SourceError(
            f"Another run of {source} is under way",
            where=str(path),
            remedy="Wait until it has ended; two at once would land the same records twice.",
        ) from None


@dataclass
class _Run:
    settings: Settings
    connector: SourceConnector
    mapping: Mapping
    full: bool
    progress: Progress | None
    zone: LandingZone
    lander: Lander
    result: IngestResult
    overlaps: dict[str, timedelta]
    seen: dict[str, set[str]] = field(default_factory=dict)
    unnamed: set[str] = field(default_factory=set)
    observed: dict[str, datetime] = field(default_factory=dict)
    witness: Witness | None = None

    @classmethod
    def start(
        cls,
        settings: Settings,
        config: SourceConfig,
        connector: SourceConnector,
        mapping: Mapping,
        full: bool,
        progress: Progress | None,
    ) -> _Run:
        zone, result = LandingZone(settings), IngestResult(config.name)
        files = zone.files(source=config.name)
        adopt_orphans(settings, files)
        for load in pending_loads(settings):
            if load.source == config.name:
                result.counts(load.entity).waiting += max(load.rows, 1)
        ids = LoadIds(settings.clock, (file.load_id for file in files))
        lander = Lander(settings, zone, result, ids)
        known = overlaps(config, list(mapping.streams))
        return cls(settings, connector, mapping, full, progress, zone, lander, result, known)

    def read(self, stream: str) -> None:
        """Read a stream to its end, land it, and then move its cursor."""
        source = self.result.source
        cursor = get_cursor(self.settings, source, stream)
        since = None if self.full or cursor is None else cursor.watermark
        rules = self.mapping.stream(stream)
        self.lander.oldest_news = None
        self.lander.shows_history = not self._shows_everything(stream)
        batch = Batch(self.lander, is_full=since is None)
        open_rows = OpenRows.of(self.settings, source, stream)
        watch = SchemaWatch(self.settings, source, rules)
        watermark, rows = None, 0
        for number, page in enumerate(self.connector.read(stream, since), start=1):
            watermark = watermark or page.observed_at
            watch.look_at(page.rows)
            try:
                mapped = apply_mapping(rules, page, source)
            except ContractError:
                watch.settle()  # the run ends here; what has changed must be told all the same
                raise
            open_rows.look_at(mapped)
            if self.witness is not None:
                self.witness(stream, page, mapped)
            self._remember(mapped, rules.entities)
            batch.add(mapped, page.raw)
            rows += len(page.rows)
            self._tell(stream, number, rows, len(mapped.rejects))
        batch.flush()
        if since is not None:
            self._watch_lateness(stream, since)
        open_rows.settle(self.settings)
        watch.settle()
        if watermark is not None:
            self._move_cursor(stream, watermark, full=since is None and not self.full)
        if isinstance(self.connector, Acknowledged):
            self.connector.acknowledge(stream)

    def _watch_lateness(self, stream: str, cursor: datetime) -> None:
        overlap = self.overlaps.get(stream)
        if overlap is not None:
            watch_lateness(
                self.settings, self.result.source, stream, cursor=cursor, overlap=overlap,
                oldest_news=self.lander.oldest_news,
            )  # fmt: skip

    def _move_cursor(self, stream: str, watermark: datetime, *, full: bool) -> None:
        set_cursor(self.settings, self.result.source, stream, watermark, full=full)
        self.observed[stream] = watermark
        self.result.watermark = max(self.result.watermark or watermark, watermark)

    def _remember(self, mapped: MappedPage, entities: Collection[str]) -> None:
        """On a full read, the ids that the source still has, good or bad."""
        if not self.full:
            return
        for entity, table in mapped.tables.items():
            self.seen.setdefault(entity, set()).update(table["source_id"].to_pylist())
        for reject in mapped.rejects:
            self.seen.setdefault(reject.entity, set()).add(reject.record_id)
            if reject.field == WHOLE_ROW:
                self.unnamed.update(entities)
            elif reject.field == "source_id":
                self.unnamed.add(reject.entity)

    def _tell(self, stream: str, page: int, rows: int, rejects: int) -> None:
        source = self.result.source
        log.debug(
            "page_mapped", source=source, stream=stream, page=page, rows=rows, rejects=rejects
        )
        if self.progress is not None:
            self.progress(f"{source} {stream}: page {page}, {rows} rows")

    def finish_full(self) -> None:
        """After a complete read of all streams: tombstones, then the mark of the full read."""
        for entity in self._exhausted():
            gone = tombstones(
                self.zone, entity, self.result.source, self.seen.get(entity, set()),
                max(self.observed.values()),
            )  # fmt: skip
            if gone.num_rows:
                self.lander.land(entity, gone, [], is_full=True)
                self.result.counts(entity).deleted += gone.num_rows
        for stream, watermark in self.observed.items():
            settle_lateness(self.settings, self.result.source, stream)
            set_cursor(self.settings, self.result.source, stream, watermark, full=True)

    def _exhausted(self) -> list[str]:
        """Entities of which the source has shown everything it has."""
        partly = {
            entity
            for stream, rules in self.mapping.streams.items()
            for entity in rules.entities
            if not self._was_exhausted(stream)
        }
        every = {
            entity for stream in self.observed for entity in self.mapping.streams[stream].entities
        }
        for entity in sorted(every & self.unnamed):
            # One of the records without a readable key may be any of those not found.
            log.warning("deletions_not_looked_for", source=self.result.source, entity=entity)
        return sorted(every - partly - self.unnamed)

    def _was_exhausted(self, stream: str) -> bool:
        return stream in self.observed and self._shows_everything(stream)

    def _shows_everything(self, stream: str) -> bool:
        return not isinstance(self.connector, PartlySeen) or self.connector.is_exhaustive(stream)
