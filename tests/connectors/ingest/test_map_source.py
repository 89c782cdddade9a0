"""A draft of a mapping names what fits, says what does not, and is tried without landing anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from cli.main import app
from connectors.ingest.map_source import SourceMap, map_source
from connectors.mapping import load_mapping
from talentloop.errors import ConfigError
from talentloop.landing import LandingZone
from talentloop.ops.cursors import list_cursors
from talentloop.settings import Settings, get_settings

PEOPLE = """编号,姓名,手机,邮箱,出生日期,更新时间,学历,c_shoe,备注
1,张三,13800138000,a@x.com,1990-01-05,2026-01-01T08:00:00+08:00,本科,42,好
2,李四,13900139000,b@x.com,1991-02-03,2026-01-02T08:00:00+08:00,硕士,43,
3,王五,13700137000,c@x.com,1992-03-04,2026-01-03T08:00:00+08:00,中专,44,
"""
REVIEWS = """review_id,employee_id,period,type,completed_at,rating,max_rating
r1,e1,2025,annual,2026-01-05 09:00:00,4,5
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file source without a mapping."""
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "drop" / "reviews.csv").write_text(REVIEWS, encoding="utf-8")
    path = tmp_path / "payroll.yml"
    options = {
        "connector": "files", "path": "drop", "settle_seconds": 0,
        "streams": {"candidates": {"files": "people.csv"}, "reviews": {"files": "reviews.csv"}},
    }  # fmt: skip
    path.write_text(yaml.safe_dump(options))
    return path


@pytest.fixture
def found(settings: Settings, source: Path) -> SourceMap:
    return map_source(settings, str(source))


def test_fields_find_their_place_by_name_kind_and_form(found: SourceMap) -> None:
    people, reviews = (stream.draft for stream in found.streams)
    assert (people.entity, reviews.entity) == ("candidate", "performance_review")
    assert people.rule is not None
    record = people.rule["records"][0]
    assert record["key"] == "编号"
    assert record["updated_at"] == {"from": "更新时间", "transform": "datetime_utc"}
    assert record["fields"]["full_name"] == "姓名"
    assert record["fields"]["phone"] == {"from": "手机", "transform": "phone_e164(CN)"}
    assert record["fields"]["birth_on"] == "出生日期"
    assert record["fields"]["education_level_code"] == {
        "from": "学历", "values": {"本科": "bachelor", "硕士": "master"},
    }  # fmt: skip
    assert record["custom"] == {"prefix": "c_"}
    assert people.unmapped == ["c_shoe", "备注"]


def test_what_does_not_fit_is_said_beside_the_field(found: SourceMap) -> None:
    people, reviews = (stream.draft for stream in found.streams)
    conflicts = {guess.path: guess.conflict for guess in (*people.conflicts, *reviews.conflicts)}
    assert "without a meaning yet: 中专" in conflicts["学历"]
    assert "names no time zone" in conflicts["completed_at"]


def test_the_draft_is_tried_on_live_rows_and_nothing_lands(
    settings: Settings, found: SourceMap
) -> None:
    people, reviews = found.streams
    assert (people.records, people.rejects) == (
        {"candidate": 2}, {"candidate.education_level_code: unknown_value": 1},
    )  # fmt: skip
    assert reviews.records == {"performance_review": 1}
    assert LandingZone(settings).files() == []
    assert list_cursors(settings) == []


def test_the_draft_is_a_mapping_file_that_loads(found: SourceMap, tmp_path: Path) -> None:
    path = tmp_path / "mapping.yml"
    path.write_text(found.yaml, encoding="utf-8")
    assert set(load_mapping(path).streams) == {"candidates", "reviews"}
    assert "# candidates: not mapped: c_shoe, 备注" in found.yaml


def test_no_value_of_a_person_is_shown(found: SourceMap) -> None:
    text = json.dumps(found.as_dict(), ensure_ascii=False) + str(list(found.as_tables()))
    assert not any(value in text for value in ("张三", "13800138000", "a@x.com", "1990-01-05"))


def test_a_stream_that_fits_nothing_asks_for_its_entity(settings: Settings, source: Path) -> None:
    drop = source.parent / "drop"
    (drop / "people.csv").write_text("colour,shape\nred,round\n")
    options = yaml.safe_load(source.read_text())
    options["streams"] = {"things": {"files": "people.csv"}}
    source.write_text(yaml.safe_dump(options))
    (stream,) = map_source(settings, str(source)).streams
    assert stream.problem == "not tried: no entity fits; name one with --entity"
    (stream,) = map_source(settings, str(source), entities={"things": "org_unit"}).streams
    assert stream.draft.missing == ["key", "name"]
    assert "required and not found: key, name" in stream.problem


def test_the_command_writes_the_draft_and_never_over_a_file(
    settings: Settings, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.mapping.get_settings", lambda: settings)
    get_settings.cache_clear()
    target = tmp_path / "draft.yml"
    run = CliRunner().invoke(app, ["map", str(source), "--output", str(target), "--json"])
    assert run.exit_code == 0, run.output
    told = json.loads(run.stdout)
    assert told["draft"] == target.read_text(encoding="utf-8")
    again = CliRunner().invoke(app, ["map", str(source), "--output", str(target)])
    assert again.exit_code == ConfigError.exit_code


def test_what_changed_since_the_last_run_is_shown_before_the_next(
    settings: Settings, source: Path, configure: Callable[..., Path]
) -> None:
    from connectors.ingest import ingest

    mapping = source.parent / "m.yml"
    mapping.write_text(map_source(settings, str(source)).yaml, encoding="utf-8")
    source.write_text(source.read_text() + "mapping: m.yml\n")
    ingest(settings, str(source))
    people = source.parent / "drop" / "people.csv"
    people.write_text(PEOPLE.replace("备注", "remark"), encoding="utf-8")
    stream: Any = map_source(settings, str(source)).streams[0]
    assert stream.changes == ["remark is new (text), and not kept"]
