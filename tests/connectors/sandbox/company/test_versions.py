"""What the HR system shows at an instant: corrected, late and deleted records."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from connectors.sandbox.company import CLOCK_START, HORIZON, Company
from connectors.sandbox.company.columns import build_table
from connectors.sandbox.company.versions import number_versions, snapshots, visible_rows
from talentloop.contracts import ENTITIES
from talentloop.errors import ConfigError

REVIEW = {
    "employee_id": "E1", "cycle_code": "2025H1", "review_type": "month_6",
    "finalised_at": datetime(2025, 3, 1, tzinfo=UTC), "scale_min": 1.0, "scale_max": 5.0,
}  # fmt: skip


def _reviews() -> pa.Table:
    """R1 is corrected from 4 to 3 on 5 March; R2 is deleted on 6 March; R3 appears on 7 March."""
    rows = [
        ("R1", 1, "2025-03-01", 4.0, False),
        ("R1", 2, "2025-03-05", 3.0, False),
        ("R2", 1, "2025-03-02", 5.0, False),
        ("R2", 2, "2025-03-06", 5.0, True),
        ("R3", 1, "2025-03-07", 2.0, False),
    ]
    ids, versions, recorded, ratings, deleted = zip(*rows, strict=True)
    values = {name: pa.array([value] * len(rows)) for name, value in REVIEW.items()}
    return build_table(
        "performance_review",
        {
            **values,
            "source_id": pa.array(ids),
            "rating_raw": np.array(ratings),
            "rating_0_1": (np.array(ratings) - 1) / 4,
            "is_deleted": np.array(deleted),
        },
        np.array(recorded, dtype="datetime64[us]"),
        np.array(versions),
    )


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-02-28", {}),
        ("2025-03-01", {"R1": 4.0}),
        ("2025-03-04", {"R1": 4.0, "R2": 5.0}),
        ("2025-03-05", {"R1": 3.0, "R2": 5.0}),
        ("2025-03-06", {"R1": 3.0}),
        ("2025-03-07", {"R1": 3.0, "R3": 2.0}),
    ],
)
def test_newest_version_known_by_then_is_shown(day: str, expected: dict[str, float]) -> None:
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    rows = visible_rows("performance_review", _reviews(), at).to_pylist()
    assert {row["source_id"]: row["rating_raw"] for row in rows} == expected


def test_last_change_is_when_the_shown_version_was_recorded() -> None:
    at = datetime(2025, 4, 1, tzinfo=UTC)
    first = visible_rows("performance_review", _reviews(), at).to_pylist()[0]
    assert first["source_updated_at"] == datetime(2025, 3, 5, tzinfo=UTC)
    assert first["finalised_at"] == datetime(2025, 3, 1, tzinfo=UTC)


def test_an_instant_may_be_named_in_any_zone() -> None:
    at = datetime.fromisoformat("2025-03-05T07:59:59+08:00")  # one second before the correction
    rows = visible_rows("performance_review", _reviews(), at).to_pylist()
    assert rows[0]["rating_raw"] == 4.0


def test_an_instant_without_zone_and_an_unknown_entity_are_refused(small: Company) -> None:
    with pytest.raises(ConfigError, match="no time zone"):
        small.visible("offer", datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(ConfigError, match="no entity 'payslip'"):
        small.visible("payslip", CLOCK_START)


def test_snapshots_leave_out_what_never_happens_or_lies_beyond_the_horizon() -> None:
    created = np.array(["2025-01-01", "2025-01-02"], dtype="datetime64[us]")
    changed = np.array(["NaT", "2030-01-01"], dtype="datetime64[us]")
    early = np.array(["2024-12-31", "2025-01-09"], dtype="datetime64[us]")  # known from the start
    index, recorded, version = snapshots([created, changed, early])
    assert index.tolist() == [0, 1, 1]
    assert version.tolist() == [1, 1, 2]
    assert recorded.astype("datetime64[D]").astype(str).tolist() == [
        "2025-01-01", "2025-01-02", "2025-01-09",
    ]  # fmt: skip


def test_changes_of_one_instant_make_one_version() -> None:
    at = np.array(["2025-01-01", "2025-01-01", "2025-01-02"], dtype="datetime64[us]")
    index, _, version, order = number_versions(np.array([0, 0, 0]), at)
    assert (index.tolist(), version.tolist(), order.tolist()) == ([0, 0], [1, 2], [1, 2])


def _row(company: Company, entity: str, source_id: str, at: datetime) -> dict[str, object]:
    table = company.visible(entity, at)
    found: list[dict[str, object]] = table.filter(
        pa.compute.equal(table["source_id"], source_id)
    ).to_pylist()
    return found[0]


def _changes(company: Company, entity: str, source_id: str) -> list[datetime]:
    table = company.tables[entity]
    mine = table.filter(pa.compute.equal(table["source_id"], source_id))
    found: list[datetime] = mine["recorded_at"].to_pylist()
    return found


def test_a_first_day_is_shown_wrong_until_it_is_corrected(demo: Company) -> None:
    employee = demo.planted["first_days_corrected"][0]
    seen = [
        (at, _row(demo, "employee", employee, at)["hired_on"])
        for at in _changes(demo, "employee", employee)
    ]
    days = list(dict.fromkeys(day for _, day in seen))
    assert len(days) == 2
    wrong, right = days
    assert isinstance(wrong, date)
    assert isinstance(right, date)
    mended = next(at for at, day in seen if day == right)
    before = _row(demo, "employee", employee, mended - timedelta(seconds=1))
    assert before["hired_on"] == wrong
    assert (
        before["probation_end_on"] != _row(demo, "employee", employee, mended)["probation_end_on"]
    )


def test_an_acceptance_entered_late_restates_the_past(demo: Company) -> None:
    offers = demo.visible("offer", HORIZON).to_pylist()
    late = {offer["application_id"] for offer in offers} & set(
        demo.planted["acceptances_recorded_late"]
    )
    entered_after_the_clock = [
        offer
        for offer in offers
        if offer["application_id"] in late
        and offer["accepted_at"] is not None
        and offer["accepted_at"] < CLOCK_START < offer["source_updated_at"]
    ]
    assert entered_after_the_clock
    for offer in entered_after_the_clock:
        before = _row(demo, "offer", offer["source_id"], CLOCK_START)
        assert (before["status_code"], before["accepted_at"]) == ("extended", None)
        assert offer["status_code"] == "accepted"


def test_a_restated_score_keeps_its_id_and_time(demo: Company) -> None:
    score = demo.planted["scores_restated"][0]
    first, second = _changes(demo, "dimension_score", score)
    before = _row(demo, "dimension_score", score, first)
    after = _row(demo, "dimension_score", score, second)
    assert before["score_raw"] != after["score_raw"]
    assert before["scored_at"] == after["scored_at"]


def test_deleted_applications_vanish_with_their_log(demo: Company) -> None:
    for application in demo.planted["deleted_applications"]:
        at = _changes(demo, "application", application)[0]
        assert _row(demo, "application", application, at)["is_prospect"]
    gone = set(demo.planted["deleted_applications"])
    assert gone
    assert not gone & set(demo.visible("application", HORIZON)["source_id"].to_pylist())
    assert not gone & set(demo.visible("stage_event", HORIZON)["application_id"].to_pylist())


def test_an_application_moves_through_its_stages(demo: Company) -> None:
    offers = demo.visible("offer", CLOCK_START)
    application = offers["application_id"].to_pylist()[0]
    seen = [
        _row(demo, "application", application, at)["stage_code"]
        for at in _changes(demo, "application", application)
    ]
    assert len(seen) >= 4
    assert seen[-1] in ("hired", "withdrawn", "rejected", "offer", "offer_approval")
    assert all(a != b for a, b in pairwise(seen))


def test_every_entity_can_be_shown(small: Company) -> None:
    for entity in ENTITIES:
        assert small.visible(entity, HORIZON).num_rows >= 0
