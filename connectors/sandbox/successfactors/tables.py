"""What the tenant shows now: one table per entity set, with what was written into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from connectors.sandbox.kit.company import CompanyView
from connectors.sandbox.kit.written import Written
from connectors.sandbox.successfactors.resumes import with_resumes
from connectors.sandbox.successfactors.schema import EntitySet, WireField
from connectors.sandbox.successfactors.slices import slices
from connectors.sandbox.successfactors.wire import Row, wire_column, wire_rows

_UNTIMED = -(2**62)


@dataclass
class TenantTable:
    """The records of one entity set at one instant.

    Attributes:
        position: record key → row number.
        modified_ms: when each record was last changed, by the company or by a write.
        today: the day that effective-dated rows are shown for, unless a query says otherwise.
    """

    entity_set: EntitySet
    rows: pa.Table
    written: Written
    position: Mapping[str, int]
    modified_ms: npt.NDArray[np.int64]
    today: date

    @classmethod
    def of(
        cls, entity_set: EntitySet, company: CompanyView, at: datetime, written: Written
    ) -> TenantTable:
        """The table as of `at`."""
        rows = company.visible(entity_set.entity, at)
        rows = (slices(rows, company, at) if entity_set.effective_dated else rows).combine_chunks()
        if entity_set.name == "Attachment":
            rows = with_resumes(rows)
        position = {key: row for row, key in enumerate(rows["source_id"].to_pylist())}
        micros = pc.cast(rows["source_updated_at"], pa.int64()).to_numpy()
        table = cls(entity_set, rows, written, position, micros // 1000, at.date())
        for key, changed_ms in written.changes(entity_set.name).items():
            table.touch(key, changed_ms)
        return table

    def touch(self, key: str, changed_ms: int) -> None:
        """Note that a record was changed."""
        row = self.position.get(key)
        if row is not None:
            self.modified_ms[row] = max(int(self.modified_ms[row]), changed_ms)

    def values(self, name: str) -> npt.NDArray[np.generic]:
        """A property of all rows, to filter by: times as milliseconds, whole numbers as such.

        Raises:
            KeyError: the set has no such property.
        """
        field = self.entity_set.fields[name]
        if name == self.entity_set.cursor:
            return self.modified_ms
        if field.edm_type in ("Date", "DateTime", "DateTimeOffset") and field.column in self._names:
            return self._milliseconds(field)
        wire = wire_column(self.rows, field) if field.column else self._written_column(name)
        if field.edm_type in ("Int64", "Int32"):
            wire = [None if value is None else int(str(value)) for value in wire]
        column = np.empty(len(wire), dtype=object)
        column[:] = wire
        return column

    @property
    def _names(self) -> Sequence[str]:
        return list(self.rows.schema.names)

    def _milliseconds(self, field: WireField) -> npt.NDArray[np.int64]:
        instants = pc.cast(self.rows[field.column], pa.timestamp("ms"), safe=False)
        filled = pc.fill_null(pc.cast(instants, pa.int64()), _UNTIMED)
        return np.asarray(filled.to_numpy(), dtype=np.int64)

    def _written_column(self, name: str) -> list[object]:
        found = (self.written.values(self.entity_set.name, key) for key in self.position)
        return [values.get(name) for values in found]

    def page(
        self,
        rows: npt.NDArray[np.int64],
        select: Sequence[str],
        expand: Sequence[str],
        base: str,
    ) -> list[Row]:
        """Some rows on the wire."""
        part = self.rows.take(pa.array(rows))
        records = wire_rows(part, self.entity_set, select, expand, base)
        cursor = self.entity_set.cursor
        shows_cursor = cursor in select
        offset = "+0000" if self.entity_set.fields[cursor].edm_type == "DateTimeOffset" else ""
        writable = [name for name in select if self._is_writable(name)]
        for record, key, row in zip(records, part["source_id"].to_pylist(), rows, strict=True):
            if shows_cursor:
                record[cursor] = f"/Date({self.modified_ms[row]}{offset})/"
            if writable:
                values = self.written.values(self.entity_set.name, key)
                record.update((name, values.get(name)) for name in writable)
        return records

    def _is_writable(self, name: str) -> bool:
        field = self.entity_set.fields.get(name)
        return field is not None and field.is_writable
