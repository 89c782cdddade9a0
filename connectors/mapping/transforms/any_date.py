"""Reading dates in mixed forms without guessing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june",
            "jul july", "aug august", "sep sept september", "oct october", "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip

_MIDNIGHT = r"(?:[T ]00:00(?::00(?:\.0+)?)?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?{_MIDNIGHT}")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}|\d{{2}}){_MIDNIGHT}")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_EXCEL = re.compile(r"(\d{5})(?:\.0+)?")
_DAY_NAME = re.compile(r"(\d{1,2})[-/. ]*([A-Za-z]{3,9})\.?,?[-/. ]*(\d{4}|\d{2})")
_NAME_DAY = re.compile(r"([A-Za-z]{3,9})\.?[- ]*(\d{1,2}),?[- ]+(\d{4}|\d{2})")

#: Day 0 of Excel's calendar as it counts since 1 March 1900 (it believes in 29 February 1900).
_EXCEL_EPOCH = date(1899, 12, 30)
#: 1 October 1954 to 12 January 2119: other numbers are more likely to be something else.
_EXCEL_RANGE = range(20_000, 80_000)


def any_date_reader(order: str = "", pivot: int = -1) -> Callable[[object], date | None]:
    """A function that reads one text, and returns None where it would have to guess.

    Args:
        order: `dmy` or `mdy` where day and month stand before the year; empty refuses such
            dates unless only one reading is possible.
        pivot: two-digit years below it are 20yy, others 19yy; negative refuses them.

    Raises:
        ValueError: the order or the pivot is not one of these.
    """
    if order not in ("", "dmy", "mdy"):
        raise ValueError("the order is dmy or mdy")
    if pivot > 100:
        raise ValueError("the pivot is a two-digit year, 0 to 100")

    def read(text: object) -> date | None:
        if text is None:
            return None
        parts = _parts(str(text).strip(), order)
        if isinstance(parts, date) or parts is None:
            return parts
        year, month, day = parts
        return _date(_full_year(year, pivot), month, day)

    return read


def _parts(text: str, order: str) -> date | tuple[str, int, int] | None:
    """Year as written, month, day; or the date itself where it was a day number."""
    if found := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        return found[1], int(found[2]), int(found[3])
    if found := _YEAR_LAST.fullmatch(text):
        return _year_last(int(found[1]), int(found[2]), found[3], order)
    if found := _DAY_NAME.fullmatch(text):
        return _named(found[3], found[2], found[1])
    if found := _NAME_DAY.fullmatch(text):
        return _named(found[3], found[1], found[2])
    if (found := _EXCEL.fullmatch(text)) and int(found[1]) in _EXCEL_RANGE:
        return _EXCEL_EPOCH + timedelta(days=int(found[1]))
    return None


def _named(year: str, month: str, day: str) -> tuple[str, int, int] | None:
    number = _MONTHS.get(month.lower())
    return (year, number, int(day)) if number else None


def _year_last(first: int, second: int, year: str, order: str) -> tuple[str, int, int] | None:
    if order == "dmy":
        return year, second, first
    if order == "mdy":
        return year, first, second
    if first == second or first > 12:
        return year, second, first
    if second > 12:
        return year, first, second
    return None  # 05.01.2023 has two readings


def _full_year(year: str, pivot: int) -> int | None:
    if len(year) == 4:
        return int(year)
    if pivot < 0:
        return None
    return int(year) + (2000 if int(year) < pivot else 1900)


def _date(year: int | None, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year is not None else None
    except ValueError:
        return None
