"""Reading cells of a report's rows, and values of an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from talentloop.reports import ParameterError
from talentloop.reports.privacy import Cell, Row


def figure(row: Mapping[str, Cell] | None, name: str) -> float | None:
    """A number, or None when it is missing or withheld."""
    value = row.get(name) if row else None
    return float(value) if isinstance(value, int | float) else None


def count(row: Mapping[str, Cell] | None, name: str) -> int | None:
    """A whole number, or None when it is missing or withheld."""
    value = figure(row, name)
    return None if value is None else int(value)


def word(row: Mapping[str, Cell] | None, name: str) -> str | None:
    """A text or code, or None."""
    value = row.get(name) if row else None
    return value if isinstance(value, str) else None


def find(rows: Sequence[Row], name: str, value: Cell) -> Row | None:
    """The first row whose cell equals a value."""
    return next((row for row in rows if row[name] == value), None)


def month_of(text: str | None) -> date | None:
    """A month from an address, such as 2026-10.

    Raises:
        ParameterError: it is no month.
    """
    if not text:
        return None
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ParameterError(
            f"{text!r} is no month", where="month", remedy="Write it as YYYY-MM."
        ) from None
