"""Reports about how the loop runs."""

from __future__ import annotations

import pytest

from talentloop import ops
from talentloop.errors import ConfigError
from talentloop.ops.models import Publication
from talentloop.reports import run_report
from talentloop.reports.export import to_json
from talentloop.reports.privacy import Row
from talentloop.settings import Settings
from tests.portal.seed import SECRET_NAME, seed


@pytest.fixture
def looped(settings: Settings) -> Settings:
    seed(settings)
    return settings


def _rows(settings: Settings, name: str) -> list[Row]:
    return run_report(settings, name).rows


def test_a_source_is_read_as_far_as_its_slowest_stream(looped: Settings) -> None:
    rows = {row["source"]: row for row in _rows(looped, "ops_sources")}
    main = rows["successfactors"]
    assert main["n_streams"] == 2
    assert (looped.clock.now() - main["read_to_at"]).total_seconds() == 7200  # type: ignore[operator]
    assert (main["n_landed_24h"], main["n_checks"], main["n_checks_failed"]) == (900, 12, 0)
    assert main["n_quarantined"] == 3
    assert (rows["files"]["n_blocked_loads"], rows["files"]["n_checks_failed"]) == (1, 1)


def test_held_records_are_grouped_by_what_is_wrong(looped: Settings) -> None:
    rows = _rows(looped, "ops_quarantine")
    assert [(r["field_name"], r["n_records"], r["record_id"]) for r in rows] == [
        ("application.applied_at", 2, "101"), ("offer.applied_at", 1, "103"),
    ]  # fmt: skip


def test_the_content_of_a_held_record_is_in_no_report(looped: Settings) -> None:
    for name in ("ops_quarantine", "ops_sources", "ops_incidents", "ops_loads"):
        assert SECRET_NAME not in to_json(run_report(looped, name))


def test_only_the_newest_round_of_a_suite_counts(looped: Settings) -> None:
    failed = _rows(looped, "ops_failed_checks")
    assert [(r["source"], r["column_name"], r["n_rows"], r["record_ids"]) for r in failed] == [
        ("files", "start_on", 4, "O-1, O-2")
    ]


def test_a_read_back_counts_by_its_newest_verdict(looped: Settings) -> None:
    (row,) = _rows(looped, "ops_outbox")
    assert (row["n_confirmed"], row["n_pending"], row["n_dead"]) == (2, 1, 1)
    assert (row["n_match"], row["n_drift"], row["n_missing"]) == (1, 1, 0)


def test_runs_and_decisions_come_newest_first(looped: Settings) -> None:
    steps = _rows(looped, "ops_steps")
    assert len(steps) == 17
    assert steps[0]["started_at"] > steps[-1]["started_at"]  # type: ignore[operator]
    assert {step["counts"] for step in steps if step["step"] == "build"} == {"models 40"}
    assert _rows(looped, "ops_promotions")[0]["model_name"] == "performance_6m"


def test_a_version_counts_the_rows_that_anybody_may_read(settings: Settings) -> None:
    tables = {"dim_person": 20, "mart_offer": 3, "meta_build": 1, "restricted_person_identity": 20}
    now = settings.clock.now()
    with ops.session(settings) as db:
        db.add(Publication(version="v1", path="x", sha256="0", restricted_path="y",
                           restricted_sha256="0", tables=tables, schema_version="1",
                           invocation_id="i", seq=1, as_of=now, published_at=now))  # fmt: skip
    (version,) = _rows(settings, "ops_versions")
    assert (version["n_tables"], version["n_rows"]) == (2, 23)


def test_they_need_no_published_copy_but_a_database(settings: Settings) -> None:
    assert _rows(settings, "ops_sources") == []
    broken = settings.model_copy(update={"home": settings.home / "elsewhere"})
    with pytest.raises(ConfigError, match="talentloop init"):
        _rows(broken, "ops_sources")
