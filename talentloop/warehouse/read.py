"""Reading the published copy: read-only, hardened, always the version that the pointer names."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa

from talentloop.errors import PublishError
from talentloop.logs import get_logger
from talentloop.settings import Settings

POINTER = "current.json"

log = get_logger(__name__)
_lock = threading.Lock()
_open: dict[Path, duckdb.DuckDBPyConnection] = {}
_serving: dict[Path, dict[str, Any]] = {}


def connect_hardened(path: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection that can neither reach other files nor change its settings.

    Raises:
        PublishError: the file is missing or is not a published copy.
    """
    try:
        db = duckdb.connect(str(path), read_only=True, config={"threads": 2})
        db.execute("set global timezone = 'UTC'")  # global: cursors must inherit it
        db.execute("set enable_external_access = false")
        db.execute("set lock_configuration = true")
    except duckdb.Error as error:
        raise PublishError(
            f"A published copy cannot be opened: {str(error).splitlines()[0]}",
            where=str(path),
            remedy="Run `talentloop publish` again.",
        ) from None
    return db


class Published:
    """One published version, open for queries; use it as a context manager.

    Attributes:
        version: name of the version, such as v2026.11.01-1.
        as_of: instant up to which its sources were observed (UTC).
        published_at: when it was published (UTC).
    """

    def __init__(self, db: duckdb.DuckDBPyConnection, pointer: dict[str, Any]) -> None:
        self._db = db.cursor()
        self.version = str(pointer["version"])
        self.as_of = datetime.fromisoformat(pointer["as_of"])
        self.published_at = datetime.fromisoformat(pointer["published_at"])

    @property
    def is_simulated(self) -> bool:
        """Whether the data come from the simulated company."""
        row = self._db.execute("select is_simulated from meta_build").fetchone()
        return bool(row and row[0])

    def sql(self, query: str, params: Sequence[Any] | dict[str, Any] | None = None) -> pa.Table:
        """The result of a query as an Arrow table.

        Raises:
            duckdb.Error: the query is wrong.
        """
        return self._db.execute(query, params).to_arrow_table()

    def __enter__(self) -> Published:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()


def read_pointer(settings: Settings) -> dict[str, Any]:
    """What the pointer names now.

    Raises:
        PublishError: nothing has been published, or the pointer is damaged.
    """
    path = settings.published_dir / POINTER
    try:
        content = json.loads(path.read_text())
    except FileNotFoundError:
        raise PublishError(
            "Nothing has been published yet",
            where=str(settings.published_dir),
            remedy="Run the loop (`make demo`), or `talentloop build` and `talentloop publish`.",
        ) from None
    except (OSError, json.JSONDecodeError) as error:
        raise PublishError(
            f"The pointer to the published copy is damaged: {error}",
            where=str(path),
            remedy="Run `talentloop publish` again.",
        ) from None
    return dict(content)


def open_published(settings: Settings, version: str | None = None) -> Published:
    """Open the current published copy, or the named version.

    When the copy that the pointer names does not open, this process keeps the one it has.

    Raises:
        PublishError: nothing has been published, or the version is not there any more.
    """
    folder = settings.published_dir
    pointer = read_pointer(settings) if version is None else _pointer_of(settings, version)
    with _lock:
        try:
            db = _connection(folder / pointer["path"])
        except PublishError:
            previous = _serving.get(folder)
            if version is not None or previous is None or previous == pointer:
                raise
            log.error("published_copy_unreadable", version=pointer["version"])
            pointer = previous
            db = _connection(folder / pointer["path"])
        if version is None:
            _retire(folder, pointer)
        return Published(db, pointer)


def open_copy(path: Path) -> Published:
    """Open a published copy by its file; connections to files that have gone are dropped.

    Raises:
        PublishError: the file is missing, is no published copy, or does not describe itself.
    """
    with _lock:
        for gone in [p for p in _open if p.parent == path.parent and not p.exists()]:
            del _open[gone]
        db = _connection(path)
        return Published(db, _described(db, path))


def _pointer_of(settings: Settings, version: str) -> dict[str, Any]:
    path = settings.published_dir / f"marts-{version}.duckdb"
    with connect_hardened(path) as db:
        return _described(db, path)


def _described(db: duckdb.DuckDBPyConnection, path: Path) -> dict[str, Any]:
    """What a copy says about itself, in the form of a pointer."""
    row = db.execute(
        "select version, (select as_of from meta_build), published_at from meta_publication"
    ).fetchone()
    if row is None:
        raise PublishError("The version does not describe itself", where=str(path), remedy="")
    return {
        "version": row[0],
        "path": path.name,
        "as_of": row[1].isoformat(),
        "published_at": row[2].isoformat(),
    }


def _connection(path: Path) -> duckdb.DuckDBPyConnection:
    if path not in _open:
        _open[path] = connect_hardened(path)
    return _open[path]


def _retire(folder: Path, pointer: dict[str, Any]) -> None:
    """Remember what is served; connections to versions of this folder that are gone are dropped."""
    _serving[folder] = pointer
    for path in [p for p in _open if p.parent == folder and not p.exists()]:
        del _open[path]  # cursors handed out keep the old version alive until they close


def forget_cached(settings: Settings) -> None:
    """Let the next reader of this process open the published folder afresh."""
    with _lock:
        _serving.pop(settings.published_dir, None)
        for path in [p for p in _open if p.parent == settings.published_dir]:
            del _open[path]
