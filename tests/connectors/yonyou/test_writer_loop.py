"""From the export through the outbox into the tenant, and the proof that it is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import select

from connectors.outbox import deliver, enqueue, enqueue_one, reconcile
from connectors.sandbox.company import CLOCK_START, Company
from connectors.sandbox.service import control
from connectors.yonyou import YonyouSink
from talentloop.errors import DeliveryError
from talentloop.ops import session
from talentloop.ops.models import OutboxRow
from talentloop.settings import Settings
from tests.connectors.yonyou.conftest import Pull
from tests.published_copy import publish_tables

NAME = "yonyou"
SCORED = datetime(2026, 10, 20, 8, 30, tzinfo=UTC)
DIMENSIONS = ("communication", "logic", "professionalism", "teamwork", "stress", "culture")
REMARK = "AI 面试综合 81.25 分，4.0 星。逻辑思维 4/5。供参考，由人决定。"
RESUME = {"name": "测试候选人", "mobile": "+8613800138000", "recruitPostId": "3000001"}


@pytest.fixture
def keys(company: Company) -> list[str]:
    rows = company.visible("application", CLOCK_START)[:12].to_pylist()
    return [f"{row['candidate_id']}|{row['source_id']}" for row in rows]


@pytest.fixture
def sink(make_sink: Callable[..., YonyouSink]) -> YonyouSink:
    return make_sink()


def publish(
    settings: Settings, keys: list[str], score: float, *, with_report: bool = False
) -> None:
    """Publish the exports; one dimension was not scored."""
    n = len(keys)
    points = pa.array([score] * n, pa.float64())
    table = {
        "result_key": pa.array(keys),
        "source": pa.array([NAME] * n),
        "overall_score_0_100": points,
        **{f"{name}_0_100": points for name in DIMENSIONS[:-1]},
        "culture_0_100": pa.nulls(n, pa.float64()),
        "n_scorers": pa.array([2] * n, pa.int32()),
        "last_scored_at": pa.array([SCORED] * n, pa.timestamp("us", "UTC")),
        "rule_version": pa.array(["1"] * n),
    }
    report = {
        "result_key": pa.array(keys),
        "source": pa.array([NAME] * n),
        "overall_stars_0_5": pa.array([4.0] * n, pa.float64()),
        "remark": pa.array([REMARK] * n),
        "report_uri": pa.array([f"https://tl.example.com/feedback/{i}" for i in range(n)]),
    }
    tag = {
        "result_key": pa.array(keys),
        "source": pa.array([NAME] * n),
        "is_high_potential": pa.array([score >= 80.0] * n),
    }
    tables = {
        "exp_yonyou__interview_result": pa.table(table),
        "exp_yonyou__interview_report": pa.table(report if with_report else without(report)),
        "exp_yonyou__high_potential_tag": pa.table(tag if with_report else without(tag)),
    }
    publish_tables(settings, tables, CLOCK_START)


def without(columns: dict[str, Any]) -> dict[str, Any]:
    """The same columns without a row."""
    return {name: values.slice(0, 0) for name, values in columns.items()}


def states(settings: Settings) -> Counter[str]:
    with session(settings) as db:
        return Counter(db.scalars(select(OutboxRow.state)))


def test_an_export_is_delivered_proven_and_never_sent_again(
    settings: Settings, sink: YonyouSink, keys: list[str], faults: Pull
) -> None:
    publish(settings, keys, 81.25)
    assert enqueue(settings, NAME).queued == len(keys)
    assert deliver(settings, NAME, sink=sink).sent == len(keys)
    result = reconcile(settings, NAME, sink=sink)
    assert (result.match, result.drift, result.missing) == (len(keys), 0, 0)
    assert enqueue(settings, NAME).queued == 0
    effects = faults()["effects"]
    assert sum(effect["times"] for effect in effects) == len(keys)
    there = sink.read_back("interview_result", keys)
    assert {(row["interview_score"], row["dim_logic"]) for row in there.values()} == {
        (81.25, 81.25)
    }
    assert {row["basis"] for row in there.values()} == {"评分人 2 位，规则 1 / 2 scorers, rule 1"}


def test_three_operations_write_one_sheet_and_the_tag_is_withdrawn(
    settings: Settings, sink: YonyouSink, keys: list[str]
) -> None:
    key = keys[0]
    publish(settings, [key], 81.25, with_report=True)
    assert enqueue(settings, NAME).queued == 3
    assert deliver(settings, NAME, sink=sink).sent == 3
    there = sink.read_back("interview_result", [key])[key]
    assert (there["interview_score"], there["dim_logic"], there["stars"]) == (81.25, 81.25, "4.0")
    assert (there["remark"], there["tag"]) == (REMARK, "高潜力")
    assert there["report_link"] == "https://tl.example.com/feedback/0"
    assert reconcile(settings, NAME, sink=sink).match == 3
    publish(settings, [key], 79.0, with_report=True)
    enqueue(settings, NAME)
    deliver(settings, NAME, sink=sink)
    there = sink.read_back("interview_result", [key])[key]
    assert (there["interview_score"], there.get("tag"), there["remark"]) == (79.0, None, REMARK)
    later = settings.model_copy(update={"now": settings.clock.now() + timedelta(hours=1)})
    result = reconcile(later, NAME, sink=sink)
    assert (result.drift, result.missing) == (0, 0)


def test_a_lost_answer_is_settled_by_reading_back_with_exactly_one_effect(
    settings: Settings, sink: YonyouSink, keys: list[str], faults: Pull
) -> None:
    publish(settings, keys, 77.0)
    enqueue(settings, NAME)
    faults(lose_response_every=1)
    with pytest.raises(DeliveryError):
        deliver(settings, NAME, sink=sink, patience_seconds=0)
    assert states(settings) == {"UNKNOWN": len(keys)}
    lost = faults()["fired"]["lose_response_every"]
    later = settings.model_copy(update={"now": settings.clock.now() + timedelta(minutes=5)})
    assert deliver(later, NAME, sink=sink).recovered == len(keys)
    state = faults()
    assert state["fired"]["lose_response_every"] == lost  # nothing was sent again
    assert [effect["times"] for effect in state["effects"]] == [1] * len(keys)


def test_through_every_fault_each_result_is_there_once(
    settings: Settings, sink: YonyouSink, keys: list[str], faults: Pull
) -> None:
    publish(settings, keys, 66.0)
    enqueue(settings, NAME)
    faults(throttle_every=5, error_every=7, lose_response_every=4, reject_token_every=11,
           truncate_every=13, wrong_type_every=17)  # fmt: skip
    at = settings
    for _ in range(20):
        try:
            deliver(at, NAME, sink=sink, patience_seconds=0)
            break
        except DeliveryError:
            at = at.model_copy(update={"now": at.clock.now() + timedelta(hours=1)})
    assert len(faults()["fired"]) >= 5
    effects = faults()["effects"]
    faults(error_every=0)
    result = reconcile(at, NAME, sink=sink)
    assert (result.drift, result.missing) == (0, 0)
    assert states(settings) == {"CONFIRMED": len(keys)}
    assert [effect["times"] for effect in effects] == [1] * len(keys)


def test_a_persons_edit_of_a_score_is_drift_and_stays(
    settings: Settings, sink: YonyouSink, keys: list[str]
) -> None:
    publish(settings, keys[:2], 80.0)
    enqueue(settings, NAME)
    deliver(settings, NAME, sink=sink)
    reconcile(settings, NAME, sink=sink)
    application = keys[0].partition("|")[2]
    edit: dict[str, Any] = {
        "entity": "interview_result", "key": application, "fields": {"score": 91.0},
    }  # fmt: skip
    control(settings, "/sandbox/yonyou/edit", edit)
    later = settings.model_copy(update={"now": settings.clock.now() + timedelta(hours=1)})
    assert reconcile(later, NAME, sink=sink).drift == 1
    publish(settings, keys[:2], 60.0)
    enqueue(later, NAME)
    deliver(later, NAME, sink=sink)
    there = sink.read_back("interview_result", keys[:2])
    assert [there[key]["interview_score"] for key in keys[:2]] == [91.0, 60.0]
    assert [there[key]["dim_logic"] for key in keys[:2]] == [60.0, 60.0]


def test_a_resume_then_an_interview_result_then_the_pool_are_delivered_in_order(
    settings: Settings, sink: YonyouSink, faults: Pull
) -> None:
    first = enqueue_one(settings, NAME, "resume", "TL-7", RESUME)
    enqueue_one(
        settings, NAME, "talent_pool", "P1|E000001", {"staffId": "E000001"}, depends_on=[first]
    )
    assert deliver(settings, NAME, sink=sink).sent == 2
    result = reconcile(settings, NAME, sink=sink)
    assert (result.match, result.missing) == (2, 0)
    assert sum(effect["times"] for effect in faults()["effects"]) == 2
