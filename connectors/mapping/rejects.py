"""What is said about a row that breaks its contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connectors.base import Page, RawRow
from connectors.mapping.cells import text_of
from talentloop.logs import scrub

#: The field of a reject that concerns the row as a whole.
WHOLE_ROW = "(row)"


class FaultyRow(dict[str, Any]):
    """A row that its reader could not make sense of; it goes to quarantine as it is."""

    def __init__(self, values: Mapping[str, Any], problem: str) -> None:
        super().__init__(values)
        self.problem = problem


@dataclass(frozen=True)
class Reject:
    """One field of one row that broke its contract.

    Attributes:
        reason_code: stable name of the rule, for counting.
        reason: what is wrong; never carries a value of a personal field.
        location: file or address, and the number of the row.
        raw_row: the row as the source sent it. Personal: for the quarantine only.
    """

    entity: str
    record_id: str
    field: str
    reason_code: str
    reason: str
    remedy: str
    raw_row: RawRow
    stream: str = ""
    location: str = ""


@dataclass(frozen=True)
class Fault:
    """One rule broken in one column: `rows` are positions in the page."""

    field: str
    code: str
    problem: str
    remedy: str
    rows: Sequence[int]
    values: Sequence[object] = ()


@dataclass
class Faults:
    """All faults of one record rule on one page; the first for a row and field counts."""

    found: list[Fault] = field(default_factory=list)

    def add(
        self,
        name: str,
        mask: pa.Array,
        code: str,
        problem: str,
        remedy: str,
        values: Sequence[object] = (),
    ) -> None:
        """Add a broken rule; `values` are the column's raw values where they may be shown."""
        rows = pc.indices_nonzero(pc.fill_null(mask, False)).to_pylist()
        if rows:
            self.found.append(Fault(name, code, problem, remedy, rows, values))

    @property
    def rows(self) -> set[int]:
        """Positions of all rows with a fault."""
        return {row for fault in self.found for row in fault.rows}

    def first_per_field(self) -> Iterator[tuple[int, Fault]]:
        """Each row and fault to report."""
        seen: set[tuple[int, str]] = set()
        for fault in self.found:
            for row in fault.rows:
                if (row, fault.field) in seen:
                    continue
                seen.add((row, fault.field))
                yield row, fault


def said(fault: Fault, row: int) -> str:
    """The sentence about one row: the value where it may be shown, and what is wrong with it."""
    value = fault.values[row] if fault.values else None
    if fault.field == WHOLE_ROW:
        subject = "the row"
    elif value is None:
        subject = fault.field
    else:
        subject = f"{fault.field}: {scrub(text_of(value) or type(value).__name__)[:60]!r}"
    return f"{subject} {fault.problem}"


def locate(page: Page, row: int) -> str:
    """File or address and row number, as people count."""
    return f"{page.where}, row {page.first_row + row}"
