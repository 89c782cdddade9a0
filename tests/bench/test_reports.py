"""The comparison of reports with pandas sees every figure that is off."""

from __future__ import annotations

from datetime import date

import pytest

from bench.reports import EXACT, allowed, differences

KEYS = ["month_on"]
MINE = [
    {"month_on": date(2026, 1, 1), "n": 10, "median_days": 4.5, "name": "研发", "gone": None},
    {"month_on": date(2026, 2, 1), "n": 8, "median_days": None, "name": "销售", "gone": None},
]


def test_equal_figures_differ_by_nothing_and_texts_are_no_figures() -> None:
    theirs = [
        {"month_on": date(2026, 2, 1), "n": 8.0, "median_days": float("nan"), "name": "x"},
        {"month_on": date(2026, 1, 1), "n": 10.0, "median_days": 4.5, "name": "y"},
    ]
    assert differences("r", MINE, theirs, KEYS) == {"n": 0, "median_days": 0}


def test_the_largest_difference_of_a_figure_counts_relative_to_it() -> None:
    theirs = [
        {"month_on": date(2026, 1, 1), "n": 10, "median_days": 9.0},
        {"month_on": date(2026, 2, 1), "n": 8, "median_days": None},
    ]
    assert differences("r", MINE, theirs, KEYS)["median_days"] == pytest.approx(0.5)
    assert allowed("median_days") == EXACT


def test_a_figure_or_a_row_that_one_side_lacks_is_never_let_through() -> None:
    without_figure = [
        {"month_on": date(2026, 1, 1), "n": 10, "median_days": None},
        {"month_on": date(2026, 2, 1), "n": 8, "median_days": None},
    ]
    assert differences("r", MINE, without_figure, KEYS)["median_days"] == float("inf")
    assert differences("r", MINE, without_figure[:1], KEYS)["(rows)"] == float("inf")
    assert differences("r", MINE[:1], without_figure, KEYS)["(rows)"] == float("inf")
