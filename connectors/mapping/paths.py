"""Paths into a source row: `field`, `a.b`, `a[0].b`."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from operator import itemgetter

from connectors.base import RawRow

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_PATH = re.compile(r"[^.\[\]]+(?:\[\d+\])*(?:\.[^.\[\]]+(?:\[\d+\])*)*")

Column = Callable[[Sequence[RawRow]], list[object]]


def parse(path: str) -> list[str | int]:
    """The steps of a path: names and list positions.

    What is no path, such as the header `Salary [CNY]` or `No.`, is a field's plain name.
    """
    if not _PATH.fullmatch(path):
        return [path]
    return [name or int(index) for name, index in _STEP.findall(path)]


def top_level(path: str) -> str:
    """The field of the row that a path starts from."""
    return str(parse(path)[0])


def is_among(path: str, names: Container[str]) -> bool:
    """Whether a row with fields of these names has what the path starts from."""
    return path in names or top_level(path) in names


def column(path: str) -> Column:
    """A function that takes one value from each row; None where the path leads nowhere.

    A field whose own name is the whole text, dots and all, wins over the path.
    """
    steps = parse(path)
    if len(steps) == 1:
        return lambda rows: _plain(rows, path)

    def walk(rows: Sequence[RawRow]) -> list[object]:
        if rows and path in rows[0]:
            return _plain(rows, path)
        values = _plain(rows, str(steps[0]))
        for step in steps[1:]:
            values = _item(values, step) if isinstance(step, int) else _member(values, step)
        return values

    return walk


def joined(columns: Sequence[Column], separator: str) -> Column:
    """A function that joins the texts of several columns; values that are missing leave no gap."""

    def join(rows: Sequence[RawRow]) -> list[object]:
        parts = zip(*(take(rows) for take in columns), strict=True)
        texts = ([str(v).strip() for v in row if v is not None and str(v).strip()] for row in parts)
        return [separator.join(found) if found else None for found in texts]

    return join


def _plain(rows: Sequence[RawRow], name: str) -> list[object]:
    try:
        return list(map(itemgetter(name), rows))  # twice as fast as a loop over .get
    except KeyError:
        return [row.get(name) for row in rows]


def _member(values: Sequence[object], name: str) -> list[object]:
    return [value.get(name) if isinstance(value, dict) else None for value in values]


def _item(values: Sequence[object], at: int) -> list[object]:
    return [value[at] if isinstance(value, list) and at < len(value) else None for value in values]
