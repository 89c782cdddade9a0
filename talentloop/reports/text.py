"""Cells as a person reads them, the same on pages, in tables and in exports.

Days and scores have one decimal, rates one with a percent sign, correlations two, counts a comma
per thousand; minus is U+2212; times are in the business time zone. A series is the figures of
consecutive months, separated by `;` and empty where there is none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from talentloop.codes import CodeLists, Lang, load_code_lists
from talentloop.reports.options import load_options
from talentloop.reports.privacy import Cell, Withheld
from talentloop.reports.spec import Column, Format
from talentloop.settings import Settings

NOTHING = "—"
#: Decimals of a number that is shown; a percentage's are those after its sign's two places.
DECIMALS: dict[Format, int] = {
    "integer": 0, "days": 1, "score": 1, "decimal": 2, "currency": 0, "percent": 1,
}  # fmt: skip


def rounded(value: float, decimals: int) -> float:
    """The value that is displayed: halves go away from zero, as people round."""
    scale = 10**decimals
    # A hair above the half: 1.005 is stored as 1.00499999999999989.
    return math.copysign(math.floor(abs(value) * scale + 0.5 + 1e-9) / scale, value)


def number(value: float, decimals: int) -> str:
    """A number with thousands commas and a true minus sign."""
    shown = rounded(value, decimals)
    sign = "−" if shown < 0 else ""
    return f"{sign}{abs(shown):,.{decimals}f}"


def signed(value: float, decimals: int) -> str:
    """A change, with its sign in front; no sign where it rounds to nothing."""
    return ("+" if rounded(value, decimals) > 0 else "") + number(value, decimals)


def percent(share: float, decimals: int = 1) -> str:
    """A share 0..1 as a percentage with its sign."""
    return number(100 * share, decimals) + "%"


def p_value(p: float | None) -> str:
    """A p-value; very small ones as a bound."""
    if p is None:
        return "—"
    return "<0.001" if p < 0.001 else number(p, 3)


@dataclass(frozen=True)
class CellText:
    """Turns cells into text in one language."""

    codes: CodeLists
    zone: ZoneInfo
    lang: Lang

    @classmethod
    def of(cls, settings: Settings, lang: Lang) -> CellText:
        """With this installation's code lists and time zone."""
        return cls(load_code_lists(settings), load_options(settings).zone, lang)

    def cell(self, value: Cell, column: Column) -> str:
        """The text of a cell of a column."""
        if isinstance(value, Withheld):
            return str(value)
        if column.codes is not None:
            return self.codes.label(column.codes, None if value is None else str(value), self.lang)
        if isinstance(value, date | datetime):
            return self.moment(value, column.format)
        if isinstance(value, int | float):
            return (
                self.change(value, column) if column.signed else self.figure(value, column.format)
            )
        if value is None:
            return column.absent.text(self.lang) if column.absent else NOTHING
        return self.series(value) if column.format == "series" else value

    def series(self, value: str) -> str:
        """The text of a series; a month without a figure has a dash."""
        return " · ".join(figure or NOTHING for figure in value.split(";"))

    def change(self, value: float, column: Column) -> str:
        """The text of a change: with its sign, and in points where shares are compared."""
        if column.format != "percent":
            return signed(value, DECIMALS[column.format])
        return signed(100 * value, 1) + (" 点" if self.lang == "zh" else " pt")

    def figure(self, value: float, form: Format) -> str:
        """The text of a number, or of a yes or no."""
        if isinstance(value, bool):
            return self.flag(value)
        if form == "percent":
            return percent(value)
        return number(value, DECIMALS[form]) if form in DECIMALS else str(value)

    def share(self, value: Cell) -> str:
        """The text of a share, of its bound, or a dash."""
        if isinstance(value, Withheld):
            return str(value)
        return percent(value) if isinstance(value, int | float) else NOTHING

    def flag(self, value: bool) -> str:
        """Yes or no."""
        words = ("否", "是") if self.lang == "zh" else ("no", "yes")
        return words[value]

    def moment(self, value: date | datetime, form: Format) -> str:
        """A month, a day, or a minute in the business time zone."""
        if isinstance(value, datetime):
            aware = value if value.tzinfo else value.replace(tzinfo=UTC)
            local = aware.astimezone(self.zone)
            return f"{local:%Y-%m-%d %H:%M}" if form == "time" else f"{local:%Y-%m-%d}"
        return f"{value:%Y-%m}" if form == "month" else f"{value:%Y-%m-%d}"
