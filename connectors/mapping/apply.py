"""Applying a mapping to a page: canonical tables out of raw rows, and a word on each bad row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from operator import itemgetter

import pyarrow as pa
import pyarrow.compute as pc

from connectors.base import Page, RawRow
from connectors.mapping.casts import INSTANT
from connectors.mapping.contract import ContractField, contract_fields
from connectors.mapping.duplicates import newest_only
from connectors.mapping.extras import ext_column
from connectors.mapping.paths import is_among
from connectors.mapping.plans import FieldPlan, RecordPlan, StreamMapping
from connectors.mapping.rejects import WHOLE_ROW, Fault, Faults, FaultyRow, Reject, locate, said
from connectors.mapping.scores import add_shares
from talentloop.contracts import Record, arrow_schema
from talentloop.errors import ContractError

#: A required field that no row of a page this long has is a missing column, not so many bad rows.
_COLUMN_RULE_ROWS = 10

_MEND = "Correct the row in its file, or in the quarantine, and replay."
_FILL_IN = "Fill it in at the source, or in the quarantine, and replay."


@dataclass
class MappedPage:
    """Canonical records of a page.

    Attributes:
        tables: per entity, rows in the contract's Arrow schema, one per `source_id`.
        rejects: one for each field of each row that broke its contract.
        duplicates: per entity, rows dropped because an equal one was kept.
        superseded: per entity, rows dropped because another row of the same key was newer.
    """

    tables: dict[str, pa.Table] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    duplicates: dict[str, int] = field(default_factory=dict)
    superseded: dict[str, int] = field(default_factory=dict)


def apply_mapping(mapping: StreamMapping, page: Page, source: str) -> MappedPage:
    """Map the rows of a page to canonical records.

    Rows that break their contract become rejects; the others go on.

    Raises:
        ContractError: a field that the contract requires is in no row of the page.
    """
    batch = _Batch(mapping.name, page, source, range(len(page.rows)), page.rows)
    batch, rejects = _readable(batch, mapping.records[0].entity)
    mapped = MappedPage(rejects=rejects)
    pieces: dict[str, list[pa.Table]] = {}
    for plan in mapping.records:
        piece, rejects = _map_record(plan, _chosen(plan, batch))
        pieces.setdefault(plan.entity, []).append(piece)
        mapped.rejects.extend(rejects)
    for entity, tables in pieces.items():
        kept = newest_only(pa.concat_tables(tables))
        mapped.tables[entity] = kept.table
        mapped.duplicates[entity] = kept.duplicates
        mapped.superseded[entity] = kept.superseded
    return mapped


@dataclass(frozen=True)
class _Batch:
    """Rows of a page that a rule applies to, and their positions in the page."""

    stream: str
    page: Page
    source: str
    positions: Sequence[int]
    rows: Sequence[RawRow]

    def only(self, positions: Sequence[int]) -> _Batch:
        return replace(self, positions=positions, rows=[self.page.rows[p] for p in positions])

    def reject(self, entity: str, row: int, record_id: str | None, fault: Fault) -> Reject:
        position = self.positions[row]
        raw = self.page.rows[position]
        return Reject(
            entity,
            (record_id or f"row {self.page.first_row + position}")[:200],
            fault.field,
            fault.code,
            said(fault, row),
            fault.remedy,
            dict(raw) if isinstance(raw, Mapping) else {"value": raw},
            self.stream,
            locate(self.page, position),
        )


def _readable(batch: _Batch, entity: str) -> tuple[_Batch, list[Reject]]:
    """The batch without what is no row, and a word on each of these."""
    if set(map(type, batch.rows)) <= {dict}:
        return batch, []
    rejects, good = [], []
    for position, row in enumerate(batch.rows):
        if isinstance(row, Mapping) and not isinstance(row, FaultyRow):
            good.append(position)
            continue
        problem = getattr(row, "problem", "is not an object with named fields")
        fault = Fault(WHOLE_ROW, "unreadable_row", problem, _MEND, [position])
        rejects.append(batch.reject(entity, position, None, fault))
    return batch.only(good), rejects


def _chosen(plan: RecordPlan, batch: _Batch) -> _Batch:
    """The rows that are such records."""
    accepts = plan.accepts
    if accepts is None:
        return batch
    for path in plan.conditions:
        _expect(path, f"a condition of {plan.entity}", batch)
    pairs = zip(batch.positions, batch.rows, strict=True)
    return batch.only([position for position, row in pairs if accepts(row)])


def _expect(path: str, reader: str, batch: _Batch) -> None:
    """Refuse a page whose rows have all lost a field that cannot be done without."""
    rows = batch.rows
    if len(rows) < _COLUMN_RULE_ROWS or any(is_among(path, row) for row in rows):
        return
    names = ", ".join(sorted({str(name) for row in rows[:_COLUMN_RULE_ROWS] for name in row}))
    raise ContractError(
        f"The field {path!r}, read for {reader}, is in none of {len(rows)} rows",
        where=batch.page.where,
        remedy=f"Correct its name in the mapping; the rows have: {names}.",
    )


def _map_record(plan: RecordPlan, batch: _Batch) -> tuple[pa.Table, list[Reject]]:
    faults = Faults()
    columns = _columns(plan, batch, faults)
    table = pa.Table.from_arrays(list(columns.values()), schema=_loose_schema(plan.model))
    schema = contract_schema(plan.model)
    bad = faults.rows
    if not bad:
        return table.cast(schema), []
    ids = columns["source_id"]
    rejects = [
        batch.reject(plan.entity, row, ids[row].as_py(), fault)
        for row, fault in sorted(faults.first_per_field(), key=itemgetter(0))
    ]
    keep = pa.array([row not in bad for row in range(len(batch.rows))])
    return table.filter(keep).cast(schema), rejects


@lru_cache(maxsize=64)
def contract_schema(model: type[Record]) -> pa.Schema:
    """The contract's Arrow schema, made once."""
    return arrow_schema(model)


