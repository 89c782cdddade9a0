"""A folder as a source: one stream for each kind of file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from connectors.base import Page, stream_of
from connectors.files.csv_reader import read_csv
from connectors.files.manifest import (
    DONE,
    SeenFile,
    claim,
    is_done,
    known,
    mark_archived,
    mark_done,
    release,
    sha256_of,
)
from connectors.files.options import StreamOptions, checked
from connectors.files.sheet_reader import read_parquet, read_xlsx
from connectors.files.stores import Entry, Store, matches, open_store
from connectors.files.tables import Row, Table, unreadable
from connectors.files.whole import matching, standing
from connectors.files.xes_reader import read_xes
from connectors.mapping import load_mapping
from connectors.mapping.paths import is_among
from talentloop.errors import SourceError
from talentloop.logs import get_logger
from talentloop.ops.owner import new_owner
from talentloop.settings import Settings

log = get_logger(__name__)

_ENDINGS = {
    ".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xlsx": "xlsx", ".parquet": "parquet",
    ".xes": "xes", ".xes.gz": "xes",
}  # fmt: skip


class FileSource:
    """A SourceConnector over a folder.

    It goes by content and not by time: a file whose content has landed before is not read again,
    unless everything is asked for.

    Args:
        settings: where the operations database is.
        name: the configured source.
        options: see `connectors.files.options.FileOptions`.
        mapping: the mapping file; tells which columns a file must have.

    Raises:
        ConfigError: the options or the mapping do not fit.
    """

    def __init__(
        self, settings: Settings, name: str, options: Mapping[str, Any], mapping: Path
    ) -> None:
        self.name = name
        self._settings = settings
        self._options = checked(name, dict(options))
        rules = load_mapping(mapping, settings)
        self._wanted = {s: sorted(rules.stream(s).paths) for s in self._options.streams}
        self._read: dict[str, list[SeenFile]] = {}
        self._landed: dict[str, list[tuple[Entry, SeenFile]]] = {}
        self._owner = new_owner()
        self._has_claimed = False
        self._lease = timedelta(minutes=self._options.claim_minutes)
        self._opened: Store | None = None

    @property
    def _store(self) -> Store:
        if self._opened is None:
            self._opened = open_store(self._settings, self.name, self._options)
        return self._opened

    def close(self) -> None:
        """Give back files that were begun and not acknowledged, and end the connection."""
        if self._has_claimed:
            release(self._settings, self.name, self._owner)
        if self._opened is not None:
            self._opened.close()

    def streams(self) -> Sequence[str]:
        """Streams in the order of the source file."""
        return list(self._options.streams)

    def read(self, stream: str, since: datetime | None) -> Iterator[Page]:
        """Pages of the files that are new or have changed; of all files when `since` is None.

        The first page is empty and bears the newest time, which becomes the cursor. Archived
        files count among all files. A file that another worker reads just now is left to it.

        Raises:
            SourceError: folder or files are missing, or a file cannot be read as a whole.
            ConfigError: the folder is not given, or the stream is unknown.
        """
        options = self._stream(stream)
        found = self._found(stream, options)
        self._read[stream], self._landed[stream] = [], []
        if not found:
            return
        newest = max(self._time(file.entry) for file in found)
        yield Page([], b"", newest, self._store.where)
        current = found[-1:] if options.holds == "everything" else found
        for file in current:
            yield from self._read_once(stream, options, file, again=since is None)
        self._set_aside(stream, [file for file in found if file not in current])

    def _read_once(
        self, stream: str, options: StreamOptions, file: _Found, *, again: bool
    ) -> Iterator[Page]:
        """The file's pages, unless its content has landed or another worker reads it."""
        if not again and file.known is not None and file.known.state == DONE:
            if not file.is_archived:
                self._landed[stream].append((file.entry, file.known))
            return
        with self._local(stream, file) as (path, seen):
            if path is None:
                return
            if not again and is_done(self._settings, self.name, seen):
                self._landed[stream].append((file.entry, seen))
                return
            if not self._take(seen):
                log.warning("file_taken", source=self.name, stream=stream, file=seen.name)
                return
            before, rows = self._store.look(file.place), 0
            for page in self._pages(stream, options, path, file.entry):
                rows += len(page.rows)
                yield page
                self._take(seen)  # still at it: the lease begins anew
            if self._store.look(file.place) != before:
                raise unreadable(
                    path, "it changed while it was read", "Run again once it is whole."
                )
            done = replace(seen, rows=rows)
            self._read[stream].append(done)
            if not file.is_archived:
                self._landed[stream].append((file.entry, done))

    def _take(self, file: SeenFile) -> bool:
        self._has_claimed = True
        return claim(self._settings, self.name, file, self._owner, self._lease)

    @contextmanager
    def _local(self, stream: str, file: _Found) -> Iterator[tuple[Path | None, SeenFile]]:
        """A local file to read and what the manifest calls it; no file where the archive lost it."""
        entry = file.entry
        scratch = self._settings.home / "files"
        scratch.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f"{self.name}-", dir=scratch) as folder:
            if file.is_archived and file.known is not None:
                there = self._store.look(file.place) is not None
                if not there:
                    log.warning("archived_file_gone", source=self.name, file=entry.name)
                yield self._store.fetch(file.place, Path(folder)) if there else None, file.known
                return
            path = self._store.fetch(entry.name, Path(folder))
            sha256 = sha256_of(path)
            yield path, SeenFile(stream, entry.name, sha256, 0, entry.version, entry.modified_at)

    def _set_aside(self, stream: str, superseded: Sequence[_Found]) -> None:
        """Count files that a newer one replaces as done, so that they go to the archive."""
        if self._options.archive is None:
            return
        for file in superseded:
            if not file.is_archived:
                with self._local(stream, file) as (_, seen):
                    self._read[stream].append(seen)
                    self._landed[stream].append((file.entry, seen))

    def acknowledge(self, stream: str) -> None:
        """What was read of the stream is durable: do not read these files again."""
        for file in self._read.pop(stream, []):
            mark_done(self._settings, self.name, file)
            log.info("file_read", source=self.name, stream=stream, file=file.name, rows=file.rows)
        for entry, file in self._landed.pop(stream, []):
            self._archive(entry, file)

    def _archive(self, entry: Entry, file: SeenFile) -> None:
        """Move a file that every stream has read. Killed between two steps, the next run goes on."""
        if self._options.archive is None:
            return
        readers = [
            replace(file, stream=name)
            for name, options in self._options.streams.items()
            if any(matches(entry.name, pattern) for pattern in options.files)
        ]
        if not all(is_done(self._settings, self.name, reader) for reader in readers):
            return
        folder, _, base = entry.name.rpartition("/")
        target = "/".join(filter(None, (self._options.archive, folder)))
        target = f"{target}/{file.sha256[:12]}-{base}"
        mark_archived(self._settings, self.name, readers, target)
        if self._store.move(entry, target) and self._options.done_marker:
            self._store.remove(entry.name + self._options.done_marker)

    def is_exhaustive(self, stream: str) -> bool:
        """Whether what a full read does not find is gone: only where a file holds everything."""
        return self._stream(stream).holds == "everything"

    def _stream(self, stream: str) -> StreamOptions:
        return stream_of(self._options.streams, stream, self.name)

    def _found(self, stream: str, options: StreamOptions) -> list[_Found]:
        """Whole files of the stream, archived ones among them, oldest first."""
        if not self._store.exists():
            raise self._missing("The folder of a file source is not there", self._store.where)
        seen = known(self._settings, self.name, stream)
        waiting = matching(self._store, self._options, options.files)
        found = [_Found.kept(file) for file in seen if file.archived_as]
        if not waiting and not found and not options.optional:
            where = f"{self._store.where}, stream {stream}: {', '.join(options.files)}"
            raise self._missing("No file matches", where)
        # A local file is told by its content. To fetch each remote one only to find that it has
        # been read would cost too much, so there its size and time, or its tag, must do.
        is_remote = self._options.scheme != ""
        by_version = {(f.name, f.version): f for f in seen if is_remote}
        whole = standing(self._store, self._options, options.files, waiting)
        for name in sorted(waiting.keys() - {entry.name for entry in whole}):
            log.warning("file_not_finished", source=self.name, file=name)
        found += [_Found(entry, by_version.get((entry.name, entry.version))) for entry in whole]
        return sorted(found, key=lambda file: (file.entry.modified_at, file.entry.name))

    def _missing(self, problem: str, where: str) -> SourceError:
        remedy = self._options.obtain or "Put the files there, or correct path and files."
        return SourceError(problem, where=where, remedy=remedy)

    def _time(self, entry: Entry) -> datetime:
        return self._options.observed_at or entry.modified_at

    def _pages(
        self, stream: str, options: StreamOptions, path: Path, entry: Entry
    ) -> Iterator[Page]:
        if path.stat().st_size == 0:
            raise unreadable(
                path, "it is empty", "Export it again; without rows it keeps a header."
            )
        table = self._open(options, path)
        self._check_columns(stream, path, table.columns)
        number, rows = table.first_row, iter(table.rows)
        while chunk := list(islice(rows, self._options.rows_per_page)):
            yield Page(chunk, _as_lines(chunk), self._time(entry), entry.name, number)
            number += len(chunk)

    def _open(self, options: StreamOptions, path: Path) -> Table:
        form = options.format if options.format != "auto" else _form_of(path)
        limit = self._options.max_unpacked_mib
        if form == "csv":
            return read_csv(path, options)
        if form == "xlsx":
            return read_xlsx(path, options, limit)
        if form == "parquet":
            return read_parquet(path, self._options.rows_per_page)
        return read_xes(path, options.part, limit)

    def _check_columns(self, stream: str, path: Path, columns: Sequence[str] | None) -> None:
        if columns is None:
            return
        missing = [name for name in self._wanted[stream] if not is_among(name, columns)]
        if missing:
            raise SourceError(
                f"A file lacks columns that the mapping reads: {', '.join(missing)}",
                where=path.name,
                remedy="Correct the names in the mapping or the file. The file has: "
                + ", ".join(columns) + ".",
            )  # fmt: skip


