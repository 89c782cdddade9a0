"""A file that has landed is read again on request, with the mapping as it is now."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.files.manifest import known
from connectors.files.replay import replay_file
from connectors.ingest import ingest
from talentloop.errors import ConfigError
from talentloop.landing import LandingZone
from talentloop.settings import Settings

MAPPING = """
streams:
  people:
    records:
      - {entity: candidate, key: id, fields: {full_name: name}}
"""
SOURCE = """
connector: files
name: drop
mapping: mapping.yml
path: drop
archive: old
settle_seconds: 0
streams: {people: {files: "*.csv", optional: true}}
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "a.csv").write_text("id,name,major\n1,x,physics\n")
    (tmp_path / "mapping.yml").write_text(MAPPING)
    (tmp_path / "source.yml").write_text(SOURCE)
    return tmp_path / "source.yml"


def test_an_archived_file_is_read_again_with_the_mapping_as_it_is_now(
    settings: Settings, source: Path
) -> None:
    ingest(settings, str(source))
    (file,) = known(settings, "drop", "people")
    assert (file.state, file.rows, file.archived_as) == (
        "done", 1, f"old/{file.sha256[:12]}-a.csv",
    )  # fmt: skip
    mapping = source.parent / "mapping.yml"
    mapping.write_text(MAPPING.replace("name}", "name, major: major}"))
    assert ingest(settings, str(source)).totals()["pulled"] == 0
    for name in ("a.csv", file.archived_as, file.sha256[:10]):
        assert replay_file(settings, str(source), name).totals()["pulled"] == 1
    versions = LandingZone(settings).read("candidate", columns=["major"])["major"].to_pylist()
    assert versions == [None, "physics"]  # once more with the major, and then nothing new
    assert [f.state for f in known(settings, "drop", "people")] == ["done"]


def test_a_replay_that_fails_is_made_up_for_by_the_next_run(
    settings: Settings, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(settings, str(source))
    good = (source.parent / "mapping.yml").read_text()
    (source.parent / "mapping.yml").write_text(good.replace("name}", "full}"))
    with pytest.raises(Exception, match="lacks columns"):
        replay_file(settings, str(source), "a.csv")
    (source.parent / "mapping.yml").write_text(good)
    assert ingest(settings, str(source)).totals()["pulled"] == 1


def test_a_file_that_was_never_read_is_named(settings: Settings, source: Path) -> None:
    with pytest.raises(ConfigError, match=r"No file called b\.csv has been read"):
        replay_file(settings, str(source), "b.csv")
