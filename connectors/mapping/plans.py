"""Compiled rules: how one column of canonical records is made from the rows of a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from connectors.base import RawRow
from connectors.mapping.casts import PROBLEMS, Kind, to_kind
from connectors.mapping.cells import as_text, to_arrow
from connectors.mapping.contract import ContractField
from connectors.mapping.paths import Column
from connectors.mapping.rejects import Faults
from connectors.mapping.transforms import Bound
from talentloop.contracts import Record

_CORRECT = "Correct the value at the source, or in the quarantine, and replay."
_REMAP = "Add it to the mapping's values, or correct the record, and replay."


@dataclass(frozen=True)
class ValueMap:
    """Texts of the source and the canonical values they stand for, position by position."""

    keys: pa.Array
    outputs: pa.Array

    def apply(self, texts: pa.Array) -> tuple[pa.Array, pa.Array]:
        """The values, and a mask of the texts that the map does not know."""
        found = pc.index_in(texts, value_set=self.keys)
        return self.outputs.take(found), pc.and_(found.is_null(), texts.is_valid())


@dataclass(frozen=True)
class FieldPlan:
    """How one column is made.

    Attributes:
        path: the source field, the first where several are joined, or empty for a constant.
        column: takes the raw values from the rows; None for a constant.
        const: the value of a constant column.
        default: what stands where the source has no value, or one that the map does not know.
    """

    contract: ContractField
    path: str
    column: Column | None
    const: pa.Scalar | None
    steps: tuple[Bound, ...]
    lookup: ValueMap | None
    default: pa.Scalar | None
    has_default: bool
    is_required: bool
    more_paths: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Every source field that it reads; none for a constant."""
        return (self.path, *self.more_paths) if self.path else ()

    def raw(self, rows: Sequence[RawRow]) -> list[object]:
        """The source's own values."""
        if self.column is None:
            return [self.const.as_py() if self.const is not None else None] * len(rows)
        return self.column(rows)

    def evaluate(self, rows: Sequence[RawRow], faults: Faults) -> pa.Array:
        """The column in its contract's type; faults for the rows that cannot have it."""
        if self.column is None:
            return pa.repeat(self.const, len(rows))
        raw = self.column(rows)
        array, formless = to_arrow(raw)
        note = _Notes(self.contract, faults, raw)
        if formless is not None:
            note(formless, "not_a_value", "is an object or a list, not a single value")
        array = self._transformed(array, note)
        array = self._looked_up(array, note)
        array = note.cast(array, self.contract.kind)
        if self.has_default and self.default is not None and array.null_count:
            array = pc.fill_null(array, self.default)
        return array

    def _transformed(self, array: pa.Array, note: _Notes) -> pa.Array:
        for bound in self.steps:
            taken = note.cast(array, bound.transform.takes)
            array = bound.run(taken)
            if not bound.transform.may_blank:
                problem = bound.transform.problem
                note.lost(taken, array, f"bad_{bound.transform.name}", problem)
        return array

    def _looked_up(self, array: pa.Array, note: _Notes) -> pa.Array:
        if self.lookup is None:
            return array
        mapped, unknown = self.lookup.apply(as_text(array))
        if not self.has_default:
            note(unknown, "unknown_value", "has no entry in the mapping's values", _REMAP)
        return mapped


@dataclass(frozen=True)
class _Notes:
    """Notes faults of one column; shows raw values only where they are not personal."""

    contract: ContractField
    faults: Faults
    raw: Sequence[object]

    def __call__(self, mask: pa.Array, code: str, problem: str, remedy: str = _CORRECT) -> None:
        shown = () if self.contract.is_personal else self.raw
        self.faults.add(self.contract.name, mask, code, problem, remedy, shown)

    def lost(self, before: pa.Array, after: pa.Array, code: str, problem: str) -> None:
        """Note the rows that had a value before and have none now."""
        if before.null_count != after.null_count:
            self(pc.and_(before.is_valid(), after.is_null()), code, problem)

    def cast(self, array: pa.Array, kind: Kind) -> pa.Array:
        after = to_kind(array, kind)
        self.lost(array, after, f"not_{kind}", PROBLEMS[kind])
        return after


@dataclass(frozen=True)
class CustomPlan:
    """Which further source fields travel in `ext`."""

    accepts: Callable[[str], bool]


@dataclass(frozen=True)
class RecordPlan:
    """How one canonical record is made from a row.

    Attributes:
        columns: plans of the contract's columns that the mapping fills.
        keys: parts of the key; more than one are joined with `|`.
        accepts: whether a row is such a record; None for every row.
        conditions: source fields that `accepts` looks at.
    """

    entity: str
    model: type[Record]
    keys: tuple[FieldPlan, ...]
    updated_at: FieldPlan | None
    columns: dict[str, FieldPlan]
    accepts: Callable[[RawRow], bool] | None
    conditions: tuple[str, ...]
    custom: CustomPlan | None

    @property
    def plans(self) -> list[FieldPlan]:
        """All plans, key and time included."""
        time = [self.updated_at] if self.updated_at else []
        return [*self.keys, *time, *self.columns.values()]


@dataclass(frozen=True)
class StreamMapping:
    """What is made of one list or file."""

    name: str
    records: tuple[RecordPlan, ...]

    @property
    def entities(self) -> frozenset[str]:
        """Entities that come out of this stream."""
        return frozenset(record.entity for record in self.records)

    @property
    def paths(self) -> frozenset[str]:
        """Source fields that the mapping reads."""
        return frozenset(
            path
            for record in self.records
            for path in (*record.conditions, *(p for plan in record.plans for p in plan.paths))
        )
