"""A dry run shows what a mapping does, and lands nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.ingest import dry_run
from connectors.ingest.dry_run import MASK
from talentloop import ops
from talentloop.landing import LandingZone
from talentloop.ops.cursors import list_cursors
from talentloop.ops.models import FileManifest, QuarantineRow
from talentloop.settings import Settings

MAPPING: dict[str, Any] = {
    "streams": {
        "people": {
            "records": [
                {
                    "entity": "candidate",
                    "key": "No.",
                    "where": {"kind": "ext"},
                    "fields": {
                        "full_name": "name",
                        "source_channel_code": {"from": "via", "values": {"内推": "referral"}},
                        "education_level_code": {"const": "master"},
                        "birth_on": {"from": "born", "transform": "date_any"},
                    },
                    "custom": {"prefix": "c_"},
                }
            ]
        }
    }
}
TEXT = """No.,kind,name,via,born,c_note,spare
1,ext,张三,内推,1990-01-05,x,y
2,ext,李四,boss,1991/2/3,x,y
3,int,王五,内推,,x,y
4,ext,赵六,,05.01.90,x,y
"""


@pytest.fixture
def report(settings: Settings, configure: Callable[..., Path], tmp_path: Path) -> Any:
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "a.csv").write_text(TEXT, encoding="utf-8")
    configure(
        rules=MAPPING, connector="files", settle_seconds=0, path=str(tmp_path / "drop"),
        streams={"people": {"files": "*.csv"}},
    )  # fmt: skip
    return dry_run(settings, "s", limit=100)


def test_it_shows_samples_and_masks_what_is_personal(report: Any) -> None:
    shown = {s.field: (s.path, s.raw, s.mapped) for s in report.streams[0].fields}
    assert shown["source_id"] == ("No.", "1 | 2 | 4", "1 | 2 | 4")
    assert shown["source_channel_code"] == ("via", "内推 | boss | –", "referral | – | –")
    assert shown["education_level_code"] == ("(constant)", "master", "master")
    assert shown["full_name"] == ("name", MASK, MASK)
    assert shown["birth_on"] == ("born", MASK, MASK)
    text = str(report.as_dict()) + str(list(report.as_tables()))
    assert not any(secret in text for secret in ("张三", "李四", "1990", "05.01.90"))


def test_it_tells_what_is_not_mapped_and_what_would_be_rejected(report: Any) -> None:
    stream = report.streams[0]
    assert (stream.rows, stream.records, stream.unmapped) == (4, {"candidate": 1}, ["spare"])
    assert [(r.location, r.record_id, r.field) for r in stream.rejects] == [
        ("a.csv, row 3", "2", "source_channel_code"), ("a.csv, row 5", "4", "birth_on"),
    ]  # fmt: skip
    titles = [title for title, columns, rows in report.as_tables() if columns and rows]
    assert titles == [
        "people: 4 rows → 1 candidate; 0 collapsed", "people: not mapped", "people: rejected",
    ]  # fmt: skip


def test_it_lands_and_notes_nothing(settings: Settings, report: Any) -> None:
    assert report.streams
    assert LandingZone(settings).files() == []
    assert list_cursors(settings) == []
    with ops.session(settings) as db:
        assert db.query(QuarantineRow).count() == db.query(FileManifest).count() == 0
