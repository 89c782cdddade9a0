"""Exports through the outbox into the stand-in tenant, and the proof that they are there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from connectors.outbox import deliver, enqueue, outbox_status, reconcile
from connectors.sandbox.company import CLOCK_START, Company
from connectors.sandbox.service import Service, control
from connectors.successfactors.writer import SuccessFactorsSink
from talentloop.errors import DeliveryError
from talentloop.ops import session
from talentloop.ops.models import OutboxRow
from talentloop.settings import Settings
from tests.connectors.successfactors.conftest import OPTIONS
from tests.connectors.successfactors.exports import publish_exports, score_of

NAME = "successfactors"
Faults = Callable[..., dict[str, Any]]


@pytest.fixture
def keys(company: Company) -> list[str]:
    found: list[str] = company.visible("application", CLOCK_START)["source_id"][:40].to_pylist()
    return found


@pytest.fixture
def sink(settings: Settings, tenant: Service) -> Iterator[SuccessFactorsSink]:
    with SuccessFactorsSink(settings, NAME, OPTIONS) as opened:
        opened.batch_size = 7
        yield opened


def states(settings: Settings) -> Counter[str]:
    with session(settings) as db:
        return Counter(db.scalars(select(OutboxRow.state)))


def assert_arrived(sink: SuccessFactorsSink, keys: list[str]) -> None:
    """Each record says exactly what the exports say."""
    results = sink.read_back("interview_result", keys)
    tags = sink.read_back("high_potential_tag", keys)
    reports = sink.read_back("interview_report", keys)
    advice = sink.read_back("prediction_performance_6m", keys)
    for key in keys:
        assert results[key]["cust_tlOverallScore"] == score_of(key)
        assert results[key]["cust_tlScoredAt"] == "2026-10-20T08:30:00.123000Z"
        assert reports[key]["cust_tlStars"] == 4
        assert reports[key]["cust_tlReportLink"].endswith(f"/i/{key}")
        assert (tags[key]["cust_tlTag"] == "高潜力") is (score_of(key) >= 80)
        assert advice[key] == {
            "cust_tlPerf6mAdvice": "模型建议/Model advice: 61% (90%: 50%–70%), performance_6m v3",
            "cust_tlPerf6mProbability": 0.6124,
        }


def test_the_configured_sink_delivers_all_operations_and_proves_them(
    settings: Settings, tenant: Service, sink: SuccessFactorsSink, keys: list[str]
) -> None:
    publish_exports(settings, keys)
    tagged = sum(score_of(key) >= 80 for key in keys)
    assert 0 < tagged < len(keys)
    total = 4 * len(keys) + tagged
    assert enqueue(settings, NAME).queued == total
    assert deliver(settings, NAME).sent == total  # through config/sources and the registry
    result = reconcile(settings, NAME)
    assert (result.match, result.drift, result.missing) == (total, 0, 0)
    assert states(settings) == {"CONFIRMED": total}
    assert_arrived(sink, keys)
    assert outbox_status(settings)[0].backlog == 0
    assert enqueue(settings, NAME).queued == 0


def test_through_every_fault_each_change_arrives_or_is_refused_with_a_reason(
    settings: Settings, sink: SuccessFactorsSink, keys: list[str], faults: Faults
) -> None:
    publish_exports(settings, keys)
    enqueue(settings, NAME)
    faults(throttle_every=5, error_every=7, lose_response_every=4, reject_token_every=11,
           refuse_row_every=21)  # fmt: skip
    at = settings
    for _ in range(20):
        try:
            deliver(at, NAME, sink=sink, patience_seconds=0)
            break
        except DeliveryError:
            at = at.model_copy(update={"now": at.clock.now() + timedelta(hours=1)})
    fired = faults()["fired"]
    assert set(fired) == {
        "throttle_every", "error_every", "lose_response_every", "reject_token_every",
        "refuse_row_every",
    }  # fmt: skip
    faults(error_every=0)
    reconcile(at, NAME, sink=sink)
    counts = states(settings)
    assert set(counts) == {"CONFIRMED", "FAILED"}
    with session(settings) as db:
        failed = db.scalars(select(OutboxRow).where(OutboxRow.state == "FAILED")).all()
    assert {row.last_error for row in failed} == {"[COE0017]A business rule refused the row"}
    whole = [key for key in keys if key not in {row.entity_key for row in failed}]
    assert len(whole) > len(keys) / 2
    assert_arrived(sink, whole)


def test_a_restated_score_withdraws_the_tag_and_a_persons_edit_stays(
    settings: Settings, sink: SuccessFactorsSink, keys: list[str]
) -> None:
    publish_exports(settings, keys)
    enqueue(settings, NAME)
    deliver(settings, NAME, sink=sink)
    reconcile(settings, NAME, sink=sink)
    earned = [key for key in keys if score_of(key) >= 80]
    edited, other = earned[0], earned[1]
    control(
        settings,
        "/sandbox/successfactors/edit",
        {"key": edited, "fields": {"cust_tlOverallScore": 99.25}},
    )
    control(
        settings,
        "/sandbox/successfactors/edit",
        {"key": edited, "fields": {"cust_tlTag": "重点关注"}},
    )

    publish_exports(settings, keys, shift=-20)
    assert enqueue(settings, NAME).withdrawn == len(earned)
    deliver(settings, NAME, sink=sink)
    result = reconcile(settings, NAME, sink=sink)

    tags = sink.read_back("high_potential_tag", earned)
    assert {tags[key]["cust_tlTag"] or "" for key in earned if key != edited} == {""}
    assert tags[edited]["cust_tlTag"] == "重点关注"
    scores = sink.read_back("interview_result", keys)
    assert scores[edited]["cust_tlOverallScore"] == 99.25
    assert scores[edited]["cust_tlLogic"] == score_of(edited) - 20
    assert scores[other]["cust_tlOverallScore"] == score_of(other) - 20
    assert result.missing == 0
    assert not {"SENT", "UNKNOWN", "PENDING", "DEAD"} & set(states(settings))
