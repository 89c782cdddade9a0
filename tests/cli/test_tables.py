"""Tables fit the terminal, and lose nothing."""

from __future__ import annotations

from collections import Counter
from io import StringIO

import pytest
from rich.console import Console

from cli.tables import mark, print_table

NAMES = ["month_on", "time_to_hire_median_days", "offer_acceptance_rate"]
ROWS = [
    ["2026-09-01", "25.1", "86.0%"],
    ["2026-10-01", "9.0", "82.4%"],
    ["2026-11-01", "25.3", None],
]


def shown(columns: list[str], rows: list[list[object]], width: int | None) -> list[str]:
    out = StringIO()
    console = Console(file=out, width=width, force_terminal=width is not None, color_system=None)
    print_table(console, columns, rows)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_what_fits_is_a_table_with_figures_under_each_other() -> None:
    assert shown(NAMES, [*ROWS], 80) == [
        "month_on    time_to_hire_median_days  offer_acceptance_rate",
        "2026-09-01                      25.1                  86.0%",
        "2026-10-01                       9.0                  82.4%",
        "2026-11-01                      25.3",
    ]


def test_what_is_too_wide_stands_on_its_side_as_many_rows_as_fit() -> None:
    assert shown(NAMES, [*ROWS], 48) == [
        "month_on                  2026-09-01  2026-10-01",
        "time_to_hire_median_days  25.1        9.0",
        "offer_acceptance_rate     86.0%       82.4%",
        "",
        "month_on                  2026-11-01",
        "time_to_hire_median_days  25.3",
        "offer_acceptance_rate",
    ]


def test_long_words_are_folded_and_none_is_cut() -> None:
    key = "0123456789abcdef" * 4
    lines = shown(["person_key"], [[key]], 40)
    assert "".join(line[10:].strip() for line in lines) == key


ROW = [
    "2026-11-27 11:47",
    "successfactors",
    "delivered",
    "the opening is closed, and nobody was told",
]
HEADS = ["event", "source", "state", "reason"]


def test_words_stay_whole_where_a_table_can_be_narrower() -> None:
    assert shown(HEADS, [[*ROW]], 50) == [
        "event        source          state      reason",
        "2026-11-27   successfactors  delivered  the",
        "11:47                                   opening is",
        "                                        closed,",
        "                                        and nobody",
        "                                        was told",
    ]


@pytest.mark.parametrize("width", range(20, 100))
def test_nothing_is_lost_at_any_width(width: int) -> None:
    lines = shown(HEADS, [[*ROW], [*ROW]], width)
    blocks = sum(line.startswith("event") for line in lines)
    given = "".join([*HEADS * blocks, *ROW * 2])
    assert max(map(len, lines)) <= width
    assert Counter("".join("".join(lines).split())) == Counter(given.replace(" ", ""))


def test_a_table_without_rows_says_so() -> None:
    assert shown(["id", "state"], [], 40) == ["id  state", "none"]


def test_outside_a_terminal_no_line_is_broken() -> None:
    row = [f"value {number}" for number in range(60)]
    heads, line = shown([f"column_{number}" for number in range(60)], [[*row]], None)
    assert heads.split() == [f"column_{number}" for number in range(60)]
    assert all(value in line for value in row)


def test_brackets_in_data_are_data() -> None:
    assert shown(["skills"], [["[python] [/] [bold]"]], 40)[1] == "[python] [/] [bold]"
    assert shown(["", "what"], [[mark("ok"), "dbt"]], 40)[1] == "✓  dbt"
