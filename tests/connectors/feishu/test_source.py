"""Pulling the stand-in tenant: all that the company has, then only what changed, whatever goes wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from connectors.base import Page
from connectors.feishu.source import MAPPING, FeishuSource
from connectors.ingest import ingest
from connectors.mapping import apply_mapping, load_mapping
from connectors.sandbox.company import Company
from connectors.sandbox.service import Service, control
from talentloop.errors import ConfigError, SourceError
from talentloop.landing import LandingZone
from talentloop.settings import Settings
from tests.connectors.feishu.conftest import OPTIONS, START
from tests.connectors.quick import RETRY

Make = Callable[..., FeishuSource]
Faults = Callable[..., dict[str, Any]]
Rows = dict[str, dict[str, Any]]
#: Canonical fields that the vendor's records carry as the company has them.
FAITHFUL = {
    "requisition": ["title", "job_code", "job_family_code", "org_unit_id", "location_code",
                    "headcount", "target_fill_on", "is_evergreen", "is_test"],
    "opening": ["requisition_id", "opened_at", "target_fill_on", "status_code", "filled_at",
                "closed_at", "source_updated_at"],
    "candidate": ["full_name", "phone", "education_level_code", "major", "current_employer",
                  "source_channel_code", "gender", "birth_on", "marital_status", "citizenship",
                  "source_updated_at"],
    "application": ["candidate_id", "requisition_id", "applied_at", "source_channel_code",
                    "stage_code", "status_code", "source_updated_at"],
    "interview": ["application_id", "round", "interview_type", "status_code", "invited_at",
                  "scheduled_start_at", "started_at", "ended_at", "source_updated_at"],
    "offer": ["application_id", "version", "status_code", "created_at", "extended_at",
              "accepted_at", "start_on", "base_salary", "currency_code"],
    "employee": ["person_no", "application_id", "candidate_id", "full_name", "email", "phone",
                 "org_unit_id", "position_code", "job_family_code", "manager_id", "hired_on",
                 "probation_end_on", "terminated_on", "status_code", "termination_type",
                 "is_rehire", "years_experience", "education_level_code", "gender", "birth_on",
                 "marital_status"],
}  # fmt: skip


@pytest.fixture
def source_file(tmp_path: Path, tenant: Service) -> str:
    """A source file for the tenant, without our own rate limit."""
    path = tmp_path / "feishu.yml"
    path.write_text(yaml.safe_dump({"connector": "feishu", **OPTIONS}))
    return str(path)


def landed(settings: Settings, entity: str) -> Rows:
    return {r["source_id"]: r for r in LandingZone(settings).read(entity).to_pylist()}


def truth(company: Company, entity: str, at: datetime = START) -> Rows:
    return {r["source_id"]: r for r in company.visible(entity, at).to_pylist()}


def read(source: FeishuSource, stream: str, since: datetime | None = None) -> list[Any]:
    return [row for page in source.read(stream, since) for row in page.rows]


def test_a_pull_lands_what_the_company_has_and_later_only_what_changed(
    settings: Settings, company: Company, source_file: str
) -> None:
    assert ingest(settings, source_file).totals()["quarantined"] == 0
    assert_records(settings, company)
    assert_stages(settings, company)
    assert_scores_and_ratings(settings, company)

    assert ingest(settings, source_file).totals()["landed"] == 0
    control(settings, "/sandbox/clock", {"advance_days": 20})
    later = ingest(settings, source_file)
    now = START + timedelta(days=20)
    for entity in ("application", "candidate", "interview", "offer", "employee", "opening"):
        got, has = landed(settings, entity), truth(company, entity, now)
        changed = [key for key, row in has.items() if row["source_updated_at"] > START]
        assert set(has) <= set(got), entity
        assert later.counts(entity).landed <= len(changed), entity
        for key in changed:
            # A change of what the vendor's records do not carry makes no new version.
            for field in set(FAITHFUL[entity]) - {"source_updated_at"}:
                assert got[key][field] == has[key][field], (entity, key, field)


def assert_records(settings: Settings, company: Company) -> None:
    for entity, fields in FAITHFUL.items():
        got, has = landed(settings, entity), truth(company, entity)
        assert set(got) == set(has), entity
        for key, row in has.items():
            assert {f: got[key][f] for f in fields} == {f: row[f] for f in fields}, (entity, key)


def assert_stages(settings: Settings, company: Company) -> None:
    """Each stage that was entered, and how it ended."""
    entered = Counter(
        (e["application_id"], e["stage_code"], e["occurred_at"])
        for e in truth(company, "stage_event").values()
    )
    told = Counter(
        (e["application_id"], e["stage_code"], e["occurred_at"])
        for e in landed(settings, "stage_event").values()
    )
    assert not told - entered
    # The vendor keeps the last end only: one application was rejected, taken up and rejected again.
    assert {stage for _, stage, _ in entered - told} == {"rejected"}
    assert sum((entered - told).values()) == 1


def assert_scores_and_ratings(settings: Settings, company: Company) -> None:
    """Scores are whole numbers of a hundred, the conclusion beside them in the vendor's numbers."""
    scores = truth(company, "dimension_score").values()
    own = {
        (s["interview_id"], s["scorer_id"], s["dimension_code"]): s["score_0_1"]
        for s in scores
        if s["score_purpose_code"] == "assessment"
    }
    got_scores = landed(settings, "dimension_score").values()
    assert len(got_scores) == len(own)
    for score in got_scores:
        share = own[score["interview_id"], score["scorer_id"], score["dimension_code"]]
        assert score["score_0_1"] == pytest.approx(share, abs=0.0051)
        assert orjson.loads(score["ext"])["cust_conclusion"] in (1, 2)
    assert {s["scorer_type"] for s in got_scores} == {"ai", "person"}

    reviews = truth(company, "performance_review")
    fields = [
        "employee_id",
        "cycle_code",
        "review_type",
        "finalised_at",
        "rating_raw",
        "rating_0_1",
    ]
    assert sorted(str([r[f] for f in fields]) for r in reviews.values()) == sorted(
        str([r[f] for f in fields]) for r in landed(settings, "performance_review").values()
    )


