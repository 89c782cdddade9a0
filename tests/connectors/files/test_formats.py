"""XLSX, Parquet and XES files."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.files import FileSource
from connectors.mapping import FaultyRow
from talentloop.errors import SourceError

OpenSource = Callable[..., FileSource]


def read(source: FileSource) -> list[dict[str, Any]]:
    with closing(source):
        return [row for page in source.read("people", None) for row in page.rows]


def workbook(path: Path, *rows: list[Any], sheet: str | None = None) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    if sheet:
        page = book.create_sheet(sheet)
    for row in rows:
        page.append(row)
    book.save(path)


def test_cells_of_a_workbook_become_the_texts_that_were_typed(
    open_source: OpenSource, folder: Path
) -> None:
    cells = [42, "007", 1.5, True, date(2023, 1, 5), datetime(2023, 1, 5, 9, 30), None]  # noqa: DTZ001 - a cell has no zone
    names = ["id", "name", "rate", "flag", "day", "moment", "nothing"]
    workbook(folder / "a.xlsx", names, [], cells)
    assert read(open_source()) == [
        {"id": "42", "name": "007", "rate": "1.5", "flag": "true", "day": "2023-01-05",
         "moment": "2023-01-05T09:30:00", "nothing": None}
    ]  # fmt: skip


def test_a_number_whose_last_digits_excel_lost_is_faulty(
    open_source: OpenSource, folder: Path
) -> None:
    number = 110101199003070011
    workbook(folder / "a.xlsx", ["id", "name"], [number, "a"], [str(number), "b"])
    broken, whole = read(open_source())
    assert isinstance(broken, FaultyRow)
    assert "more than 15 digits in 'id'" in broken.problem
    assert whole == {"id": str(number), "name": "b"}


def test_a_sheet_is_chosen_by_name(open_source: OpenSource, folder: Path) -> None:
    workbook(folder / "a.xlsx", ["id", "name"], [1, "a"], sheet="候选人")
    assert read(open_source(sheet="候选人")) == [{"id": "1", "name": "a"}]
    with pytest.raises(SourceError, match=r"no sheet 'people'.*It has: Sheet, 候选人"):
        read(open_source(sheet="people"))
    with pytest.raises(SourceError, match="the sheet is empty"):
        read(open_source())


def test_what_is_no_workbook_says_so(open_source: OpenSource, folder: Path) -> None:
    (folder / "a.xlsx").write_text("id,name\n")
    with pytest.raises(SourceError, match="it is no workbook"):
        read(open_source())


def test_a_zip_bomb_is_refused_before_it_unpacks(open_source: OpenSource, folder: Path) -> None:
    with zipfile.ZipFile(folder / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 3 * 2**20)
    with pytest.raises(SourceError, match="unpacks to more than 2 MiB"):
        read(open_source(more={"max_unpacked_mib": 2}))


def test_parquet_keeps_its_types(open_source: OpenSource, folder: Path) -> None:
    seen = datetime(2026, 1, 1, tzinfo=UTC)
    table = pa.table({"id": [1, 2], "name": ["a", None], "at": pa.array([seen, seen])})
    pq.write_table(table, folder / "a.parquet")
    assert read(open_source())[0] == {"id": 1, "name": "a", "at": seen}
    (folder / "a.parquet").write_bytes(b"PAR1 nothing PAR1")
    with pytest.raises(SourceError, match="no Parquet file, or damaged"):
        read(open_source())


LOG = """<?xml version="1.0"?>
<log xmlns="http://www.xes-standard.org/">
  <string key="origin" value="test"/>
  <trace>
    <string key="id" value="c1"/><string key="name" value="first"/>
    <event><string key="concept:name" value="apply"/><date key="time" value="2026-01-01T00:00:00Z">
      <string key="nested" value="left out"/></date></event>
    <event><string key="concept:name" value="reject"/></event>
    <event><string key="concept:name" value="offer"/></event>
  </trace>
  <trace><string key="id" value="c2"/><string key="name" value="no events"/></trace>
</log>"""


def test_an_event_log_is_read_case_by_case(open_source: OpenSource, folder: Path) -> None:
    (folder / "a.xes.gz").write_bytes(gzip.compress(LOG.encode()))
    first, second = read(open_source(part="cases"))
    assert first == {
        "id": "c1", "name": "first", "events": "3", "first:concept:name": "apply",
        "first:time": "2026-01-01T00:00:00Z", "last:concept:name": "offer",
    }  # fmt: skip
    assert second == {"id": "c2", "name": "no events", "events": "0"}


def test_an_event_log_is_read_event_by_event(open_source: OpenSource, folder: Path) -> None:
    (folder / "a.xes").write_text(LOG)
    events = read(open_source(part="events"))
    assert [(e["case:id"], e["event_index"], e["concept:name"]) for e in events] == [
        ("c1", "0", "apply"), ("c1", "1", "reject"), ("c1", "2", "offer"),
    ]  # fmt: skip
    assert "nested" not in events[0]


BOMB = """<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>
<log><trace><string key="id" value="&b;"/></trace></log>"""


@pytest.mark.parametrize(
    ("name", "data", "complaint"),
    [
        ("a.xes", BOMB.encode(), "declares a document type"),
        ("a.xes", LOG[:300].encode(), "not well-formed"),
        ("a.xes", b"<log></log>", "it has no trace"),
        ("a.xes.gz", gzip.compress(LOG.encode())[:-20], "it is damaged"),
        ("a.xes.gz", gzip.compress(LOG.encode() + b" " * 2**21), "unpacks to more than 1 MiB"),
        ("a.dat", b"id,name\n", "ending does not tell"),
    ],
)
def test_a_wrong_log_says_what_is_wrong(
    open_source: OpenSource, folder: Path, name: str, data: bytes, complaint: str
) -> None:
    (folder / name).write_bytes(data)
    with pytest.raises(SourceError, match=complaint):
        read(open_source(more={"max_unpacked_mib": 1}))
