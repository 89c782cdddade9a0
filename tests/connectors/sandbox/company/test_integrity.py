"""Records fit together: references resolve, times follow each other, states agree."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pandas as pd
import pyarrow as pa
import pytest

from connectors.sandbox.company import CLOCK_START, HORIZON, Company
from talentloop.contracts import EXITS, normalise_score

REFERENCES = [
    ("requisition", "org_unit_id", "org_unit"),
    ("requisition", "hiring_manager_id", "employee"),
    ("requisition", "recruiter_id", "employee"),
    ("requisition_event", "requisition_id", "requisition"),
    ("opening", "requisition_id", "requisition"),
    ("opening", "filled_application_id", "application"),
    ("consent", "candidate_id", "candidate"),
    ("application", "candidate_id", "candidate"),
    ("application", "requisition_id", "requisition"),
    ("stage_event", "application_id", "application"),
    ("stage_event", "actor_id", "employee"),
    ("interview", "application_id", "application"),
    ("interview", "rescheduled_from_id", "interview"),
    ("dimension_score", "application_id", "application"),
    ("dimension_score", "interview_id", "interview"),
    ("offer", "application_id", "application"),
    ("employee", "application_id", "application"),
    ("employee", "candidate_id", "candidate"),
    ("employee", "org_unit_id", "org_unit"),
    ("employee", "manager_id", "employee"),
    ("employment_event", "employee_id", "employee"),
    ("performance_review", "employee_id", "employee"),
    ("performance_review", "reviewer_id", "employee"),
]
INSTANTS = [
    CLOCK_START - timedelta(days=500),
    CLOCK_START,
    CLOCK_START + timedelta(days=1),
    HORIZON,
]


def shown(company: Company, entity: str, at: datetime = CLOCK_START) -> pd.DataFrame:
    frame: pd.DataFrame = company.visible(entity, at).to_pandas()
    return frame


@pytest.mark.parametrize("at", INSTANTS, ids=["earlier", "clock", "next_day", "horizon"])
def test_references_resolve_at_every_instant(demo: Company, at: datetime) -> None:
    for entity, column, target in REFERENCES:
        values = demo.visible(entity, at)[column].drop_null()
        known = demo.visible(target, at)["source_id"]
        missing = pa.compute.invert(pa.compute.is_in(values, known))
        assert not pa.compute.any(missing).as_py(), f"{entity}.{column}"


def test_versions_are_numbered_in_the_order_of_recording(demo: Company) -> None:
    for entity, table in demo.tables.items():
        frame = table.select(["source_id", "recorded_at", "row_version"]).to_pandas()
        first = frame["row_version"] == 1
        same = frame["source_id"] == frame["source_id"].shift(1)
        assert (first == ~same).all(), entity
        assert frame.loc[first, "source_id"].is_unique, entity
        later = frame["recorded_at"] > frame["recorded_at"].shift(1)
        assert later[~first].all(), entity


def test_an_application_stands_where_its_log_ends(demo: Company) -> None:
    for at in INSTANTS:
        events = shown(demo, "stage_event", at).sort_values(
            ["application_id", "occurred_at", "sequence"], kind="stable"
        )
        last = events.groupby("application_id")["stage_code"].last()
        applications = shown(demo, "application", at).set_index("source_id")
        assert (applications["stage_code"] == last.reindex(applications.index)).all()
        ways_out = [*EXITS, "hired"]
        expected = applications["stage_code"].where(
            applications["stage_code"].isin(ways_out), "open"
        )
        assert (applications["status_code"] == expected).all()


def test_hired_is_who_accepted_and_did_not_renege(demo: Company) -> None:
    for at in INSTANTS:
        latest = shown(demo, "offer", at).sort_values("version")
        latest = latest.drop_duplicates("application_id", keep="last")
        accepted = set(latest.loc[latest["status_code"] == "accepted", "application_id"])
        applications = shown(demo, "application", at)
        hired = applications.loc[applications["status_code"] == "hired", "source_id"]
        assert set(hired) == accepted


def test_filled_openings_name_hires_once(demo: Company) -> None:
    openings = shown(demo, "opening")
    filled = openings[openings["status_code"] == "filled"]
    assert filled["filled_application_id"].is_unique
    applications = shown(demo, "application").set_index("source_id")
    status = applications["status_code"].reindex(filled["filled_application_id"])
    assert (status == "hired").all()
    assert (filled["filled_at"] > filled["opened_at"]).all()
    others = openings[openings["status_code"] != "filled"]
    assert others["filled_application_id"].isna().all()


def test_nobody_is_employed_twice_at_a_time(demo: Company) -> None:
    employees = shown(demo, "employee").sort_values(["person_no", "hired_on"])
    before = employees.groupby("person_no")["terminated_on"].shift(1)
    again = employees["person_no"].duplicated()
    assert again.any()
    assert employees.loc[again, "is_rehire"].all()
    assert (pd.to_datetime(before[again]) < pd.to_datetime(employees.loc[again, "hired_on"])).all()


def test_nobody_applies_twice_for_one_requisition(demo: Company) -> None:
    applications = shown(demo, "application").set_index("candidate_id")
    person = {
        candidate: group["candidate_ids"][0]
        for group in demo.planted["duplicates"]
        for candidate in group["candidate_ids"]
    }
    applications["person"] = [person.get(c, c) for c in applications.index]
    assert not applications.duplicated(["person", "requisition_id"]).any()


def test_times_of_hiring_follow_each_other(demo: Company) -> None:
    offers = shown(demo, "offer", HORIZON)
    assert (
        (offers["extended_at"] >= offers["created_at"])
        .where(offers["extended_at"].notna(), True)
        .all()
    )
    decided = offers.dropna(subset=["extended_at", "decided_at"])
    assert (decided["decided_at"] > decided["extended_at"]).all()
    interviews = shown(demo, "interview", HORIZON)
    held = interviews[interviews["status_code"] == "completed"]
    assert (held["ended_at"] > held["started_at"]).all()
    assert (held["started_at"] >= held["invited_at"]).all()
    scores = shown(demo, "dimension_score", HORIZON).merge(
        interviews[["source_id", "ended_at", "status_code"]],
        left_on="interview_id", right_on="source_id",
    )  # fmt: skip
    assert (scores["status_code"] == "completed").all()
    assert (scores["scored_at"] > scores["ended_at"]).all()
    applications = shown(demo, "application", HORIZON)
    assert not (applications["first_contact_at"] > applications["applied_at"]).any()


def test_scores_before_an_offer_are_given_before_it_goes_out(demo: Company) -> None:
    offers = shown(demo, "offer", HORIZON).groupby("application_id")["extended_at"].min().dropna()
    scores = shown(demo, "dimension_score", HORIZON).join(offers, on="application_id", how="inner")
    counted = scores[scores["score_purpose_code"] == "assessment"]
    assert (counted["scored_at"] < counted["extended_at"]).all()


def test_every_hire_has_all_six_dimensions_scored_on_mixed_scales(demo: Company) -> None:
    scores = shown(demo, "dimension_score")
    assert set(scores["scale_code"]) == {"points_100", "stars_5", "percent"}
    applications = shown(demo, "application")
    hired = applications.loc[applications["status_code"] == "hired", "source_id"]
    n = scores.groupby("application_id")["dimension_code"].nunique().reindex(hired, fill_value=0)
    assert (n == 6).mean() > 0.99


def test_reviews_come_while_employed(demo: Company) -> None:
    employees = shown(demo, "employee", HORIZON).set_index("source_id")
    reviews = shown(demo, "performance_review", HORIZON).join(
        employees[["hired_on", "terminated_on"]], on="employee_id"
    )
    final_on = reviews["finalised_at"].dt.tz_convert("Asia/Shanghai").dt.date
    assert not (pd.to_datetime(final_on) > pd.to_datetime(reviews["terminated_on"])).any()
    regular = reviews["review_type"] != "annual"
    assert not reviews[regular].duplicated(["employee_id", "review_type"]).any()


def test_requisitions_are_approved_opened_held_and_closed_in_order(demo: Company) -> None:
    rows = shown(demo, "requisition", HORIZON)
    opened = rows[rows["opened_at"].notna()]
    assert (opened["approved_at"] < opened["opened_at"]).all()
    closed = rows[rows["status_code"].isin(["filled", "closed", "cancelled"])]
    assert (closed["closed_at"] > closed["opened_at"]).all()
    assert rows.loc[rows["status_code"] == "open", "closed_at"].isna().all()
    events = shown(demo, "requisition_event", HORIZON).sort_values(
        ["requisition_id", "occurred_at"]
    )
    follows = {
        "approved": {"opened"}, "opened": {"held", "closed"}, "held": {"resumed"},
        "resumed": {"closed"}, "closed": {"reopened"}, "reopened": {"closed"},
    }  # fmt: skip
    journeys = events.groupby("requisition_id")["event_type"].agg(list)
    for journey in journeys:
        assert journey[0] == "approved"
        assert all(after in follows[before] for before, after in pairwise(journey))
    seen = {event for journey in journeys for event in journey}
    assert seen == set(follows)


def test_a_rescheduled_interview_replaces_one_of_the_same_round(demo: Company) -> None:
    interviews = shown(demo, "interview", HORIZON).set_index("source_id")
    later = interviews[interviews["rescheduled_from_id"].notna()]
    before = interviews.loc[later["rescheduled_from_id"]]
    assert before["status_code"].isin(["cancelled", "no_show", "failed"]).all()
    for column in ("application_id", "round", "interview_type"):
        assert (before[column].to_numpy() == later[column].to_numpy()).all()
    assert (before["invited_at"].to_numpy() < later["invited_at"].to_numpy()).all()
    assert later["rescheduled_from_id"].is_unique


def test_scores_are_shares_of_their_own_scale(small: Company) -> None:
    for score in small.visible("dimension_score", HORIZON).to_pylist():
        expected = normalise_score(score["score_raw"], score["scale_min"], score["scale_max"])
        assert score["score_0_1"] == expected


def test_bulk_rejections_carry_a_reason_of_their_own(demo: Company) -> None:
    events = shown(demo, "stage_event")
    bulk = events[events["reason_code"] == "position_closed"]
    assert len(bulk) > 100
    assert (bulk["stage_code"] == "rejected").all()
    assert (bulk["actor_type"] == "automation").all()
    requisition = shown(demo, "application").set_index("source_id")["requisition_id"]
    per_close = bulk.groupby(requisition.reindex(bulk["application_id"]).to_numpy())["occurred_at"]
    assert (per_close.nunique() == 1).all()
