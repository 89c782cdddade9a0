"""A folder as a source: one stream for each kind of file."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from os import stat_result
from pathlib import Path
from typing import Any

import orjson

from connectors.base import Page
from connectors.files.csv_reader import read_csv
from connectors.files.manifest import SeenFile, is_done, mark_done, sha256_of
from connectors.files.options import StreamOptions, checked
from connectors.files.sheet_reader import read_parquet, read_xlsx
from connectors.files.tables import Row, Table, unreadable
from connectors.files.xes_reader import read_xes
from connectors.mapping import load_mapping
from connectors.mapping.paths import is_among
from talentloop.errors import ConfigError, SourceError
from talentloop.logs import get_logger
from talentloop.settings import Settings

log = get_logger(__name__)

_ENDINGS = {
    ".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xlsx": "xlsx", ".parquet": "parquet",
    ".xes": "xes", ".xes.gz": "xes",
}  # fmt: skip
_UNFINISHED = (".tmp", ".part", ".crdownload", ".filepart")


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

    def streams(self) -> Sequence[str]:
        """Streams in the order of the source file."""
        return list(self._options.streams)

    def read(self, stream: str, since: datetime | None) -> Iterator[Page]:
        """Pages of the files that are new or have changed; of all files when `since` is None.

        The first page is empty and bears the newest time, which becomes the cursor.

        Raises:
            SourceError: folder or files are missing, or a file cannot be read as a whole.
            ConfigError: the folder is not given, or the stream is unknown.
        """
        options = self._stream(stream)
        files = self._standing(self._found(stream, options))
        self._read[stream] = []
        if not files:
            return
        newest = max(self._time(stat) for _, stat in files)
        yield Page([], b"", newest, str(self._options.folder))
        for path, stat in files[-1:] if options.holds == "everything" else files:
            seen = SeenFile(stream, self._label(path), sha256_of(path), 0)
            if since is not None and is_done(self._settings, self.name, seen):
                continue
            rows = 0
            for page in self._pages(stream, options, path, stat):
                rows += len(page.rows)
                yield page
            if not _is_same(stat, path.stat()):
                raise unreadable(
                    path, "it changed while it was read", "Run again once it is whole."
                )
            self._read[stream].append(SeenFile(stream, seen.name, seen.sha256, rows))

    def acknowledge(self, stream: str) -> None:
        """What was read of the stream is durable: do not read these files again."""
        for file in self._read.pop(stream, []):
            mark_done(self._settings, self.name, file)
            log.info("file_read", source=self.name, stream=stream, file=file.name, rows=file.rows)

    def is_exhaustive(self, stream: str) -> bool:
        """Whether what a full read does not find is gone: only where a file holds everything."""
        return self._stream(stream).holds == "everything"

    def _stream(self, stream: str) -> StreamOptions:
        if stream not in self._options.streams:
            raise ConfigError(
                f"The source has no stream {stream!r}",
                where=f"source {self.name}",
                remedy="It has " + ", ".join(self._options.streams) + ".",
            )
        return self._options.streams[stream]

    def _found(self, stream: str, options: StreamOptions) -> list[Path]:
        folder = self._options.folder
        if not folder.is_dir():
            raise self._missing("The folder of a file source is not there", str(folder))
        found = {path for pattern in options.files for path in folder.glob(pattern)}
        files = sorted(p for p in found if p.is_file() and not _is_unfinished(p))
        if not files and not options.optional:
            where = f"{folder}, stream {stream}: {', '.join(options.files)}"
            raise self._missing("No file matches", where)
        return files

    def _missing(self, problem: str, where: str) -> SourceError:
        remedy = self._options.obtain or "Put the files there, or correct path and files."
        return SourceError(problem, where=where, remedy=remedy)

    def _standing(self, paths: Sequence[Path]) -> list[tuple[Path, stat_result]]:
        """Files that nobody is writing to, oldest first."""
        before = [(path, path.stat()) for path in paths]
        time.sleep(self._options.settle_seconds if paths else 0)
        standing = []
        for path, stat in before:
            if path.exists() and _is_same(stat, path.stat()):
                standing.append((path, stat))
            else:
                log.warning("file_not_finished", source=self.name, file=path.name)
        return sorted(standing, key=lambda item: (item[1].st_mtime_ns, item[0]))

    def _time(self, stat: stat_result) -> datetime:
        return self._options.observed_at or datetime.fromtimestamp(stat.st_mtime, UTC)

    def _label(self, path: Path) -> str:
        return path.relative_to(self._options.folder).as_posix()

    def _pages(
        self, stream: str, options: StreamOptions, path: Path, stat: stat_result
    ) -> Iterator[Page]:
        if stat.st_size == 0:
            raise unreadable(
                path, "it is empty", "Export it again; without rows it keeps a header."
            )
        table = self._open(options, path)
        self._check_columns(stream, path, table.columns)
        number, rows = table.first_row, iter(table.rows)
        while chunk := list(islice(rows, self._options.rows_per_page)):
            yield Page(chunk, _as_lines(chunk), self._time(stat), self._label(path), number)
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


def _is_unfinished(path: Path) -> bool:
    return path.name.startswith((".", "~$")) or path.suffix.lower() in _UNFINISHED


def _is_same(before: stat_result, after: stat_result) -> bool:
    return (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)


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
