"""What every reader of a file gives: column names and rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.mapping.rejects import FaultyRow
from talentloop.errors import SourceError

Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """An opened file.

    Attributes:
        columns: names of its columns; None where rows need not all have the same.
        rows: its rows; one that makes no sense is a `FaultyRow`.
        first_row: number of the first of them, as people count; blank rows are not counted.
    """

    columns: Sequence[str] | None
    rows: Iterator[Row]
    first_row: int = 1


def unreadable(path: Path, problem: str, remedy: str, row: int | None = None) -> SourceError:
    """The error for a file that cannot be read as a whole."""
    return SourceError(
        f"A file cannot be read: {problem}",
        where=path.name if row is None else f"{path.name}, row {row}",
        remedy=remedy,
    )


def column_names(cells: Sequence[str | None]) -> list[str]:
    """Names from a header row: blank ones become column_N, repeated ones name#2, name#3."""
    names: list[str] = []
    for position, cell in enumerate(cells, start=1):
        name = (cell or "").strip()
        wanted = name or f"column_{position}"
        number = 1
        while wanted in names:
            number += 1
            wanted = f"{name}#{number}"
        names.append(wanted)
    return names


def as_row(names: Sequence[str], cells: Sequence[Any], *, exact: bool) -> Row:
    """A row of cells by name.

    Args:
        exact: a row of another length is faulty; spreadsheets pad and cut rows, so for them
            only cells beyond the last column count.
    """
    row = dict(zip(names, cells, strict=False))
    surplus = [cell for cell in cells[len(names) :] if cell not in (None, "")]
    if surplus or (exact and len(cells) != len(names)):
        extra = {f"column_{len(names) + i}": cell for i, cell in enumerate(cells[len(names) :], 1)}
        return FaultyRow({**row, **extra}, f"has {len(cells)} cells, the header has {len(names)}")
    return row