@dataclass(frozen=True)
class _Found:
    """A file to read, in the folder or in the archive.

    Attributes:
        entry: its name in the folder, and its own time.
        known: what the manifest has about this very content, as far as that is clear yet.
        is_archived: it lies in the archive only.
    """

    entry: Entry
    known: SeenFile | None = None
    is_archived: bool = False

    @classmethod
    def kept(cls, file: SeenFile) -> _Found:
        """An archived file."""
        at = file.modified_at or datetime.min.replace(tzinfo=UTC)
        return cls(Entry(file.name, -1, at, file.version), file, True)

    @property
    def place(self) -> str:
        """Where it lies now."""
        return self.known.archived_as if self.is_archived and self.known else self.entry.name


def _form_of(path: Path) -> str:
    name = path.name.lower()
    for ending, form in _ENDINGS.items():
        if name.endswith(ending):
            return form
    raise unreadable(
        path, "its ending does not tell its format", "Name it in the source file (format: csv)."
    )


def _as_lines(rows: Iterable[Row]) -> bytes:
    """The rows as read, one JSON object a line: the raw page beside the landed file."""
    options = orjson.OPT_NON_STR_KEYS | orjson.OPT_APPEND_NEWLINE
    return b"".join(orjson.dumps(dict(row), default=str, option=options) for row in rows)
