"""Keeping books of what a source answered, beside the pipeline that lands it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256

import pyarrow as pa
import pyarrow.compute as pc

from connectors.base import Page
from connectors.mapping import MappedPage
from connectors.mapping.contract import contract_fields
from connectors.mapping.duplicates import newest_only
from talentloop.contracts import ENTITIES
from talentloop.landing import hash_rows

_KEYS = ["source_id", "source_updated_at", "payload_hash"]


@dataclass(frozen=True)
class Book:
    """What one side holds of one entity: its newest version of each record.

    Attributes:
        records: how many.
        checksum: over ids and contents, whatever their order; 32 hex characters.
        sums: numeric field → (values that are there, their sum rounded to 6 places).
    """

    records: int
    checksum: str
    sums: dict[str, tuple[int, float]]


@dataclass
class Witness:
    """Sees every page of a full read as it was answered and mapped."""

    rows: Counter[str] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)
    rejected: dict[str, set[str]] = field(default_factory=dict)
    _seen: dict[str, list[pa.Table]] = field(default_factory=dict)

    def see(self, stream: str, page: Page, mapped: MappedPage) -> None:
        """Take a page in."""
        self.rows[stream] += len(page.rows)
        self.pages[stream] += 1
        for reject in mapped.rejects:
            self.rejected.setdefault(reject.entity, set()).add(reject.record_id)
        for entity, table in mapped.tables.items():
            kept = self._seen.setdefault(entity, [])
            if table.num_rows:
                kept.append(reduced(entity, table))

    def entities(self) -> list[str]:
        """Entities that the source answered anything for."""
        return sorted({*self._seen, *self.rejected})

    def ids(self, entity: str) -> set[str]:
        """Ids of the good records."""
        return {i for table in self._seen.get(entity, []) for i in table["source_id"].to_pylist()}

    def book(self, entity: str) -> Book:
        """What the source answered of an entity."""
        tables = self._seen.get(entity, [])
        if not tables:
            return Book(0, balance([]), {})
        return book_of(newest_only(pa.concat_tables(tables)).table)


def numeric_fields(entity: str) -> list[str]:
    """The fields of an entity that can be added up."""
    contract = contract_fields(ENTITIES[entity])
    return [name for name, column in contract.items() if column.kind in ("int", "float")]


def reduced(entity: str, rows: pa.Table) -> pa.Table:
    """Of each record its key, time, the hash of what it says, and its numbers."""
    if "payload_hash" not in rows.column_names:
        rows = rows.append_column("payload_hash", hash_rows(rows))
    return rows.select([*_KEYS, *numeric_fields(entity)])


def book_of(rows: pa.Table) -> Book:
    """The books over reduced rows, one for each record."""
    sums = {}
    for name in rows.column_names[len(_KEYS) :]:
        column = rows[name]
        there = len(column) - column.null_count
        total = pc.sum(column).as_py() if there else 0
        sums[name] = (there, round(float(total), 6))
    pairs = zip(rows["source_id"].to_pylist(), rows["payload_hash"].to_pylist(), strict=True)
    return Book(rows.num_rows, balance([f"{i}|{h}" for i, h in pairs]), sums)


def balance(items: list[str]) -> str:
    """A checksum of a set of texts that does not depend on their order."""
    total = 0
    for item in items:
        total = (total + int.from_bytes(sha256(item.encode()).digest()[:16], "big")) % 2**128
    return f"{total:032x}"
