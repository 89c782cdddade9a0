"""Writing into the stand-in tenant: results beside applications, stages, and what must not happen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from connectors.base import WriteItem
from connectors.feishu.assessments import assessment_of, fields_of, interview_of
from connectors.feishu.client import FeishuClient, data_of
from connectors.feishu.writer import FeishuSink
from connectors.outbox import deliver, enqueue_one, reconcile
from connectors.outbox.compare import differences
from connectors.sandbox.company import Company
from connectors.sandbox.service import Service, control
from talentloop.errors import DeliveryError
from talentloop.ops import session
from talentloop.ops.models import OutboxRow
from talentloop.settings import Settings
from tests.connectors.feishu.conftest import OPTIONS, START

Faults = Callable[..., dict[str, Any]]
RESULT: dict[str, Any] = {
    "username": "TalentLoop",
    "conclusion": "3",
    "content": "评分规则/Rule 4; 评分人数/Scorers 2",
    "begin_time": "2026-10-20T08:30:00.123Z",
    "end_time": "2026-10-20T08:30:00.123Z",
    "score_overall": 82.0,
    "score_communication": 78.0,
    "score_logic": None,
}
ASSESSMENTS = "external_interview_assessments"


@pytest.fixture
def sink(settings: Settings, tenant: Service) -> Iterator[FeishuSink]:
    with FeishuSink(settings, "feishu", OPTIONS) as opened:
        yield opened


@pytest.fixture
def keys(company: Company) -> list[str]:
    """Applications that are still under way."""
    rows = company.visible("application", START).to_pylist()
    return [row["source_id"] for row in rows if row["status_code"] == "open"]


def item(key: str, **changes: Any) -> WriteItem:
    return WriteItem(f"idem-{key}", key, {**RESULT, **changes})


def assessment_there(sink: FeishuSink, key: str) -> dict[str, Any]:
    """Our assessment as the tenant itself shows it."""
    there = sink._look(key)
    assert there is not None
    assert there.assessment is not None
    return there.assessment


def made(faults: Faults) -> Counter[str]:
    """How often a record of each collection was really made or changed in the tenant."""
    found: Counter[str] = Counter()
    for effect in faults()["effects"]:
        found[effect["collection"]] += effect["times"]
    return found


def outbox(settings: Settings) -> dict[str, tuple[str, str | None]]:
    with session(settings) as db:
        return {
            row.entity_key: (row.state, row.last_error) for row in db.scalars(select(OutboxRow))
        }


def test_flat_fields_become_the_vendors_nested_body_and_come_back() -> None:
    titles = {"overall": "综合得分", "communication": "沟通表达", "logic": "逻辑思维"}
    body = assessment_of(RESULT, titles)
    assert body["conclusion"] == 3
    assert body["assessment_dimension_list"] == [
        {"assessment_type": 1, "title": "沟通表达", "score": 78},
        {"assessment_type": 1, "title": "综合得分", "score": 82},
    ]
    assert differences(RESULT, fields_of(interview_of(RESULT), body, titles)) == []


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"conclusion": "4"}, "conclusion"),
        ({"score_overall": 82.4}, "score_overall"),
        ({"score_charm": 3}, "score_charm"),
        ({"begin_time": "2026-10-20T08:30:00"}, "begin_time"),
    ],
)
def test_a_field_that_does_not_fit_is_named_and_nothing_is_sent(
    sink: FeishuSink, keys: list[str], faults: Faults, wrong: dict[str, Any], named: str
) -> None:
    [result] = sink.write("interview_result", [item(keys[0], **wrong)])
    assert result.state == "refused"
    assert named in result.message
    assert made(faults) == {}


def test_a_result_is_written_read_back_and_matches(
    sink: FeishuSink, keys: list[str], faults: Faults
) -> None:
    results = sink.write("interview_result", [item(key) for key in keys[:3]])
    assert [result.state for result in results] == ["sent"] * 3
    there = sink.read_back("interview_result", [*keys[:3], keys[3], "no-such"])
    assert set(there) == set(keys[:3])
    assert all(differences(RESULT, fields) == [] for fields in there.values())
    assert made(faults)[ASSESSMENTS] == 3


def test_a_replay_does_no_harm_within_the_vendors_24_hours_nor_after(
    sink: FeishuSink, keys: list[str], settings: Settings, faults: Faults, client: FeishuClient
) -> None:
    sink.write("interview_result", [item(keys[0])])
    once = made(faults)
    for days in (0.5, 2):
        assert sink.write("interview_result", [item(keys[0])])[0].state == "sent"
        assert made(faults) == once
        control(settings, "/sandbox/clock", {"advance_days": days})

    # Blindly repeated, the same body would by now be a second assessment: that is why we read first.
    known = assessment_there(sink, keys[0])
    body = {name: value for name, value in known.items() if name != "id"}
    path = f"open-apis/hire/v1/{ASSESSMENTS}"
    again = client.send("POST", path, body, where="blind repetition", idempotent=False)
    assert data_of(again)["external_interview_assessment"]["id"] != known["id"]
    assert made(faults)[ASSESSMENTS] == once[ASSESSMENTS] + 1


def test_a_changed_result_changes_the_same_assessment(
    sink: FeishuSink, keys: list[str], settings: Settings
) -> None:
    [first] = sink.write("interview_result", [item(keys[0])])
    control(settings, "/sandbox/clock", {"advance_days": 3})
    [second] = sink.write("interview_result", [item(keys[0], score_overall=90.0, conclusion=2)])
    assert (first.state, second.state) == ("sent", "sent")
    assert first.remote_ref == second.remote_ref
    assert sink.read_back("interview_result", keys[:1])[keys[0]]["score_overall"] == 90


def test_through_the_outbox_a_result_is_delivered_and_proved(
    settings: Settings, sink: FeishuSink, keys: list[str]
) -> None:
    for key in keys:
        enqueue_one(settings, "feishu", "interview_result", key, RESULT)
    assert deliver(settings, "feishu", sink=sink).sent == len(keys)
    result = reconcile(settings, "feishu", sink=sink)
    assert (result.match, result.drift, result.missing) == (len(keys), 0, 0)


def test_a_lost_response_is_settled_by_reading_back_and_leaves_one_record(
    settings: Settings, sink: FeishuSink, keys: list[str], faults: Faults
) -> None:
    faults(lose_response_every=2)
    for key in keys:
        enqueue_one(settings, "feishu", "interview_result", key, RESULT)
    at, waiting = settings, len(keys)
    for _ in range(12):
        with suppress(DeliveryError):
            waiting = deliver(at, "feishu", sink=sink, patience_seconds=0).waiting
        if not waiting:
            break
        at = at.model_copy(update={"now": at.clock.now() + timedelta(hours=1)})
    assert faults()["fired"]["lose_response_every"] >= len(keys)
    assert made(faults) == {
        "external_applications": len(keys), "external_interviews": len(keys), ASSESSMENTS: len(keys),
    }  # fmt: skip
    faults(duplicate_rows=0)
    result = reconcile(at, "feishu", sink=sink)
    assert (result.match, result.missing) == (len(keys), 0)


def test_a_persons_edit_stays_and_is_reported(
    settings: Settings, sink: FeishuSink, keys: list[str]
) -> None:
    enqueue_one(settings, "feishu", "interview_result", keys[0], RESULT)
    deliver(settings, "feishu", sink=sink)
    known = assessment_there(sink, keys[0])
    edit = {
        "entity": ASSESSMENTS,
        "key": known["id"],
        "fields": {"conclusion": 1},
    }
    control(settings, "/sandbox/feishu/edit", edit)
    result = reconcile(settings, "feishu", sink=sink)
    assert (result.match, result.drift) == (0, 1)
    enqueue_one(settings, "feishu", "interview_result", keys[0], {**RESULT, "score_overall": 85.0})
    deliver(settings, "feishu", sink=sink)
    there = sink.read_back("interview_result", keys[:1])[keys[0]]
    assert (there["conclusion"], there["score_overall"]) == (1, 85)


def test_a_stage_is_moved_once_and_a_refusal_is_final_in_the_vendors_words(
    settings: Settings, sink: FeishuSink, keys: list[str], company: Company, faults: Faults
) -> None:
    rows = company.visible("application", START).to_pylist()
    over = next(row["source_id"] for row in rows if row["status_code"] == "rejected")
    for key in (keys[0], over):
        enqueue_one(settings, "feishu", "stage_transfer", key, {"stage_id": "7005"})
    delivered = deliver(settings, "feishu", sink=sink)
    assert (delivered.sent, delivered.refused, delivered.waiting) == (1, 1, 0)
    state, words = outbox(settings)[over]
    assert state == "FAILED"
    assert "the application is terminated" in str(words)
    assert sink.read_back("stage_transfer", [keys[0]]) == {keys[0]: {"stage_id": "7005"}}
    assert reconcile(settings, "feishu", sink=sink).match == 1

    # Once more: it is there already, and the refused one is not tried again.
    again = sink.write("stage_transfer", [WriteItem("i", keys[0], {"stage_id": "7005"})])
    assert again[0].state == "sent"
    assert deliver(settings, "feishu", sink=sink).refused == 0
    assert made(faults)["applications"] == 1


def test_a_moved_application_is_news_to_the_next_pull(
    settings: Settings, sink: FeishuSink, keys: list[str], make_source: Callable[..., Any]
) -> None:
    control(settings, "/sandbox/clock", {"advance_days": 0.01})
    sink.write("stage_transfer", [WriteItem("i", keys[0], {"stage_id": "7006"})])
    pages = make_source(overlap_minutes=0).read("applications", START)
    rows = [row for page in pages for row in page.rows if row.get("id") == keys[0]]
    assert [row["_outcome"] for row in rows] == ["Offer"]


def test_a_lost_answer_to_a_move_is_settled_without_a_second_move(
    settings: Settings, sink: FeishuSink, keys: list[str], faults: Faults
) -> None:
    faults(lose_response_every=1)
    enqueue_one(settings, "feishu", "stage_transfer", keys[0], {"stage_id": "7006"})
    with pytest.raises(DeliveryError):
        deliver(settings, "feishu", sink=sink, patience_seconds=0)
    assert outbox(settings)[keys[0]][0] == "UNKNOWN"
    later = settings.model_copy(update={"now": settings.clock.now() + timedelta(minutes=1)})
    assert deliver(later, "feishu", sink=sink, patience_seconds=0).recovered == 1
    assert made(faults)["applications"] == 1


def test_refused_credentials_leave_everything_waiting(
    settings: Settings, tenant: Service, keys: list[str]
) -> None:
    (settings.secrets_dir / "wrong").write_text("nonsense")
    enqueue_one(settings, "feishu", "interview_result", keys[0], RESULT)
    with (
        FeishuSink(settings, "feishu", {**OPTIONS, "app_secret": "file:wrong"}) as sink,
        pytest.raises(DeliveryError),
    ):
        deliver(settings, "feishu", sink=sink)
    assert outbox(settings)[keys[0]] == ("PENDING", None)
