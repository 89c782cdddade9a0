"""Values that were written into the tenant from outside, kept in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_TABLE = """
create table if not exists written (
    entity_set text not null, record_key text not null, field text not null,
    value text not null, changed_ms integer not null, changed_by text not null,
    primary key (entity_set, record_key, field)
)
"""
_PUT = """
insert into written values (?, ?, ?, ?, ?, ?)
on conflict do update set value = excluded.value, changed_ms = excluded.changed_ms,
    changed_by = excluded.changed_by
"""


class Written:
    """Field values by collection and record key; read from memory, written through to disk.

    Attributes:
        effects: (collection, key, fields) → how often a write really changed or made something
            since the start. Sending the same values again is no effect.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, check_same_thread=False)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute(_TABLE)
        self._db.commit()
        self._values: dict[str, dict[str, dict[str, Any]]] = {}
        self._changed: dict[str, dict[str, int]] = {}
        self.effects: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
        query = "select entity_set, record_key, field, value, changed_ms from written"
        for collection, key, field, value, changed_ms in self._db.execute(query):
            self._remember(collection, key, {field: json.loads(value)}, changed_ms)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def values(self, collection: str, key: str) -> Mapping[str, Any]:
        """Fields written for one record."""
        return self._values.get(collection, {}).get(key, {})

    def records(self, collection: str) -> Mapping[str, Mapping[str, Any]]:
        """All that was written into a collection, by record key."""
        return self._values.get(collection, {})

    def changes(self, collection: str) -> Mapping[str, int]:
        """Record key → when it was last written (milliseconds since 1970)."""
        return self._changed.get(collection, {})

    def put(
        self, collection: str, key: str, fields: Mapping[str, Any], changed_ms: int, changed_by: str
    ) -> bool:
        """Keep values; returns whether any of them differs from what was there.

        Args:
            changed_by: `api` for what came over the interface; else the person's name.
        """
        known = self.values(collection, key)
        new = {name: value for name, value in fields.items() if known.get(name) != value}
        if not new:
            return False
        rows = [
            (collection, key, name, json.dumps(value), changed_ms, changed_by)
            for name, value in new.items()
        ]
        with self._db:
            self._db.executemany(_PUT, rows)
        self._remember(collection, key, new, changed_ms)
        if changed_by == "api":
            self.effects[collection, key, tuple(sorted(fields))] += 1
        return True

    def _remember(
        self, collection: str, key: str, fields: Mapping[str, Any], changed_ms: int
    ) -> None:
        self._values.setdefault(collection, {}).setdefault(key, {}).update(fields)
        changed = self._changed.setdefault(collection, {})
        changed[key] = max(changed.get(key, 0), changed_ms)
