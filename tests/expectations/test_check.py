"""From a waiting load to its state, its results, its incident and its page."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from expectations import check_pending, recheck, reject_load
from talentloop.contracts import ENTITIES
from talentloop.errors import CheckFailedError, ConfigError
from talentloop.landing import LandedFile, LandingZone
from talentloop.ops import session
from talentloop.ops.incidents import open_incidents
from talentloop.ops.loads import loads, mark_checked, pending_loads
from talentloop.ops.models import AuditRow, CheckResult
from talentloop.settings import Settings
from tests.expectations.batches import OBSERVED, SOURCE, Land, batch


def states(settings: Settings) -> dict[str, str]:
    return {load.load_id: load.check_state for load in loads(settings)}


def test_every_entity_passes_and_leaves_results_and_pages(
    settings: Settings, land_all: dict[str, LandedFile]
) -> None:
    report = check_pending(settings)

    assert [run.summary for run in report.failed] == []
    assert sum(run.warnings for run in report.runs) == 0
    assert {run.entity for run in report.runs} == set(ENTITIES)
    assert not pending_loads(settings)
    with session(settings) as db:
        results = db.scalars(select(CheckResult)).all()
    assert {r.suite for r in results} == {f"{k}.{e}" for k in ("landing", "load") for e in ENTITIES}
    assert all(r.success and r.evaluated and not r.failed for r in results)
    pages = [settings.data_docs_dir / r.docs_path for r in results]
    assert all(page.is_file() for page in pages)
    assert_no_personal_value(settings)


def assert_no_personal_value(settings: Settings) -> None:
    """Neither pages nor kept results show a name, contact, salary or passed-through field."""
    files = [*settings.data_docs_dir.rglob("*.html"), *(settings.home / "checks").rglob("*.json")]
    assert len(files) > 2 * len(ENTITIES)
    for path in files:
        text = path.read_text()
        for value in ("张三丰", "zhang.sanfeng", "13800000000", "654321", "秘密", "1990-05-04"):
            assert value not in text, f"{value} in {path.name}"


def test_a_failing_load_is_marked_and_reported_and_others_pass(
    settings: Settings, land: Land
) -> None:
    good = land("application")
    bad = land("offer", changes={1: {"status_code": "maybe"}})

    report = check_pending(settings)

    assert [(r.entity, r.load_id) for r in report.failed] == [("offer", bad.load_id)]
    assert states(settings) == {good.load_id: "passed", bad.load_id: "failed"}
    (incident,) = open_incidents(settings)
    assert incident.location == f"load {bad.load_id} of offer from successfactors"
    assert "status_code is one of" in incident.detail
    with session(settings) as db:
        row = db.scalar(select(CheckResult).where(CheckResult.success.is_(False)))
        assert row is not None
        (failure,) = json.loads(row.failures_json)
    assert failure["record_ids"] == ["offer-1"]


def test_a_failed_load_is_checked_again_and_heals_when_what_it_missed_has_landed(
    settings: Settings, land: Land
) -> None:
    land("application", 1)
    lost = {i: {"application_id": f"application-{i + 10}"} for i in range(6)}
    land("offer", 6, lost)
    assert "application_id leads to a application" in check_pending(settings).failed[0].summary

    land("application", 6, {i: {"source_id": f"application-{i + 10}"} for i in range(6)})
    assert not check_pending(settings).failed
    assert set(states(settings).values()) == {"passed"}
    assert not open_incidents(settings)


def test_few_lost_references_pass(settings: Settings, land: Land) -> None:
    land("application", 1)
    land("offer", 6, {i: {"application_id": f"lost-{i}"} for i in range(5)})
    assert not check_pending(settings).failed


def test_a_load_that_deletes_most_known_records_fails(settings: Settings, land: Land) -> None:
    land("org_unit", 40)
    land("org_unit", 20, {i: {"is_deleted": True} for i in range(20)})
    assert not check_pending(settings).failed

    gone = {i: {"is_deleted": True, "source_id": f"org_unit-{i + 20}"} for i in range(11)}
    land("org_unit", 11, gone)  # 11 of the 20 that are left
    (failed,) = check_pending(settings).failed
    assert "at most 50% of 20 known records disappear at once" in failed.summary


def test_a_load_that_rewrites_nearly_everything_is_a_warning(
    settings: Settings, land: Land
) -> None:
    land("org_unit", 40)
    check_pending(settings)
    land("org_unit", 40, {i: {"name": "renamed"} for i in range(33)})
    (run,) = check_pending(settings).runs
    assert run.success
    assert run.warnings == 1


def test_a_stale_source_is_a_warning_by_its_own_clock(settings: Settings, land: Land) -> None:
    land("candidate")
    land("requisition")
    old = {"source_updated_at": OBSERVED - timedelta(days=8)}
    land("application", changes=dict.fromkeys(range(3), old))
    runs = {run.entity: run for run in check_pending(settings).runs}
    (failure,) = runs["application"].suites[1].failures
    assert (failure.column, failure.severity) == ("newest_change_age_days", "warning")


def test_a_damaged_file_fails_its_load(settings: Settings, land: Land) -> None:
    file = land("offer")
    path = Path(settings.landing_root) / file.path
    table = pq.read_table(path, partitioning=None)
    pq.write_table(table.drop_columns(["status_code"]), path)
    (failed,) = check_pending(settings).failed
    assert "the landed file holds what was landed" in failed.summary

    path.write_bytes(b"PAR1 cut off")
    assert "ArrowInvalid" in check_pending(settings).failed[0].summary


def test_a_rejected_load_is_out_of_the_way_and_kept(settings: Settings, land: Land) -> None:
    file = land("offer", changes={1: {"status_code": "maybe"}})
    check_pending(settings)

    assert reject_load(settings, file.load_id, "export was cut off") == 1

    root = Path(settings.landing_root)
    assert not (root / file.path).exists()
    assert (root / "_rejected" / file.path).is_file()
    assert states(settings) == {file.load_id: "rejected"}
    assert not open_incidents(settings)
    assert not check_pending(settings).runs
    assert LandingZone(settings).read("offer", source=SOURCE).num_rows == 0
    with session(settings) as db:
        row = db.scalar(select(AuditRow).where(AuditRow.action == "reject_load"))
        assert row is not None
        assert "export was cut off" in row.detail_json
    assert reject_load(settings, file.load_id, "export was cut off") == 1  # again: no harm


def test_a_rejection_killed_before_the_move_is_finished_by_the_next(
    settings: Settings, land: Land
) -> None:
    file = land("offer", changes={1: {"status_code": "maybe"}})
    mark_checked(settings, file.load_id, file.entity, "rejected", "killed here")
    assert not check_pending(settings).runs
    reject_load(settings, file.load_id, "export was cut off")
    assert not (Path(settings.landing_root) / file.path).exists()


def test_recheck_looks_at_one_load_whatever_its_state(settings: Settings, land: Land) -> None:
    first = land("org_unit")
    land("candidate")
    check_pending(settings)
    report = recheck(settings, first.load_id)
    assert [run.load_id for run in report.runs] == [first.load_id]
    with pytest.raises(CheckFailedError, match="no such load"):
        recheck(settings, "01J0000000000000000000NONE")
    with pytest.raises(CheckFailedError, match="no such load"):
        reject_load(settings, "01J0000000000000000000NONE", "typo")


def test_a_file_landed_by_a_killed_ingest_is_checked_too(settings: Settings) -> None:
    zone = LandingZone(settings)
    zone.write(
        "org_unit", SOURCE, batch("org_unit"), load_id="01J00000000000000000000000",
        ingested_at=OBSERVED,
    )  # fmt: skip
    (run,) = check_pending(settings).runs
    assert run.success


def test_nothing_waiting_is_no_work(settings: Settings) -> None:
    assert check_pending(settings).runs == []


def test_a_typo_in_the_tolerances_names_the_field(
    settings: Settings, land: Land, tmp_path: Path
) -> None:
    land("org_unit")
    text = (settings.config / "checks.yml").read_text().replace("docs_keep: 5", "docs_kept: 5")
    (tmp_path / "checks.yml").write_text(text)
    changed = settings.model_copy(update={"config": tmp_path})
    with pytest.raises(ConfigError, match="docs_keep"):
        check_pending(changed)
