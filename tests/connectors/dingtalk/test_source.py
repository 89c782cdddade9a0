"""Pulling the stand-in organisation: what it tells, then only what changed, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.dingtalk.rows import flow_row, interview_rows, roster_row
from connectors.dingtalk.source import DingTalkSource
from connectors.http import HttpError, RetryClass
from connectors.ingest import ingest
from connectors.sandbox.company import Company
from connectors.sandbox.service import Service, control
from talentloop.errors import SourceAuthError
from talentloop.landing import LandingZone
from talentloop.settings import Settings
from tests.connectors.dingtalk.conftest import OPTIONS, START

Make = Callable[..., DingTalkSource]
Switch = Callable[..., dict[str, Any]]
Rows = dict[str, dict[str, Any]]
#: Canonical fields that the vendor's records carry as the company has them.
FAITHFUL = {
    "requisition": ["title", "headcount", "recruiter_id", "opened_at"],
    "candidate": ["full_name"],
    "application": ["candidate_id", "requisition_id", "applied_at", "source_channel_code",
                    "stage_code", "status_code"],
    "employee": ["person_no", "candidate_id", "full_name", "email", "phone", "position_code",
                 "manager_id", "hired_on", "probation_end_on", "terminated_on", "status_code",
                 "education_level_code", "gender", "birth_on", "ethnicity", "marital_status"],
}  # fmt: skip


def landed(settings: Settings, entity: str) -> Rows:
    return {r["source_id"]: r for r in LandingZone(settings).read(entity).to_pylist()}


def truth(company: Company, entity: str, at: datetime = START) -> Rows:
    return {r["source_id"]: r for r in company.visible(entity, at).to_pylist()}


def read(source: DingTalkSource, stream: str, since: datetime | None = None) -> list[Any]:
    return [row for page in source.read(stream, since) for row in page.rows]


def test_a_pull_lands_what_the_vendor_tells_and_later_only_what_changed(
    settings: Settings, company: Company, organisation: Service, tmp_path: Path
) -> None:
    path = tmp_path / "dingtalk.yml"
    path.write_text(yaml.safe_dump({"connector": "dingtalk", **OPTIONS}))
    assert ingest(settings, str(path)).totals()["quarantined"] == 0
    applications = truth(company, "application")
    expected = {
        "requisition": {row["requisition_id"] for row in applications.values()},
        "candidate": {row["candidate_id"] for row in applications.values()},
        "application": set(applications),
        "employee": {
            key
            for key, row in truth(company, "employee").items()
            if row["status_code"] != "not_started"
        },
    }
    for entity, fields in FAITHFUL.items():
        got, has = landed(settings, entity), truth(company, entity)
        assert set(got) == expected[entity], entity
        for key, row in got.items():
            assert {f: row[f] for f in fields} == {f: has[key][f] for f in fields}, (entity, key)
    units = {row["name"] for row in truth(company, "org_unit").values()}
    assert {row["name"] for row in landed(settings, "org_unit").values()} <= units
    assert_interviews(settings, company)

    assert ingest(settings, str(path)).totals()["landed"] == 0
    control(settings, "/sandbox/clock", {"advance_days": 20})
    later = ingest(settings, str(path))
    now = truth(company, "application", START + timedelta(days=20))
    changed = {key for key, row in now.items() if row["source_updated_at"] > START}
    assert set(landed(settings, "application")) == set(now)
    assert 0 < later.counts("application").landed <= len(changed)


def assert_interviews(settings: Settings, company: Company) -> None:
    """Those with people, at the application that they belong to; of those held, when."""
    has = truth(company, "interview")
    got = landed(settings, "interview")
    with_people = {
        key
        for key, row in has.items()
        if row["interview_type"] != "ai" and (row["started_at"] or row["scheduled_start_at"])
    }
    assert set(got) == with_people
    for key, row in got.items():
        assert row["application_id"] == has[key]["application_id"]
        if row["status_code"] == "completed" and has[key]["status_code"] == "completed":
            assert (row["started_at"], row["ended_at"]) == (
                has[key]["started_at"], has[key]["ended_at"],
            )  # fmt: skip


def test_an_incremental_read_asks_for_changes_only_and_each_detail_once(
    make_source: Make, company: Company, settings: Settings
) -> None:
    source, since = make_source(overlap_minutes=0), START - timedelta(days=10)
    flows = read(source, "flows", since)
    rows = truth(company, "application")
    expected = {k for k, r in rows.items() if r["source_updated_at"] >= since}
    assert {flow["flowId"] for flow in flows} == expected
    asked = len(control(settings, "/sandbox/dingtalk/admissions")["times"])
    read(source, "flows", since)
    again = len(control(settings, "/sandbox/dingtalk/admissions")["times"]) - asked
    assert again == 1, "the list once more, and no detail"


@pytest.mark.parametrize(
    "wanted",
    [
        {"throttle_every": 3},
        {"error_every": 4},
        {"truncate_every": 4},
        {"wrong_type_every": 4},
        {"reject_token_every": 5},
        {"duplicate_rows": 1},
    ],
    ids="+".join,
)
def test_through_every_fault_nothing_is_lost_and_nothing_comes_twice(
    make_source: Make, switch: Switch, wanted: dict[str, float]
) -> None:
    undisturbed = read(make_source(), "employees")
    switch(**wanted)
    assert read(make_source(), "employees") == undisturbed
    for name in wanted:
        assert switch()["fired"][name] >= 1, f"{name} did not happen"


def test_a_used_up_allowance_is_never_retried_and_closes_the_source(
    make_source: Make, switch: Switch, settings: Settings
) -> None:
    switch(quota_left=3)
    source = make_source()
    with pytest.raises(HttpError) as caught:
        read(source, "flows")
    assert caught.value.retry_class is RetryClass.QUOTA
    assert caught.value.code == "Forbidden.AccessDenied.ApiCountLimitForOrg"
    assert switch()["fired"]["quota_left"] == 1
    with pytest.raises(HttpError, match="nothing was sent"):
        read(source, "flows")
    assert switch()["fired"]["quota_left"] == 1


def test_the_older_interface_says_the_same_in_a_body_of_200(
    make_source: Make, switch: Switch
) -> None:
    switch(quota_left=1)
    source = make_source()
    with pytest.raises(HttpError) as caught:
        for _ in range(2):
            source.client.post_old(
                "topapi/smartwork/hrm/employee/queryonjob",
                {"status_list": "3", "offset": 0, "size": 10},
                where="staff",
                idempotent=True,
            )
    assert (caught.value.retry_class, caught.value.code) == (RetryClass.QUOTA, "90020")


def test_a_banned_address_gets_html_is_waited_out_and_named(
    make_source: Make, switch: Switch
) -> None:
    source = make_source()
    read(source, "flows", START - timedelta(days=2))
    switch(banned=1)
    with pytest.raises(HttpError) as caught:
        read(source, "employees")
    assert caught.value.retry_class is RetryClass.TRANSIENT
    assert switch()["fired"]["banned"] == 6, "as many attempts as configured, and no more"


def test_a_wrong_secret_is_refused_at_once_and_never_shown(
    make_source: Make, settings: Settings
) -> None:
    (settings.secrets_dir / "wrong").write_text("WRONG-SECRET")
    with pytest.raises(SourceAuthError) as caught:
        read(make_source(app_secret="file:wrong"), "flows")
    assert "WRONG-SECRET" not in str(caught.value)


def test_another_biz_code_or_operator_is_configuration(make_source: Make) -> None:
    with pytest.raises(HttpError) as caught:
        read(make_source(biz_code="other"), "interviews")
    assert (caught.value.code, caught.value.message) == (
        "InvalidParameter", "invalid parameter bizCode",
    )  # fmt: skip


def test_rows_tell_what_the_vendor_nests() -> None:
    flow = {"flowId": "1", "jobId": "7", "statId": "s4", "currentStatus": "OBSOLETE"}
    assert flow_row(flow, ["OBSOLETE"])["_stage"] == "OBSOLETE"
    assert flow_row(flow, [])["_stage"] == "s4"
    person = {
        "userId": "u",
        "fieldDataList": [
            {"fieldCode": "sys00-name", "fieldValueList": [{"value": "n", "label": "n"}]},
            {"fieldCode": "sys02-sexType", "fieldValueList": [{"value": "1", "label": "女"}]},
            {"fieldCode": "empty", "fieldValueList": []},
        ],
    }
    row = roster_row(person, "c", {"passiveReason": ["x"], "lastWorkDay": 1})
    assert (row["sys02-sexType"], row["sys02-sexType.label"]) == ("1", "女")
    assert (row["_left"], row["_reason_kind"], row["_candidate_id"]) == ("yes", "passive", "c")
    listed = [
        {"interviewId": "b", "jobId": "7", "startTimeMillis": 50, "endTimeMillis": 60},
        {"interviewId": "a", "jobId": "7", "startTimeMillis": 10, "endTimeMillis": 20, "cancelled": True},
        {"interviewId": "c", "jobId": "7", "startTimeMillis": 90, "endTimeMillis": 99},
        {"interviewId": "d", "jobId": "8", "startTimeMillis": 10, "endTimeMillis": 20},
    ]  # fmt: skip
    told = [(r["interviewId"], r["_state"], r["_round"]) for r in interview_rows(listed, flow, 70)]
    assert told == [("a", "cancelled", 1), ("b", "held", 1), ("c", "planned", 2)]
