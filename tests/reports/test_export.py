"""Files: the page's figures to the last digit, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from talentloop.reports import ReportResult, Withheld, run_report
from talentloop.reports.export import safe_text, table_texts, to_csv, to_json, to_xlsx
from talentloop.reports.text import CellText
from talentloop.settings import Settings

NOTES = [("Filters", "=HYPERLINK(1)"), ("Simulated", "yes")]


@pytest.fixture
def result(running: Settings) -> ReportResult:
    """Two rows of the funnel, one with a dangerous code and a withheld cell."""
    found = run_report(running, "funnel")
    first = {**found.rows[0], "stage_code": "=cmd|' /C calc'!A0", "n_open": Withheld("small")}
    second = {**found.rows[1], "pass_rate": 0.28545, "median_days": 2.25, "n_entered": 1234}
    return replace(found, rows=[first, second])


@pytest.fixture
def words(running: Settings) -> CellText:
    return CellText.of(running, "en")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "|x"])
def test_what_a_spreadsheet_would_run_is_quoted(text: str) -> None:
    assert safe_text(text) == "'" + text


def test_ordinary_texts_stay_as_they_are() -> None:
    assert [safe_text(t) for t in ("复试", "2–5", "−1.4", "a=b", "")] == [
        "复试", "2–5", "−1.4", "a=b", "",
    ]  # fmt: skip


def test_csv_has_the_displayed_figures_and_quoted_texts(
    result: ReportResult, words: CellText
) -> None:
    rows = list(csv.reader(io.StringIO(to_csv(result, words, NOTES))))
    assert rows[0] == ["# Filters", "'=HYPERLINK(1)"]
    head = rows[2]
    assert head[0] == "Stage"
    assert head[8] == "Pass rate (%)"
    dangerous, plain = dict(zip(head, rows[3], strict=True)), dict(zip(head, rows[4], strict=True))
    assert dangerous["Stage"] == "'=cmd|' /C calc'!A0"
    assert dangerous["Open"] == "<5"
    assert plain["Pass rate (%)"] == "28.5"
    assert plain["Median days"] == "2.3"
    assert plain["Entered"] == "1234"


def test_xlsx_says_what_it_is_and_holds_numbers(result: ReportResult, words: CellText) -> None:
    book = load_workbook(io.BytesIO(to_xlsx(result, words, NOTES, "About")))
    assert book.sheetnames == ["About", "Data"]
    assert [c.value for c in book["About"]["B"]] == ["'=HYPERLINK(1)", "yes"]
    sheet = book["Data"]
    row = {head.value: cell for head, cell in zip(sheet[1], sheet[3], strict=True)}
    assert row["Pass rate"].value == 0.285
    assert row["Pass rate"].number_format == "0.0%"
    assert row["Median days"].value == 2.3
    assert row["Entered"].value == 1234
    assert sheet["A2"].value == "'=cmd|' /C calc'!A0"
    assert {c.data_type for line in sheet.iter_rows() for c in line} <= {"s", "n"}


def test_json_tells_withheld_from_missing(result: ReportResult) -> None:
    content = json.loads(to_json(result))
    assert content["rows"][0]["n_open"] == {"withheld": "small", "bound": None}
    assert content["rows"][1]["pass_rate"] == 0.28545
    assert content["parameters"]["to"] == "2026-10-01"
    assert content["columns"][0] == {
        "name": "stage_code", "zh": "阶段", "en": "Stage", "format": "code", "class": "aggregate",
    }  # fmt: skip


def test_a_terminal_gets_texts(result: ReportResult, words: CellText) -> None:
    heads, rows = table_texts(result, words, limit=1)
    assert heads[:2] == ["Stage", "Entered"]
    assert len(rows) == 1
    assert rows[0][6] == "<5"
