"""Screening of applications that have come in: which ones, once, and what cannot be read."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from interview.intake.record import queue
from loop.screening import run_fetch, run_screening
from talentloop.contracts import ENTITIES, arrow_schema
from talentloop.ids import new_load_id
from talentloop.landing import LandingZone
from talentloop.ops.incidents import open_incidents
from talentloop.ops.loads import mark_checked, pending_loads, record_load
from talentloop.ops.retention import delete_outlived
from talentloop.settings import Settings
from tests.migrated import set_up

NOW = datetime(2026, 11, 2, tzinfo=UTC)
GOOD = "学历：本科 专业：机械工程\n工作经历\n2018.01-2022.12 长江机械有限公司 工程师"
POOR = "学历：大专 专业：会计学"


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    (tmp_path / "resumes").mkdir()
    made = Settings(home=tmp_path / "home", now=NOW, resumes=tmp_path / "resumes")
    set_up(made)
    land(made, "requisition", [{"source_id": "r1", "title": "机械工程师", "status_code": "open"},
                               {"source_id": "r2", "title": "厨师", "status_code": "open"}])  # fmt: skip
    return made


def land(
    settings: Settings, entity: str, rows: list[dict[str, Any]], state: str = "passed"
) -> None:
    filled = [
        ENTITIES[entity]
        .model_validate({"source": "hr", "source_updated_at": NOW, **row})
        .model_dump()
        for row in rows
    ]
    table = pa.Table.from_pylist(filled, schema=arrow_schema(ENTITIES[entity]))
    file = LandingZone(settings).write(
        entity, "hr", table, load_id=new_load_id(settings.clock), ingested_at=NOW
    )
    assert file is not None
    record_load(settings, file)
    mark_checked(settings, file.load_id, entity, state)


def applied(settings: Settings, key: str, text: str | bytes, **changes: Any) -> None:
    """An application whose résumé lies in the folder."""
    data = text.encode() if isinstance(text, str) else text
    assert settings.resumes is not None
    (settings.resumes / f"{key}.txt").write_bytes(data)
    land(settings, "candidate", [{"source_id": key, "resume_uri": f"sandbox://resume/{key}"}])
    application = {
        "source_id": f"a-{key}", "candidate_id": key, "requisition_id": "r1", "applied_at": NOW,
        "stage_code": "applied", "status_code": "open", **changes,
    }  # fmt: skip
    land(settings, "application", [application])


def screened(settings: Settings) -> set[str]:
    rows = LandingZone(settings).read("screening_result", columns=["application_id"])
    return set(rows["application_id"].to_pylist())


def test_open_applications_with_rules_are_screened_once(home: Settings) -> None:
    applied(home, "good", GOOD)
    applied(home, "poor", POOR)
    applied(home, "cook", POOR, requisition_id="r2")
    applied(home, "late", POOR, stage_code="interview")
    applied(home, "gone", POOR, status_code="withdrawn")
    first = run_screening(home)
    assert (first["screened"], first["proposed"], first["news"]) == (2, 1, True)
    assert screened(home) == {"a-good", "a-poor"}
    assert [p.subject for p in queue(home)] == ["hr:a-poor"]
    for load in pending_loads(home):
        mark_checked(home, load.load_id, load.entity, "passed")
    again = run_screening(home)
    assert (again["screened"], again["landed"], again["news"]) == (0, 0, False)


def test_a_new_resume_is_screened_anew_and_takes_its_proposal_back(home: Settings) -> None:
    applied(home, "poor", POOR)
    run_screening(home)
    assert home.resumes is not None
    (home.resumes / "poor.txt").write_text(GOOD)
    assert run_screening(home)["screened"] == 1
    assert not queue(home)


def test_a_resume_that_cannot_be_read_excludes_nobody_and_tells_a_person(home: Settings) -> None:
    applied(home, "broken", b"%PDF-1.7 broken")
    counts = run_screening(home)
    assert (counts["unreadable"], counts["landed"], list(queue(home))) == (1, 0, [])
    (incident,) = open_incidents(home)
    assert "a-broken: The PDF is broken" in incident.detail
    assert home.resumes is not None
    (home.resumes / "broken.txt").write_text(GOOD)
    run_screening(home)
    assert not open_incidents(home)


def test_records_that_failed_their_checks_are_not_screened(home: Settings) -> None:
    applied(home, "good", GOOD)
    land(home, "application", [{"source_id": "a-x", "candidate_id": "good", "requisition_id": "r1",
         "applied_at": NOW, "stage_code": "applied", "status_code": "open"}], "failed")  # fmt: skip
    run_screening(home)
    assert screened(home) == {"a-good"}


@pytest.mark.parametrize("uri", ["file:///etc/passwd", "../../secret", "sandbox://resume/..", ""])
def test_an_address_never_leads_out_of_the_folder(home: Settings, uri: str) -> None:
    assert home.resumes is not None
    (home.resumes.parent / "secret").write_text(GOOD)
    applied(home, "c", GOOD)
    land(home, "candidate", [{"source_id": "c", "resume_uri": uri, "is_internal": True}])
    assert run_screening(home)["screened"] == 0


def test_without_a_folder_nothing_is_done(home: Settings) -> None:
    none = home.model_copy(update={"resumes": None})
    assert run_screening(none)["reason"] == "no place of résumés is configured"
    assert run_fetch(none)["reason"] == "no place of résumés is configured"


@pytest.fixture
def dropped(home: Settings, tmp_path: Path) -> Settings:
    """A folder where another system leaves résumés of the source hr, which are fetched."""
    (tmp_path / "drop").mkdir()
    shutil.copytree(Settings().config, tmp_path / "config")
    place = {"of": "hr", "connector": "files", "path": str(tmp_path / "drop"),
             "settle_seconds": 0, "files": ["*.txt"]}  # fmt: skip
    (tmp_path / "config" / "resumes.yml").write_text(
        yaml.safe_dump({"max_mib": 1, "places": [place]})
    )
    return home.model_copy(update={"config": tmp_path / "config", "resumes": None})


def leave(settings: Settings, home: Settings, key: str, text: str) -> None:
    """An application whose résumé lies where it is fetched from."""
    applied(home, key, text)
    assert home.resumes is not None
    (home.resumes / f"{key}.txt").rename(settings.config.parent / "drop" / f"{key}.txt")


def test_a_resume_is_fetched_kept_once_by_content_and_screened(
    home: Settings, dropped: Settings
) -> None:
    leave(dropped, home, "one", GOOD)
    leave(dropped, home, "same", GOOD)
    leave(dropped, home, "nobody-waits", GOOD)
    land(home, "application", [{"source_id": "a-nobody-waits", "candidate_id": "nobody-waits",
         "requisition_id": "r2", "applied_at": NOW, "stage_code": "applied",
         "status_code": "open"}])  # fmt: skip
    assert run_fetch(dropped)["fetched"] == 2
    kept = [path for path in dropped.kept_resumes_dir.rglob("*") if path.is_file()]
    assert [path.read_text() for path in kept] == [GOOD]
    assert kept[0].stat().st_mode & 0o777 == 0o600
    assert run_screening(dropped)["screened"] == 2
    again = run_fetch(dropped)
    assert (again["fetched"], again["unchanged"]) == (0, 2)


def test_a_resume_that_changes_is_fetched_and_screened_anew(
    home: Settings, dropped: Settings
) -> None:
    leave(dropped, home, "poor", POOR)
    run_fetch(dropped)
    run_screening(dropped)
    assert queue(dropped)
    (dropped.config.parent / "drop" / "poor.txt").write_text(GOOD)
    assert run_fetch(dropped)["fetched"] == 1
    assert run_screening(dropped)["screened"] == 1
    assert not queue(dropped)


def test_a_resume_that_retention_deleted_is_fetched_again_while_it_is_needed(
    home: Settings, dropped: Settings
) -> None:
    leave(dropped, home, "one", GOOD)
    run_fetch(dropped)
    later = dropped.model_copy(update={"now": NOW + timedelta(days=181)})
    assert delete_outlived(later).resume == 1
    assert not [path for path in dropped.kept_resumes_dir.rglob("*") if path.is_file()]
    assert run_fetch(later)["fetched"] == 1


def test_a_file_beyond_the_limit_stays_and_a_person_is_told_without_its_name(
    home: Settings, dropped: Settings
) -> None:
    leave(dropped, home, "wang-xiaoming", "x" * (1024 * 1024 + 1))
    assert run_fetch(dropped)["too_large"] == 1
    (incident,) = open_incidents(dropped)
    assert "a-wang-xiaoming: the file is larger" in incident.detail
    (dropped.config.parent / "drop" / "wang-xiaoming.txt").write_text(GOOD)
    assert run_fetch(dropped)["fetched"] == 1
    assert not open_incidents(dropped)


def test_a_resume_that_no_place_has_is_counted(home: Settings, dropped: Settings) -> None:
    applied(home, "absent", GOOD)
    assert run_fetch(dropped)["missing"] == 1
    assert run_screening(dropped)["screened"] == 0