def test_an_incremental_read_asks_for_changes_only(make_source: Make, company: Company) -> None:
    since = START - timedelta(days=10)
    rows = read(make_source(overlap_minutes=0), "talents", since)
    expected = {
        k for k, r in truth(company, "candidate").items() if r["source_updated_at"] >= since
    }
    assert {row["id"] for row in rows} == expected
    assert 0 < len(expected) < 100


def test_interviews_of_the_days_that_may_still_change_are_read_again(
    make_source: Make, company: Company
) -> None:
    rows = read(make_source(overlap_minutes=0, reread_days=40), "interviews", START)
    begin = START - timedelta(days=40)
    found = truth(company, "interview").values()
    expected = {
        row["source_id"]
        for row in found
        if (row["started_at"] or row["scheduled_start_at"] or row["invited_at"]) >= begin
    }
    assert {row["id"] for row in rows} == expected
    assert 0 < len(expected) < len(found)


def test_evaluations_can_be_read_though_no_canonical_record_takes_them(make_source: Make) -> None:
    source = make_source()
    rows = read(source, "evaluations")
    assert len(rows) > 50
    assert {row["conclusion"] for row in rows} == {1, 2}
    assert "evaluations" not in source.streams()


def test_all_pages_of_a_read_carry_the_tenants_clock_at_its_start(
    make_source: Make, settings: Settings
) -> None:
    pages = make_source().read("talents", None)
    seen = [next(pages).observed_at]
    control(settings, "/sandbox/clock", {"advance_days": 1})
    seen += [page.observed_at for page in pages]
    assert set(seen) == {START.astimezone(UTC)}


@pytest.mark.parametrize(
    "wanted",
    [
        {"throttle_every": 3},
        {"error_every": 3},
        {"truncate_every": 3},
        {"wrong_type_every": 4},
        {"duplicate_rows": 1},
        {"reject_token_every": 4},
        {"timeout_every": 5, "timeout_seconds": 0.4},
        {"clock_skew_seconds": -7200},
    ],
    ids="+".join,
)
def test_through_every_fault_nothing_is_lost_and_nothing_comes_twice(
    make_source: Make, faults: Faults, wanted: dict[str, float]
) -> None:
    undisturbed = read(make_source(), "talents")
    faults(**wanted)
    disturbed = read(make_source(timeout_seconds=0.2), "talents")
    assert disturbed == undisturbed
    assert max(Counter(row["id"] for row in disturbed).values()) == 1
    fired = faults()["fired"]
    for name in wanted.keys() - {"timeout_seconds", "clock_skew_seconds"}:
        assert fired[name] >= 1, f"{name} did not happen"


def test_two_steps_survive_faults_in_the_middle(make_source: Make, faults: Faults) -> None:
    """Ids by list, then each by its id: a failure of one detail costs no other."""
    since = START - timedelta(days=20)
    undisturbed = read(make_source(), "applications", since)
    faults(throttle_every=5, error_every=7, truncate_every=6, reject_token_every=9)
    assert read(make_source(), "applications", since) == undisturbed
    assert len(undisturbed) > 20


def test_a_renamed_field_stops_the_pull_by_name_and_lands_nothing_wrong(
    settings: Settings, source_file: str, faults: Faults
) -> None:
    faults(**{"rename:jobs.title": "name"})
    with pytest.raises(Exception, match="title"):
        ingest(settings, source_file)
    assert landed(settings, "requisition") == {}


def test_an_unknown_number_goes_to_quarantine_by_name(make_source: Make) -> None:
    """What a tenant means by another number is for a person to say, never guessed."""
    row = read(make_source(), "interviews")[0] | {"arrangement_status": 77}
    rules = load_mapping(MAPPING).stream("interviews")
    mapped = apply_mapping(rules, Page([row], b"", START, "page"), "feishu")
    assert [reject.field for reject in mapped.rejects] == ["status_code"]


def test_dead_names_and_silent_hosts_are_tried_so_often_and_no_more(make_source: Make) -> None:
    nowhere = make_source(base_url="http://127.0.0.1:9", app_secret="file:sandbox_feishu.secret")
    with pytest.raises(SourceError, match="did not answer"):
        read(nowhere, "jobs")


def test_a_stream_that_is_none_is_named(make_source: Make) -> None:
    with pytest.raises(ConfigError, match="nonsense"):
        read(make_source(retry=RETRY), "nonsense")
