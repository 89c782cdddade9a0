"""CSV files as people and systems really write them."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.files import FileSource
from connectors.mapping import FaultyRow
from talentloop.errors import SourceError

OpenSource = Callable[..., FileSource]
TEXT = "id,name\n007,张三\n8,李四 \n"
ROWS = [{"id": "007", "name": "张三"}, {"id": "8", "name": "李四 "}]


def read(source: FileSource) -> list[dict[str, Any]]:
    return [dict(row) for page in source.read("people", None) for row in page.rows]


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("gb18030"),
        TEXT.encode("utf-16"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode("gb18030"),
        TEXT.replace(",", "|").encode(),
        ('"id","name"\n"007","张三"\n\n  \n"8","李四 "\n\n').encode(),
    ],
    ids=["utf-8", "mark", "gb18030", "utf-16", "crlf", "semicolon", "tab", "bar", "quotes, blanks"],
)
def test_encoding_and_delimiter_are_found(
    open_source: OpenSource, folder: Path, data: bytes
) -> None:
    (folder / "a.csv").write_bytes(data)
    assert read(open_source()) == ROWS


def test_values_stay_text_and_headers_get_names(open_source: OpenSource, folder: Path) -> None:
    (folder / "a.csv").write_text('id,name,name,, note \n01,a,b,c,"x,\ny"\n')
    row = read(open_source())[0]
    assert row == {"id": "01", "name": "a", "name#2": "b", "column_4": "c", "note": "x,\ny"}


def test_a_header_below_a_title_is_found(open_source: OpenSource, folder: Path) -> None:
    (folder / "a.csv").write_text("Export of 1 May,\n\nid,name\n1,a\n")
    source = open_source(header_row=2)
    pages = [page for page in source.read("people", None) if page.rows]
    assert (pages[0].rows[0], pages[0].first_row) == ({"id": "1", "name": "a"}, 3)


def test_a_row_of_another_length_is_faulty_and_the_rest_goes_on(
    open_source: OpenSource, folder: Path
) -> None:
    (folder / "a.csv").write_text("id,name\n1,a\n2\n3,b,c\n4,d\n")
    rows = [row for page in open_source().read("people", None) for row in page.rows]
    faulty = {dict(row)["id"]: row.problem for row in rows if isinstance(row, FaultyRow)}
    assert faulty == {"2": "has 1 cells, the header has 2", "3": "has 3 cells, the header has 2"}
    assert dict(rows[2]) == {"id": "3", "name": "b", "column_3": "c"}
    assert len(rows) == 4


@pytest.mark.parametrize(
    ("data", "options", "complaint", "where"),
    [
        (b"", {}, "it is empty", "a.csv"),
        (b"\n\n", {}, "it is empty", "a.csv"),
        (b",,\n1,2,3\n", {}, "lacks columns that the mapping reads: id, name", "a.csv"),
        (b"id,nom\n1,a\n", {}, "lacks columns that the mapping reads: name", "a.csv"),
        ("id,name\n1,a\n2,Müller\n".encode("latin-1"), {}, "neither UTF-8 (byte 0xfc at offset 15)", "row 3"),
        (b"id,name\n1,\xff\xff\n", {}, "neither UTF-8", "row 2"),
        ("id,name\n1,张\n".encode("gb18030"), {"encoding": "utf-8"}, "not in utf-8: byte 0xd5 at offset 10", "row 2"),
        (b'id,name\n1,"a\n2,b\n', {}, "quotation marks do not pair up", "a.csv, row"),
        (b'id,name\n1,"a"b\n', {}, "quotation marks do not pair up", "row 2"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_as_a_whole_is_one_clear_error(
    open_source: OpenSource, folder: Path, data: bytes, options: dict[str, Any], complaint: str,
    where: str,
) -> None:  # fmt: skip
    (folder / "a.csv").write_bytes(data)
    with pytest.raises(SourceError) as caught:
        read(open_source(**options))
    assert complaint in caught.value.what
    assert where in caught.value.where
    assert caught.value.remedy


def test_a_missing_column_names_those_there_are(open_source: OpenSource, folder: Path) -> None:
    (folder / "a.csv").write_text("Id,Full Name\n1,a\n")
    with pytest.raises(SourceError, match=r"id, name.*The file has: Id, Full Name"):
        read(open_source())
