"""Closing quarantine entries whose record has since come in good."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping import MappedPage
from talentloop.ops import quarantine
from talentloop.settings import Settings

_NOTE = "The source has since sent the record in a form that was accepted."


@dataclass
class OpenRows:
    """The open quarantine entries of a stream, and which of their records came in good."""

    by_record: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    accepted: set[tuple[str, str]] = field(default_factory=set)
    rejected: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def of(cls, settings: Settings, source: str, stream: str) -> OpenRows:
        found = cls()
        for row in quarantine.listed(settings, source=source):
            if row.stream == stream:
                found.by_record.setdefault((row.entity, row.record_id), []).append(row.id)
        return found

    def look_at(self, mapped: MappedPage) -> None:
        """Note which of the open records are in the page, good or bad."""
        if not self.by_record:
            return
        self.rejected.update((r.entity, r.record_id) for r in mapped.rejects)
        for entity, table in mapped.tables.items():
            ids = pa.array(
                [record for kind, record in self.by_record if kind == entity], pa.string()
            )
            good = pc.is_in(table["source_id"], value_set=ids)
            found: Iterable[str] = table["source_id"].filter(good).to_pylist()
            self.accepted.update((entity, record) for record in found)

    def settle(self, settings: Settings) -> None:
        """Dismiss the entries of records that came in good, and not also broken again."""
        for record in self.accepted - self.rejected:
            for row_id in self.by_record[record]:
                quarantine.settle(settings, row_id, "dismissed", _NOTE)
