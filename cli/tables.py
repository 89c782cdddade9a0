"""Tables in a terminal: what is too wide for it stands on its side, and nothing is cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

#: What stands right-aligned: figures, with what the reports put around them, and nothing.
_FIGURE = re.compile(r"([<>≥≤±+−-]*\d[\d,]*(\.\d+)?%?|—|)")
#: What no line breaks within: Chinese breaks anywhere.
_WORD = re.compile(r"[^\s\u2e80-\uffef]+")
_GAP = 2  # between columns, as rich leaves it


def mark(state: str) -> Text:
    """The sign in front of a line: `ok`, `missing`, or `optional`, which is missing and may be."""
    sign, colour = {"ok": ("✓", "green"), "missing": ("✗", "red"), "optional": ("○", "yellow")}[
        state
    ]
    return Text(sign, style=colour)


def print_table(console: Console, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Rows as a table.

    Where words would have to be broken to fit the terminal, there is a line for each column
    instead, with as many rows beside each other as fit. Outside a terminal lines are as long as
    they need to be.
    """
    cells = [[_cell(value) for value in row] for row in rows]
    texts = [[column, *(row[n].plain for row in cells)] for n, column in enumerate(columns)]
    gaps = _GAP * max(len(columns) - 1, 0)
    widths = [max(map(_longest_line, column)) for column in texts]
    least = [max(map(_longest_word, column)) for column in texts]
    if not console.is_terminal:
        whole = Console(file=console.file, width=max(sum(widths) + gaps, 1), highlight=False)
        whole.print(_upright(columns, cells, widths))
    elif cells and sum(least) + gaps > console.width:
        for side in _on_their_side(columns, cells, console.width):
            console.print(side)
    else:
        console.print(_upright(columns, cells, _narrowed(widths, least, console.width - gaps)))
    if not cells:
        console.print("none", style="dim")


def _narrowed(widths: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Widths that fit: the widest columns give way, none below its longest word.

    rich would take what it needs from the widest alone, and cut off what is over at the edge.
    """
    found = list(widths)
    while sum(found) > room:
        wide = [(width, n) for n, width in enumerate(found) if width > least[n]]
        if not wide:
            break
        found[max(wide)[1]] -= 1
    return found


def _cell(value: Any) -> Text:
    if isinstance(value, Text):
        return value
    return Text("" if value is None else str(value))


def _upright(
    columns: Sequence[str], cells: Sequence[Sequence[Text]], widths: Sequence[int]
) -> Table:
    table = Table(box=None, pad_edge=False)
    for number, column in enumerate(columns):
        texts = [row[number].plain for row in cells]
        is_figure = bool(texts) and all(map(_FIGURE.fullmatch, texts))
        table.add_column(
            column,
            overflow="fold",
            justify="right" if is_figure else "left",
            width=widths[number],
        )
    for row in cells:
        table.add_row(*row)
    return table


def _longest_line(text: str) -> int:
    return max(map(cell_len, text.splitlines()), default=0)


def _longest_word(text: str) -> int:
    return max(map(len, _WORD.findall(text)), default=0)


def _on_their_side(
    columns: Sequence[str], cells: Sequence[Sequence[Text]], width: int
) -> Iterator[Table]:
    room = width - max(map(cell_len, columns))
    start = 0
    while start < len(cells):
        end, used = start, 0
        while end < len(cells):
            used += _GAP + max(cell.cell_len for cell in cells[end])
            if used > room and end > start:
                break
            end += 1
        yield _block(columns, cells[start:end], is_last=end == len(cells))
        start = end


def _block(columns: Sequence[str], cells: Sequence[Sequence[Text]], *, is_last: bool) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    for _ in cells:
        table.add_column(overflow="fold")
    for number, column in enumerate(columns):
        table.add_row(column, *(row[number] for row in cells))
    if not is_last:
        table.add_row()
    return table