@lru_cache(maxsize=64)
def _loose_schema(model: type[Record]) -> pa.Schema:
    """The contract's schema while rows that break it are still in: every column nullable."""
    return pa.schema([column.with_nullable(True) for column in arrow_schema(model)])


def _columns(plan: RecordPlan, batch: _Batch, faults: Faults) -> dict[str, pa.Array]:
    """Every column of the contract, in its order; faults noted."""
    contract, rows = contract_fields(plan.model), batch.rows
    made = {
        name: _evaluated(field_plan, batch, faults) for name, field_plan in plan.columns.items()
    }
    made["source"] = pa.repeat(pa.scalar(batch.source), len(rows))
    made["source_id"] = _key(plan, batch, faults)
    made["source_updated_at"] = _updated_at(plan, batch, faults)
    made["ext"] = ext_column(plan.custom, rows)
    for name, column in contract.items():
        if name in made:
            made[name] = _defaulted(column, made[name])
        elif not column.is_required:
            made[name] = pa.repeat(pa.scalar(column.default, column.dtype), len(rows))
    computed = add_shares(made, faults)
    for name, column in contract.items():
        if name not in computed:
            _check(column, plan.columns.get(name), made[name], rows, faults)
    return {name: made[name] for name in contract}


def _defaulted(column: ContractField, array: pa.Array) -> pa.Array:
    if column.default is None or array.null_count == 0:
        return array
    return pc.fill_null(array, pa.scalar(column.default, column.dtype))


def _updated_at(plan: RecordPlan, batch: _Batch, faults: Faults) -> pa.Array:
    if plan.updated_at is None:
        return pa.repeat(pa.scalar(batch.page.observed_at, INSTANT), len(batch.rows))
    return _evaluated(plan.updated_at, batch, faults)


def _key(plan: RecordPlan, batch: _Batch, faults: Faults) -> pa.Array:
    parts = [_evaluated(part, batch, faults) for part in plan.keys]
    if len(parts) == 1:
        return parts[0]
    for part in parts:
        torn = pc.match_substring(part, "|")
        faults.add(
            "source_id", torn, "bad_key", "has the joint | inside one of its parts", _FILL_IN
        )
    return pc.binary_join_element_wise(*parts, "|")


def _evaluated(plan: FieldPlan, batch: _Batch, faults: Faults) -> pa.Array:
    """The column; an error where the source has stopped sending a required field at all."""
    array = plan.evaluate(batch.rows, faults)
    if plan.path and plan.is_required and array.null_count == len(array):
        _expect(plan.path, plan.contract.name, batch)
    return array


def _check(
    column: ContractField,
    plan: FieldPlan | None,
    array: pa.Array,
    rows: Sequence[RawRow],
    faults: Faults,
) -> None:
    """Note the rows whose value is missing or breaks one of the contract's rules."""
    if array.null_count and (not column.is_nullable or (plan is not None and plan.is_required)):
        origin = f"; it comes from {plan.path!r}" if plan and plan.path else ""
        problem = f"is required, and the row has no value{origin}"
        faults.add(column.name, array.is_null(), "missing", problem, _FILL_IN)
    for rule in column.checks:
        failures = rule.failures(array)
        if failures is not None:
            shown = plan.raw(rows) if plan is not None and not column.is_personal else ()
            faults.add(column.name, failures, rule.code, rule.problem, _FILL_IN, shown)
