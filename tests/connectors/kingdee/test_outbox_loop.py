"""Exports through the outbox into both stand-in tenants, and the proof that they are there."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from connectors.base import SinkConnector
from connectors.outbox import deliver, enqueue, reconcile
from connectors.sandbox.company import CLOCK_START, Company
from connectors.sandbox.service import control
from talentloop.errors import DeliveryError
from talentloop.ops import session
from talentloop.ops.models import OutboxRow
from talentloop.settings import Settings
from tests.connectors.kingdee.conftest import APPLICATIONS, COSMIC, K3CLOUD, OpenSink, Switch
from tests.connectors.successfactors.exports import publish_exports, score_of

SCORE = {K3CLOUD: "F_TL_Score", COSMIC: "tl_score"}
LOGIC = {K3CLOUD: "F_TL_Logic", COSMIC: "tl_logic"}
REMARK = {K3CLOUD: "F_TL_Remark", COSMIC: "tl_remark"}
TAG = {K3CLOUD: "F_TL_Tag", COSMIC: "tl_tag"}


@pytest.fixture
def keys(company: Company) -> list[str]:
    """Numbers of applications; some of them earn the tag."""
    found: list[str] = company.visible("application", CLOCK_START)["source_id"][14:26].to_pylist()
    return found


@pytest.fixture
def sink(system: str, open_sink: OpenSink) -> SinkConnector:
    """A sink that sends small batches."""
    form = {"create_missing": ["TL_InterviewResult"]} if system == K3CLOUD else {}
    opened = open_sink(system, **form)
    opened.batch_size = 5
    return opened


def states(settings: Settings) -> Counter[str]:
    with session(settings) as db:
        return Counter(db.scalars(select(OutboxRow.state)))


def effects(state: dict[str, Any]) -> dict[tuple[str, str, str], int]:
    """How often each write really changed something."""
    return {
        (effect["collection"], effect["key"], ",".join(effect["fields"])): effect["times"]
        for effect in state["effects"]
    }


def delivered(settings: Settings, system: str, sink: SinkConnector) -> Settings:
    """Deliver, hour by hour, until nothing waits; the settings of the last hour."""
    at = settings
    for _ in range(40):
        at = at.model_copy(update={"now": at.clock.now() + timedelta(hours=1)})
        with suppress(DeliveryError):
            if deliver(at, system, sink=sink, patience_seconds=0).waiting == 0:
                return at
    raise AssertionError(f"something still waits: {states(settings)}")


def assert_arrived(system: str, sink: SinkConnector, keys: list[str]) -> None:
    """Each record says exactly what the exports say."""
    tags = sink.read_back("high_potential_tag", keys)
    for operation in ("interview_result", "interview_result_card"):
        results = sink.read_back(operation, keys)
        for key in keys:
            assert results[key][SCORE[system]] == results[key][LOGIC[system]] == score_of(key)
            words = f"面试综合得分 {score_of(key):.2f}，评分人 2 位"
            assert results[key][REMARK[system]] == words
    assert {key for key in keys if tags[key][TAG[system]] == "高潜力"} == {
        key for key in keys if score_of(key) >= 80
    }


def test_the_example_delivers_all_operations_and_proves_them(
    system: str, settings: Settings, sink: SinkConnector, keys: list[str], faults: Switch
) -> None:
    publish_exports(settings, keys, source=system)
    total = 2 * len(keys) + sum(score_of(key) >= 80 for key in keys)
    assert enqueue(settings, system).queued == total
    assert deliver(settings, system, sink=sink).sent == total
    result = reconcile(settings, system, sink=sink)
    assert (result.match, result.drift, result.missing) == (total, 0, 0)
    assert states(settings) == {"CONFIRMED": total}
    assert_arrived(system, sink, keys)
    assert set(effects(faults(system)).values()) == {1}
    assert enqueue(settings, system).queued == 0


def test_through_every_fault_each_change_takes_effect_once_or_is_refused_with_a_reason(
    system: str, settings: Settings, sink: SinkConnector, keys: list[str], faults: Switch
) -> None:
    publish_exports(settings, keys, source=system)
    enqueue(settings, system)
    wanted = {
        "throttle_every": 5, "error_every": 7, "lose_response_every": 4, "reject_token_every": 6,
        "truncate_every": 5, "wrong_type_every": 8, "refuse_row_every": 7,
    }  # fmt: skip
    faults(system, **wanted)
    at = delivered(settings, system, sink)
    told = faults(system)
    assert set(wanted) - {"wrong_type_every"} <= set(told["fired"])
    assert set(effects(told).values()) == {1}
    faults(system, error_every=0)
    reconcile(at, system, sink=sink)
    assert set(states(settings)) == {"CONFIRMED", "FAILED"}
    with session(settings) as db:
        failed = db.scalars(select(OutboxRow).where(OutboxRow.state == "FAILED")).all()
    assert {row.last_error for row in failed} == {"业务规则不允许保存"}
    whole = [key for key in keys if key not in {row.entity_key for row in failed}]
    assert whole
    assert_arrived(system, sink, whole)


def test_a_lost_answer_is_settled_by_reading_back_and_sent_once(
    system: str, settings: Settings, sink: SinkConnector, keys: list[str], faults: Switch
) -> None:
    publish_exports(settings, keys[:3], source=system)
    total = enqueue(settings, system).queued
    faults(system, lose_response_every=1)
    with pytest.raises(DeliveryError):
        deliver(settings, system, sink=sink, patience_seconds=0)
    assert "UNKNOWN" in states(settings)
    reconcile(delivered(settings, system, sink), system, sink=sink)
    assert states(settings) == {"CONFIRMED": total}
    assert set(effects(faults(system)).values()) == {1}
    assert faults(system)["fired"]["lose_response_every"] >= 2


def test_a_restated_score_withdraws_the_tag_and_a_persons_edit_stays(
    system: str, settings: Settings, sink: SinkConnector, keys: list[str]
) -> None:
    publish_exports(settings, keys, source=system)
    enqueue(settings, system)
    deliver(settings, system, sink=sink)
    reconcile(settings, system, sink=sink)
    earned = [key for key in keys if score_of(key) >= 80]
    edited, other = earned[0], earned[1]
    for fields in ({SCORE[system]: 99.25}, {TAG[system]: "重点关注"}):
        edit = {"entity": APPLICATIONS[system], "key": edited, "fields": fields}
        control(settings, f"/sandbox/{system}/edit", edit)

    publish_exports(settings, keys, shift=-20, source=system)
    assert enqueue(settings, system).withdrawn == len(earned)
    deliver(settings, system, sink=sink)
    result = reconcile(settings, system, sink=sink)

    tags = sink.read_back("high_potential_tag", earned)
    assert {tags[key][TAG[system]] or "" for key in earned if key != edited} == {""}
    assert tags[edited][TAG[system]] == "重点关注"
    scores = sink.read_back("interview_result", keys)
    assert scores[edited][SCORE[system]] == 99.25
    assert scores[edited][LOGIC[system]] == score_of(edited) - 20
    assert scores[other][SCORE[system]] == score_of(other) - 20
    assert result.missing == 0
