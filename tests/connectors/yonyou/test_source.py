"""What lands from the tenant is what the simulated company knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.ingest.run import ingest
from connectors.sandbox.company import CLOCK_START, Company
from connectors.sandbox.service import Service, control
from connectors.yonyou import YonyouSource
from talentloop.errors import SourceError
from talentloop.settings import Settings
from tests.connectors.yonyou.conftest import OPTIONS, V3, Pull
from tests.connectors.yonyou.landed import landed, source_file

LATER = CLOCK_START + timedelta(days=20)
#: Entity → fields that must be the company's own.
FIELDS = {
    "requisition": ("title", "job_code", "status_code", "headcount", "opened_at", "target_fill_on",
                    "hiring_manager_id", "is_evergreen"),
    "candidate": ("full_name", "email", "phone", "education_level_code", "source_channel_code",
                  "skills", "birth_on", "gender", "created_at"),
    "application": ("candidate_id", "requisition_id", "applied_at", "stage_code", "status_code",
                    "status_at", "source_channel_code", "source_updated_at"),
    "interview": ("application_id", "round", "interview_type", "status_code", "scheduled_start_at",
                  "started_at", "ended_at", "rescheduled_from_id", "source_updated_at"),
    "offer": ("application_id", "version", "status_code", "accepted_at", "decided_at", "start_on",
              "base_salary", "decline_reason_code", "source_updated_at"),
    "employee": ("person_no", "application_id", "candidate_id", "org_unit_id", "hired_on",
                 "terminated_on", "termination_type", "status_code", "monthly_salary", "phone"),
    "performance_review": ("employee_id", "cycle_code", "review_type", "finalised_at", "rating_raw",
                           "scale_min", "scale_max", "rating_0_1"),
}  # fmt: skip
V3_FIELDS = {
    "requisition": ("title", "job_code", "status_code", "headcount"),
    "application": ("candidate_id", "requisition_id", "applied_at", "stage_code", "status_code"),
    "employee": ("person_no", "org_unit_id", "hired_on", "terminated_on", "status_code"),
    "performance_review": ("employee_id", "cycle_code", "rating_0_1", "finalised_at"),
}


def of_company(company: Company, entity: str, at: datetime) -> dict[str, dict[str, Any]]:
    return {row["source_id"]: row for row in company.visible(entity, at).to_pylist()}


def only(rows: dict[str, dict[str, Any]], fields: tuple[str, ...]) -> dict[str, tuple[Any, ...]]:
    """Those fields of each record; texts without the white space around them."""
    return {key: tuple(bare(row[name]) for name in fields) for key, row in rows.items()}


def bare(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def assert_same(settings: Settings, company: Company, at: datetime) -> None:
    for entity, fields in FIELDS.items():
        ours = only(landed(settings, entity), fields)
        assert ours == only(of_company(company, entity, at), fields), entity


def assessments(company: Company, at: datetime) -> dict[str, dict[str, Any]]:
    """Scores that count; the vendor knows no second opinions."""
    rows = of_company(company, "dimension_score", at)
    return {k: row for k, row in rows.items() if row["score_purpose_code"] == "assessment"}


def assert_scores_on_the_vendors_scale(settings: Settings, company: Company) -> None:
    """Of 100, for each dimension and for the whole, whatever scale the scorer used."""
    scores = landed(settings, "dimension_score")
    single = {k: row for k, row in scores.items() if row["dimension_code"] != "overall"}
    theirs = assessments(company, CLOCK_START)
    same = ("application_id", "interview_id", "dimension_code", "scorer_type", "scorer_id",
            "scored_at", "comment")  # fmt: skip
    assert only(single, same) == only(theirs, same)
    assert {(r["scale_min"], r["scale_max"], r["scale_code"]) for r in scores.values()} == {
        (0.0, 100.0, "points_100")
    }
    for key, row in single.items():
        assert row["score_0_1"] == pytest.approx(theirs[key]["score_0_1"], abs=1e-6)
    sheets = {(row["interview_id"], row["scorer_id"]) for row in theirs.values()}
    whole = [row for row in scores.values() if row["dimension_code"] == "overall"]
    assert {(row["interview_id"], row["scorer_id"]) for row in whole} == sheets
    assert len(whole) == len(sheets)


@pytest.fixture
def source(tmp_path: Path) -> str:
    return source_file(tmp_path, OPTIONS)


def test_a_full_pull_lands_the_companys_own_records(
    settings: Settings, company: Company, tenant: Service, source: str
) -> None:
    result = ingest(settings, source)
    assert result.totals()["quarantined"] == 0
    assert_same(settings, company, CLOCK_START)
    assert_scores_on_the_vendors_scale(settings, company)


def test_a_pull_after_a_while_lands_only_what_changed(
    settings: Settings, company: Company, tenant: Service, source: str
) -> None:
    ingest(settings, source)
    assert ingest(settings, source).totals()["landed"] == 0
    control(settings, "/sandbox/clock", {"advance_days": 20})
    result = ingest(settings, source)
    assert_same(settings, company, LATER)
    for entity in ("application", "interview", "offer", "employee", "performance_review"):
        changed = [
            key
            for key, row in of_company(company, entity, LATER).items()
            if row["source_updated_at"] > CLOCK_START
        ]
        assert changed, entity
        assert result.counts(entity).landed == len(changed), entity
    pulled = result.counts("candidate")
    assert pulled.landed <= pulled.pulled < len(of_company(company, "candidate", LATER))


def test_the_older_ehr_lands_the_same_company_through_its_own_mapping(
    settings: Settings, company: Company, tenant: Service, tmp_path: Path
) -> None:
    source = source_file(tmp_path, V3)
    assert ingest(settings, source).totals()["quarantined"] == 0
    for entity, fields in V3_FIELDS.items():
        ours = only(landed(settings, entity), fields)
        assert ours == only(of_company(company, entity, CLOCK_START), fields), entity
    control(settings, "/sandbox/clock", {"advance_days": 20})
    ingest(settings, source)
    theirs = of_company(company, "application", LATER)
    fields = V3_FIELDS["application"]
    assert only(landed(settings, "application"), fields) == only(theirs, fields)


def test_a_list_that_shifts_while_it_is_read_loses_and_repeats_nothing(
    make_source: Callable[..., YonyouSource], faults: Pull
) -> None:
    faults(duplicate_rows=1)
    source = make_source()
    parts = [row for page in source.read("candidate", None) for row in page.rows]
    ids = [row["id"] for row in parts if row["part"] == "candidate"]
    assert len(ids) == len(set(ids)) == 178
    assert faults()["fired"]["duplicate_rows"] >= 1


def test_a_list_that_shows_fewer_records_than_it_counts_is_an_error_and_not_a_short_list(
    make_source: Callable[..., YonyouSource], faults: Pull
) -> None:
    faults(hide_rows=3)
    with pytest.raises(SourceError, match="counts 18 records but shows 15"):
        list(make_source().read("staffing", None))
    shown = make_source(check_counts=False).read("staffing", None)
    assert sum(len(page.rows) for page in shown) == 15


def test_a_field_that_is_gone_stops_the_stream_and_keeps_the_cursor(
    settings: Settings, tenant: Service, tmp_path: Path, faults: Pull
) -> None:
    source = source_file(tmp_path, {**OPTIONS, "streams": ["bill"]})
    faults(**{"rename:bill.offerStatus": "state"})
    with pytest.raises(Exception, match="offerStatus"):
        ingest(settings, source)
    faults(error_every=0)
    ingest(settings, source)
    assert len(landed(settings, "offer")) == 108


@pytest.mark.parametrize(
    "fault",
    ["throttle_every", "error_every", "truncate_every", "wrong_type_every", "reject_token_every"],
)
def test_through_every_fault_the_pull_lands_each_record_once(
    settings: Settings, company: Company, tmp_path: Path, faults: Pull, fault: str
) -> None:
    source = source_file(tmp_path, {**OPTIONS, "streams": ["candidate"]})
    faults(**{fault: 7})
    result = ingest(settings, source)
    assert faults()["fired"][fault] > 20
    for entity in ("candidate", "application", "interview"):
        assert result.counts(entity).landed == company.visible(entity, CLOCK_START).num_rows


def test_a_tenant_that_does_not_answer_in_time_is_asked_again(
    make_source: Callable[..., YonyouSource], faults: Pull
) -> None:
    faults(timeout_every=2, timeout_seconds=0.3)
    source = make_source(timeout_seconds=0.05)
    assert sum(len(page.rows) for page in source.read("bill", None)) == 108
    assert sum(len(page.rows) for page in source.read("staffing", None)) == 18
    assert faults()["fired"]["timeout_every"] >= 1
