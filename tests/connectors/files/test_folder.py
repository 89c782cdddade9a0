"""A folder as a source: which files are read, when again, and what is said where none is."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.files import FileSource, whole
from connectors.files import source as module
from connectors.files.options import FileOptions, StreamOptions
from talentloop.errors import ConfigError, SourceError

OpenSource = Callable[..., FileSource]
SEEN = datetime(2026, 1, 1, tzinfo=UTC)


def put(path: Path, *ids: str, at: datetime = SEEN) -> None:
    path.write_text("id,name\n" + "".join(f"{i},x\n" for i in ids))
    os.utime(path, (at.timestamp(), at.timestamp()))


def ids(source: FileSource, since: datetime | None = None) -> list[str]:
    found = [row["id"] for page in source.read("people", since) for row in page.rows]
    source.acknowledge("people")
    return found


def test_a_file_that_has_landed_is_not_read_again_until_it_changes(
    open_source: OpenSource, folder: Path
) -> None:
    put(folder / "a.csv", "1")
    source = open_source()
    assert ids(source) == ["1"]
    assert ids(source, SEEN) == []
    put(folder / "b.csv", "2")
    assert ids(source, SEEN) == ["2"]
    put(folder / "a.csv", "1", "3")
    assert ids(source, SEEN) == ["1", "3"]
    assert sorted(ids(source)) == ["1", "2", "3"]  # everything was asked for


def test_what_has_not_been_acknowledged_is_read_again(
    open_source: OpenSource, folder: Path
) -> None:
    put(folder / "a.csv", "1")
    source = open_source()
    assert len([*source.read("people", SEEN)]) == 2  # the folder's own page, and the file's
    assert ids(source, SEEN) == ["1"]


def test_pages_bear_the_file_s_time_place_and_rows(open_source: OpenSource, folder: Path) -> None:
    later = datetime(2026, 2, 1, tzinfo=UTC)
    put(folder / "b.csv", "1", "2", "3")
    put(folder / "a.csv", "4", at=later)
    source = open_source(more={"rows_per_page": 2})
    pages = [*source.read("people", None)]
    assert pages[0].observed_at == later  # the newest: how far the folder has been seen
    assert not pages[0].rows
    told = [(p.where, p.first_row, p.observed_at, len(p.rows)) for p in pages[1:]]
    assert told == [("b.csv", 2, SEEN, 2), ("b.csv", 4, SEEN, 1), ("a.csv", 2, later, 1)]
    assert pages[1].raw == b'{"id":"1","name":"x"}\n{"id":"2","name":"x"}\n'


def test_a_declared_time_takes_the_place_of_the_file_s(
    open_source: OpenSource, folder: Path
) -> None:
    put(folder / "a.csv", "1", at=datetime(2026, 5, 1, tzinfo=UTC))
    source = open_source(more={"observed_at": "2017-01-01T00:00:00Z"})
    assert {page.observed_at for page in source.read("people", None)} == {
        datetime(2017, 1, 1, tzinfo=UTC)
    }


def test_of_files_that_hold_everything_the_newest_counts(
    open_source: OpenSource, folder: Path
) -> None:
    put(folder / "a.csv", "1", at=datetime(2026, 2, 1, tzinfo=UTC))
    put(folder / "b.csv", "2")
    source = open_source(holds="everything")
    assert ids(source) == ["1"]
    assert source.is_exhaustive("people")
    assert not open_source().is_exhaustive("people")


def test_unfinished_and_hidden_files_are_left_alone(open_source: OpenSource, folder: Path) -> None:
    put(folder / "a.csv", "1")
    for name in (".b.csv", "~$c.csv", "d.csv.part", "e.csv.tmp"):
        put(folder / name, "2")
    assert ids(open_source()) == ["1"]


def test_a_file_that_still_grows_waits_for_the_next_run(
    open_source: OpenSource, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder / "a.csv", "1")
    put(folder / "b.csv", "2")
    monkeypatch.setattr(whole.time, "sleep", lambda _: put(folder / "b.csv", "2", "3"))
    source = open_source(more={"settle_seconds": 1})
    assert ids(source) == ["1"]
    monkeypatch.setattr(whole.time, "sleep", lambda _: None)
    assert ids(source, SEEN) == ["2", "3"]


def test_a_file_that_changes_while_it_is_read_fails_the_run(
    open_source: OpenSource, folder: Path
) -> None:
    put(folder / "a.csv", "1")
    pages = open_source().read("people", None)
    next(pages), next(pages)
    put(folder / "a.csv", "1", "2")
    with pytest.raises(SourceError, match="changed while it was read"):
        next(pages)


def test_a_missing_folder_or_file_tells_how_to_get_it(
    open_source: OpenSource, folder: Path
) -> None:
    more: dict[str, Any] = {"obtain": "Ask the payroll office."}
    with pytest.raises(SourceError, match=r"No file matches.*people: .*Ask the payroll office"):
        ids(open_source(more=more))
    assert ids(open_source(optional=True)) == []
    folder.rmdir()
    with pytest.raises(SourceError, match=r"not there.*Ask the payroll office"):
        ids(open_source(more=more))
    with pytest.raises(ConfigError, match=r"--path FOLDER.*Ask the payroll office"):
        ids(open_source(more={**more, "path": None}))


@pytest.mark.parametrize(
    ("stream", "complaint"),
    [
        ({"fils": "*.csv"}, "streams.people.fils"),
        ({"encoding": "utf8ish"}, "no encoding"),
        ({"delimiter": ";;"}, "single character"),
        ({"format": "xls"}, "Input should be"),
    ],
)
def test_a_typo_in_the_options_names_the_field(
    open_source: OpenSource, stream: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ConfigError, match=complaint):
        open_source(**stream)


def test_every_option_is_described() -> None:
    page = (Path(module.__file__).parent / "README.md").read_text(encoding="utf-8")
    names = {*FileOptions.model_fields, *StreamOptions.model_fields} - {"base"}
    assert [name for name in sorted(names) if f"| `{name}` |" not in page] == []
