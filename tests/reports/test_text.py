"""Numbers, codes and times as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from talentloop.reports import Withheld, get_report
from talentloop.reports.spec import Column
from talentloop.reports.text import CellText, number, percent, rounded, signed
from talentloop.settings import Settings


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (27.75, 1, "27.8"),
        (2.25, 1, "2.3"),  # halves go away from zero, not to the even digit
        (-2.25, 1, "−2.3"),
        (1.005, 2, "1.01"),  # stored a hair below its half
        (-0.04, 1, "0.0"),  # no sign before a zero
        (1234567, 0, "1,234,567"),
        (99.95, 1, "100.0"),
    ],
)
def test_numbers_round_as_people_do(value: float, decimals: int, shown: str) -> None:
    assert number(value, decimals) == shown


def test_a_change_carries_its_sign() -> None:
    assert [signed(v, 1) for v in (3.14, -3.14, 0.01, 0.0)] == ["+3.1", "−3.1", "0.0", "0.0"]


def test_shares_are_percent() -> None:
    assert percent(0.914) == "91.4%"
    assert percent(0.2857, 0) == "29%"
    assert rounded(-0.05, 1) == -0.1


@pytest.fixture
def words(settings: Settings) -> CellText:
    return CellText.of(settings, "zh")


def _column(form: str, codes: str | None = None) -> Column:
    return Column.model_validate(
        {"zh": "列", "en": "c", "class": "aggregate", "format": form, "codes": codes}
    )


def test_cells_follow_their_format(words: CellText) -> None:
    moment = datetime(2026, 10, 31, 16, 30, tzinfo=UTC)
    assert words.cell(moment, _column("time")) == "2026-11-01 00:30"
    assert words.cell(moment.replace(tzinfo=None), _column("date")) == "2026-11-01"
    assert words.cell(date(2026, 10, 1), _column("month")) == "2026-10"
    assert words.cell(True, _column("flag")) == "是"
    assert words.cell("interview", _column("code", "stage")) == "复试"
    assert words.cell(None, _column("days")) == "—"
    assert words.cell(2026, _column("id")) == "2026"


def test_withheld_cells_say_how_much_is_known(words: CellText) -> None:
    column = get_report("monthly_hiring_efficiency").columns["join_rate"]
    assert words.cell(Withheld("small"), column) == "<5"
    assert words.cell(Withheld("above", 0.93), column) == ">93%"
    assert words.cell(Withheld("below", 0.11), column) == "<11%"
    assert words.cell(Withheld("above", 15, is_count=True), column) == ">15"


def test_a_series_shows_where_months_are_missing(words: CellText) -> None:
    assert words.cell("27.0;;27.2", _column("series")) == "27.0 · — · 27.2"
    assert words.cell(None, _column("series")) == "—"
