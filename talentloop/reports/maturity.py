"""Which figures of a row will still change; the same rule for tables and for comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import cast

from talentloop.reports.parameters import Value, shift
from talentloop.reports.privacy import Cell, Row
from talentloop.reports.spec import Column, ReportSpec, Role

#: Open cases may make up this share before a figure counts as provisional.
PROVISIONAL_SHARE = 0.01


def number(value: Cell) -> float | None:
    """A number, or None when it is missing or withheld."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def played_by(spec: ReportSpec, column: Column, role: Role) -> str | None:
    """The column that plays a role for the metric of another, or None."""
    found = (k for k, c in spec.columns.items() if c.role == role and c.metric == column.metric)
    return next(found, None)


def cases_of(spec: ReportSpec, column: Column) -> str | None:
    """The column that counts the cases of another: by its role, else the one that protects it."""
    guard = column.protect.n if column.protect else None
    return played_by(spec, column, "n") or guard


def value_columns(spec: ReportSpec) -> list[str]:
    """The columns that hold figures: neither their ends and counts nor attributes."""
    return [
        key
        for key, column in spec.columns.items()
        if column.is_number and column.metric is not None and column.role == "value"
    ]


def last_month_of(values: Mapping[str, Value]) -> date | None:
    """The last month of a report's period, or None where it has none."""
    return cast("date | None", values.get("month") or values.get("to"))


def is_provisional(
    spec: ReportSpec, row: Row, column: str, month: date | None, today: date
) -> bool:
    """Whether a figure will still change: its month runs, its row says so, or cases are open."""
    flags = [name for name, c in spec.columns.items() if c.role == "provisional"]
    if any(row[name] for name in flags):
        return True
    if spec.view == "flow" and month is not None and shift(month, 1) - timedelta(days=1) >= today:
        return True
    waiting = played_by(spec, spec.columns[column], "n_open")
    counted = cases_of(spec, spec.columns[column])
    n_open = (number(row[waiting]) if waiting else None) or 0.0
    n = (number(row[counted]) if counted else None) or 0.0
    return n_open > PROVISIONAL_SHARE * (n_open + n)
