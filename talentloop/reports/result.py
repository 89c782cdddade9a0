"""What a report gives: typed columns, rows, and what a reader must know about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from talentloop.reports.parameters import Value
from talentloop.reports.privacy import Row
from talentloop.reports.spec import Column, ReportSpec


@dataclass(frozen=True)
class ReportMeta:
    """Where a result comes from.

    Attributes:
        version: published version that was read; empty for a report about operations.
        as_of: instant up to which its sources were observed, or now for operations (UTC).
        parameters: every parameter with the value that was used.
        registry_version: version of the metric registry that defines the numbers.
    """

    name: str
    spec: ReportSpec
    version: str
    as_of: datetime
    published_at: datetime
    is_simulated: bool
    parameters: dict[str, Value]
    registry_version: str
    generated_at: datetime


@dataclass(frozen=True)
class ReportResult:
    """One result: the same object feeds page, JSON, CSV and XLSX."""

    columns: dict[str, Column]
    rows: list[Row]
    meta: ReportMeta = field(repr=False)

    def one(self) -> Row | None:
        """The only row, or None."""
        return self.rows[0] if self.rows else None
