"""The truth file agrees with counts made in another way, by plain loops over single records."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from statistics import mean, median
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.sandbox.company import CLOCK_START, HORIZON, Company, truth
from talentloop.contracts import STAGES
from talentloop.errors import ConfigError

ZONE = ZoneInfo("Asia/Shanghai")
INSTANTS = [CLOCK_START - timedelta(days=400), CLOCK_START, CLOCK_START + timedelta(days=9)]
Row = dict[str, Any]


class Shown:
    """Everything visible at an instant, as lists of dicts."""

    def __init__(self, company: Company, at: datetime) -> None:
        self.at = at
        self.today = at.astimezone(ZONE).date()
        self.rows = {entity: company.visible(entity, at).to_pylist() for entity in company.tables}
        tests = {r["source_id"] for r in self.rows["requisition"] if r["is_test"]}
        self.counted = {
            a["source_id"]: a
            for a in self.rows["application"]
            if a["requisition_id"] not in tests
            and not a["is_prospect"]
            and a["source_channel_code"] != "internal"
        }
        self.latest: dict[str, Row] = {}
        for offer in sorted(self.rows["offer"], key=lambda o: o["version"]):
            self.latest[offer["application_id"]] = offer

    def hires(self) -> list[tuple[Row, Row]]:
        """Counted applications that were hired, with their offer."""
        return [
            (a, self.latest[key])
            for key, a in self.counted.items()
            if key in self.latest and self.latest[key]["status_code"] == "accepted"
        ]


def _month(at: datetime) -> str:
    return at.astimezone(ZONE).strftime("%Y-%m-01")


@pytest.fixture(params=INSTANTS, ids=["earlier", "clock", "later"])
def case(request: pytest.FixtureRequest, small: Company) -> tuple[Shown, dict[str, Any]]:
    return Shown(small, request.param), truth(small, request.param)["figures"]


def test_applications_and_their_states(case: tuple[Shown, dict[str, Any]]) -> None:
    shown, figures = case
    assert figures["applications"]["visible"] == len(shown.rows["application"])
    assert figures["applications"]["counted"] == len(shown.counted)
    excluded = sum(figures["applications"]["excluded"].values())
    assert len(shown.counted) + excluded == len(shown.rows["application"])
    states = Counter(a["status_code"] for a in shown.counted.values())
    assert figures["applications_by_status"] == {
        **states, "resolved": len(shown.counted) - states["open"],
    }  # fmt: skip
    months = Counter(_month(a["applied_at"]) for a in shown.counted.values())
    assert figures["applications_by_month"] == months


def test_hires_and_their_times(case: tuple[Shown, dict[str, Any]]) -> None:
    shown, figures = case
    hires = shown.hires()
    assert figures["hires"]["total"] == len(hires)
    assert figures["hires"]["by_month"] == Counter(_month(o["accepted_at"]) for _, o in hires)
    by_unit = figures["hires"]["by_top_unit_and_month"].values()
    assert sum(sum(unit.values()) for unit in by_unit) == len(hires)
    waits = defaultdict(list)
    for application, offer in hires:
        first = min(t for t in (application["applied_at"], application["first_contact_at"]) if t)
        waits[_month(offer["accepted_at"])].append(
            (offer["accepted_at"] - first) / timedelta(days=1)
        )
    assert set(figures["time_to_hire_by_month"]) == set(waits)
    for month, found in figures["time_to_hire_by_month"].items():
        assert found["n"] == len(waits[month])
        assert found["median_days"] == pytest.approx(median(waits[month]))
        assert found["mean_days"] == pytest.approx(mean(waits[month]))


def test_offers_count_by_their_latest_version(case: tuple[Shown, dict[str, Any]]) -> None:
    shown, figures = case
    extended = {
        o["application_id"] for o in shown.rows["offer"] if o["extended_at"] is not None
    } & set(shown.counted)
    states = Counter(shown.latest[key]["status_code"] for key in extended)
    offers = figures["offers"]
    assert offers["by_status"] == states
    taken = states["accepted"] + states["reneged"]
    assert (offers["accepted"], offers["reneged"]) == (taken, states["reneged"])
    assert offers["decided"] == taken + states["declined"] + states["expired"]
    assert offers["acceptance_rate"] == pytest.approx(taken / offers["decided"])
    assert sum(month["decided"] for month in offers["by_month"].values()) == offers["decided"]


def test_channels_leave_open_applications_out_of_the_rate(
    case: tuple[Shown, dict[str, Any]],
) -> None:
    shown, figures = case
    hired = Counter(a["source_channel_code"] for a, _ in shown.hires())
    for channel, found in figures["channels"].items():
        mine = [a for a in shown.counted.values() if a["source_channel_code"] == channel]
        resolved = sum(a["status_code"] != "open" for a in mine)
        assert (found["applications"], found["resolved"]) == (len(mine), resolved)
        assert found["hires"] == hired[channel]
        assert found["hire_rate"] == (hired[channel] / resolved if resolved else None)


def _journeys(shown: Shown) -> dict[str, list[Row]]:
    journeys = defaultdict(list)
    for event in sorted(shown.rows["stage_event"], key=lambda e: (e["occurred_at"], e["sequence"])):
        journeys[event["application_id"]].append(event)
    return journeys


def _kept(journey: list[Row]) -> list[str]:
    """Stages of a journey without those taken back within ten minutes."""
    kept = []
    for i, event in enumerate(journey):
        inner = 0 < i < len(journey) - 1
        if (
            inner
            and journey[i - 1]["stage_code"] == journey[i + 1]["stage_code"]
            and journey[i + 1]["occurred_at"] - event["occurred_at"] <= timedelta(minutes=10)
        ):
            continue
        kept.append(event["stage_code"])
    return kept


def test_funnel_follows_the_log(case: tuple[Shown, dict[str, Any]]) -> None:
    shown, figures = case
    journeys = {key: _kept(j) for key, j in _journeys(shown).items() if key in shown.counted}
    furthest = {
        key: max(STAGES.index(stage) for stage in stages if stage in STAGES)
        for key, stages in journeys.items()
    }
    for rank, stage in enumerate(STAGES):
        found = figures["funnel"][stage]
        assert found["reached"] == sum(f >= rank for f in furthest.values()), stage
        assert found["entered"] == sum(stage in stages for stages in journeys.values()), stage
        stopped = Counter(
            shown.counted[key]["status_code"] for key, f in furthest.items() if f == rank
        )
        for state in ("rejected", "withdrawn", "open"):
            assert found[state] == stopped[state], (stage, state)


def test_persons_are_found_by_the_identifiers_they_share(demo: Company) -> None:
    """Connected components over e-mail (whatever its spelling), phone and identity hash."""
    shown = Shown(demo, CLOCK_START)
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        parent.setdefault(key, key)
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    def link(record: str, row: Row, extra: list[str]) -> None:
        email = (row["email"] or "").strip().lower()
        for value in (email, row["phone"], row["national_id_hash"], *extra):
            if value:
                parent[root(str(value))] = root(record)

    for row in shown.rows["candidate"]:
        link(f"candidate {row['source_id']}", row, [])
    among_candidates = {root(f"candidate {r['source_id']}") for r in shown.rows["candidate"]}
    figures = truth(demo, CLOCK_START)["figures"]["persons"]
    assert figures["among_candidates"] == len(among_candidates)
    for row in shown.rows["employee"]:
        linked = [row["person_no"]]
        if row["candidate_id"]:
            linked.append(f"candidate {row['candidate_id']}")
        link(f"employee {row['source_id']}", row, linked)
    records = [f"candidate {r['source_id']}" for r in shown.rows["candidate"]]
    records += [f"employee {r['source_id']}" for r in shown.rows["employee"]]
    assert figures["with_employees"] == len({root(record) for record in records})


def _started(shown: Shown) -> list[tuple[Row, str]]:
    """Employments that began through counted applications, with their channel."""
    return [
        (e, shown.counted[e["application_id"]]["source_channel_code"])
        for e in shown.rows["employee"]
        if e["application_id"] in shown.counted
        and e["status_code"] != "not_started"
        and e["hired_on"] <= shown.today
    ]


def test_retention_is_kaplan_and_meiers(case: tuple[Shown, dict[str, Any]]) -> None:
    shown, figures = case
    started = _started(shown)
    assert figures["retention_90d"]["all"]["starters"] == len(started)

    def survival(people: list[Row]) -> float:
        share = 1.0
        for day in range(91):
            ends = [(min(p["terminated_on"] or shown.today, shown.today), p) for p in people]
            at_risk = sum((end - p["hired_on"]).days >= day for end, p in ends)
            left = sum(
                p["terminated_on"] is not None
                and p["terminated_on"] <= shown.today
                and (p["terminated_on"] - p["hired_on"]).days == day
                for _, p in ends
            )
            share *= 1 - left / at_risk if at_risk else 1
        return share

    everybody = [e for e, _ in started]
    assert figures["retention_90d"]["all"]["retention_rate"] == pytest.approx(survival(everybody))
    observed = sum((shown.today - e["hired_on"]).days >= 90 for e in everybody)
    assert figures["retention_90d"]["all"]["observed"] == observed


def test_joins_split_into_come_and_still_ahead(case: tuple[Shown, dict[str, Any]]) -> None:
    shown, figures = case
    taken = [
        o for key, o in shown.latest.items()
        if key in shown.counted and o["status_code"] in ("accepted", "reneged")
    ]  # fmt: skip
    due = [o for o in taken if o["start_on"] <= shown.today]
    began = {e["application_id"] for e, _ in _started(shown)}
    assert figures["joins"]["accepted"] == len(taken)
    assert figures["joins"]["due"] == len(due)
    assert figures["joins"]["started"] == sum(o["application_id"] in began for o in due)


def test_openings_are_due_on_their_target_date(case: tuple[Shown, dict[str, Any]]) -> None:
    shown, figures = case
    special = {
        r["source_id"] for r in shown.rows["requisition"] if r["is_test"] or r["is_evergreen"]
    }
    due = [
        o for o in shown.rows["opening"]
        if o["requisition_id"] not in special
        and o["status_code"] != "cancelled"
        and o["target_fill_on"] <= shown.today
    ]  # fmt: skip
    on_time = [
        o for o in due
        if o["status_code"] == "filled"
        and o["filled_at"].astimezone(ZONE).date() <= o["target_fill_on"]
    ]  # fmt: skip
    assert (figures["openings"]["due"], figures["openings"]["on_time"]) == (len(due), len(on_time))


def test_high_potential_by_hand(small: Company) -> None:
    weights = {
        "communication": 0.15, "logic": 0.20, "professionalism": 0.25,
        "teamwork": 0.15, "stress": 0.15, "culture": 0.10,
    }  # fmt: skip
    by_application: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for score in small.visible("dimension_score", CLOCK_START).to_pylist():
        by_application[score["application_id"]][score["dimension_code"]].append(score["score_0_1"])
    high = 0
    for scores in by_application.values():
        if len(scores) >= 4:
            total = sum(weights[d] for d in scores)
            overall = sum(weights[d] * mean(values) for d, values in scores.items()) / total
            high += round(100 * overall, 2) >= 80
    assert truth(small, CLOCK_START)["figures"]["high_potential"]["at_least_80"] == high
    assert high > 0


def test_scores_restated_after_the_clock_take_the_tag_away(demo: Company) -> None:
    lost = demo.planted["high_potential_lost_after_clock_start"]
    assert lost
    before = truth(demo, CLOCK_START)["figures"]["high_potential"]["at_least_80"]
    after = truth(demo, CLOCK_START + timedelta(days=1))["figures"]["high_potential"]["at_least_80"]
    assert before - after >= len(lost) - 1  # others may have joined within the day


def test_labels_count_matured_outcomes_only(small: Company) -> None:
    shown, figures = Shown(small, CLOCK_START), truth(small, CLOCK_START)["figures"]["labels"]
    began = {
        e["source_id"]: e for e in shown.rows["employee"]
        if e["application_id"] and e["status_code"] != "not_started"
    }  # fmt: skip
    mature = [e for e in began.values() if e["probation_end_on"] < date(2026, 11, 1)]
    left = [e for e in mature if e["terminated_on"] and e["terminated_on"] <= e["probation_end_on"]]
    assert figures["probation_attrition"] == {"n": len(mature), "positive": len(left)}
    ratings = [
        r["rating_raw"] for r in shown.rows["performance_review"]
        if r["review_type"] == "month_6" and r["employee_id"] in began
    ]  # fmt: skip
    good = sum(rating >= 4 for rating in ratings)
    assert figures["performance_6m"] == {"n": len(ratings), "positive": good}


def test_the_truth_is_json_and_defines_every_figure(small: Company) -> None:
    told = truth(small, CLOCK_START)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert set(told["definitions"]) == set(told["figures"])
    assert told["is_simulated"] is True
    with pytest.raises(ConfigError, match="no time zone"):
        truth(small, CLOCK_START.replace(tzinfo=None))


def test_every_kind_of_unusual_record_exists_even_at_test_size(small: Company) -> None:
    lists = {name: value for name, value in small.planted.items() if isinstance(value, list)}
    assert [name for name, value in lists.items() if not value] == []
    kinds = {kind for group in small.planted["duplicates"] for kind in group["recognised_by"]}
    assert kinds == {"email_spelling", "phone", "national_id"}


def test_planted_ids_exist(demo: Company) -> None:
    known = {
        entity: set(demo.tables[entity]["source_id"].to_pylist())
        for entity in ("application", "employee", "requisition", "dimension_score", "candidate")
    }
    planted = demo.planted
    assert set(planted["reneged"]) <= known["application"]
    assert set(planted["rehires"]) <= known["employee"]
    assert set(planted["on_hold_at_clock_start"]) <= known["requisition"]
    assert set(planted["staff_profiles"]) <= known["candidate"]
    on_hold = {
        r["source_id"]
        for r in demo.visible("requisition", CLOCK_START).to_pylist()
        if r["status_code"] == "on_hold"
    }
    assert on_hold == set(planted["on_hold_at_clock_start"])
    offers = demo.visible("offer", HORIZON).to_pylist()
    assert {o["application_id"] for o in offers if o["status_code"] == "reneged"} <= set(
        planted["reneged"]
    )
