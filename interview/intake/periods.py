"""Periods of time as résumés write them, and how long they are together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from interview.intake.document import fold

_YEAR = r"(?:19|20)\d{2}"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMES = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_NUMBER = r"(?:1[0-2]|0?[1-9])(?!\d)"


def _point(tag: str) -> str:
    """A month, or a year alone: 2018年7月, 2018.07(.01), July 2018, 07/2018, 2018."""
    return (
        rf"(?:(?P<name{tag}>{_NAMES})\.?,?\s*(?P<year_n{tag}>{_YEAR})"
        rf"|(?<!\d)(?P<month_m{tag}>{_NUMBER})[/.](?P<year_m{tag}>{_YEAR})"
        rf"|(?<!\d)(?P<year_y{tag}>{_YEAR})(?:\s*[年./-]\s*(?P<month_y{tag}>{_NUMBER})"
        rf"(?:\s*月)?(?:[./-]?\d{{1,2}}(?!\d)日?)?|\s*年)?)(?!\d)"
    )


_RANGE = re.compile(
    rf"{_point('_a')}\s*(?:-{{1,3}}|–|—{{1,2}}|~|至|到|\bto\b|\buntil\b|\btill\b)\s*"
    rf"(?:{_point('_b')}|(?P<open>至今|今|现在|目前|present|now|current|today|ongoing))"
)


@dataclass(frozen=True)
class Period:
    """A stretch of time between months, counted as year × 12 + month − 1; both ends belong to it.

    Where only years are written it lies somewhere between the narrowest and the widest reading.

    Attributes:
        narrow: first and last month at the narrowest.
        wide: first and last month at the widest.
        start, end: where it stands in the text.
    """

    narrow: tuple[int, int]
    wide: tuple[int, int]
    is_open: bool
    start: int
    end: int


def month_of(day: date) -> int:
    """The number of a day's month."""
    return day.year * 12 + day.month - 1


def periods(text: str, as_of: date) -> Iterator[Period]:
    """Periods in a text, in their order; 至今 and "present" last until `as_of`.

    A period that starts after that day or ends before it starts is none. One that ends later is
    kept whole, since for studies it tells that they are not finished.
    """
    for found in _RANGE.finditer(fold(text)):
        first = _months(found, "_a")
        last = (month_of(as_of),) * 2 if found["open"] else _months(found, "_b")
        wide = (first[0], last[1])
        narrow = (first[1], last[0])
        if wide[0] <= month_of(as_of) and wide[0] <= wide[1]:
            yield Period(narrow, wide, bool(found["open"]), found.start(), found.end())


def _months(found: re.Match[str], tag: str) -> tuple[int, int]:
    """The earliest and the latest month that a point may mean."""
    if found[f"name{tag}"]:
        year, month = found[f"year_n{tag}"], _MONTHS.index(found[f"name{tag}"][:3]) + 1
    elif found[f"year_m{tag}"]:
        year, month = found[f"year_m{tag}"], int(found[f"month_m{tag}"])
    elif found[f"month_y{tag}"]:
        year, month = found[f"year_y{tag}"], int(found[f"month_y{tag}"])
    else:
        year = int(found[f"year_y{tag}"])
        return year * 12, year * 12 + 11
    return (int(year) * 12 + month - 1,) * 2


def months_together(spans: Iterable[tuple[int, int]], until: int) -> int:
    """Months that at least one span covers, up to and with `until`; overlaps count once.

    July 2018 to June 2021 are 36; with January to December 2020 beside it they stay 36.
    """
    covered, reached = 0, -1
    for first, last in sorted(spans):
        begins, ends = max(first, reached + 1), min(last, until)
        if ends >= begins:
            covered += ends - begins + 1
            reached = ends
    return covered
