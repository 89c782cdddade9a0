"""Withholding of cells that concern few people, in one place for pages, exports and the CLI.

A count below 5 is not shown. A rate with fewer than 5 events, or fewer than 5 non-events, is
shown as a bound only: with at most 4 refusals among 30, more than 86 % accepted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from talentloop.reports.spec import Column, Protect

LEAST = 5  # people; the smallest group whose figures are shown


@dataclass(frozen=True)
class Withheld:
    """A value that is not shown.

    Attributes:
        kind: `small` (fewer than 5), `above` or `below` (only a bound is known).
        bound: what the value lies strictly above or below: a share in whole percent, or a count.
        is_count: whether the bound is a count.
    """

    kind: Literal["small", "above", "below"]
    bound: float | None = None
    is_count: bool = False

    def __str__(self) -> str:
        """`<5`, or the bound: `>93%`, `<11%`, `>15`."""
        if self.bound is None:
            return f"<{LEAST}"
        shown = f"{self.bound:,.0f}" if self.is_count else f"{100 * self.bound:.0f}%"
        return (">" if self.kind == "above" else "<") + shown


Cell = str | int | float | bool | date | datetime | None | Withheld
Row = dict[str, Cell]


def rate(k: float, n: float, value: Cell) -> Cell:
    """A share `value` = k / n, a bound, withheld, or None where nothing was counted."""
    if n == 0:
        return None
    if n < LEAST:
        return Withheld("small")
    if n - k < LEAST:
        return Withheld("above", (math.ceil(100 * (n - LEAST + 1) / n) - 1) / 100)
    if k < LEAST:
        return Withheld("below", (math.floor(100 * (LEAST - 1) / n) + 1) / 100)
    return value


def few_withheld(value: float | None, n: int | None) -> Cell:
    """A frozen figure as leaders may see it: a count by itself, a share or a statistic by its n."""
    if value is None:
        return None
    if n is None:
        return Withheld("small") if 0 < value < LEAST else value
    if 0 <= value <= 1:
        return rate(value * n, n, value)
    return Withheld("small") if n < LEAST else value


def _number(row: Mapping[str, Cell], name: str | None) -> float:
    value = row.get(name or "")
    return float(value) if isinstance(value, int | float) else 0.0


def _protected(value: Cell, protect: Protect, row: Mapping[str, Cell]) -> Cell:
    n = _number(row, protect.n)
    if value is None:
        return None
    if protect.kind == "rate":
        return rate(_number(row, protect.k), n, value)
    if protect.kind == "count":
        n = float(value) if isinstance(value, int | float) else 0.0
        return Withheld("small") if 0 < n < LEAST else value
    if protect.kind == "statistic":
        return Withheld("small") if n < LEAST else value
    return _part(value, n)


def _part(value: Cell, n: float) -> Cell:
    part = float(value) if isinstance(value, int | float) else 0.0
    if n > 0 and (n < LEAST or part < LEAST):
        return Withheld("small")
    if n - part < LEAST and n > 0:
        return Withheld("above", n - LEAST, is_count=True)
    return value


def protect_row(row: Mapping[str, Cell], columns: Mapping[str, Column]) -> Row:
    """The row with the cells withheld that its columns protect."""
    return {
        name: _protected(row[name], column.protect, row) if column.protect else row[name]
        for name, column in columns.items()
    }
