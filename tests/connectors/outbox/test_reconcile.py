"""What was sent is proven; what a person edited there stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from connectors.outbox import deliver, enqueue, reconcile, release_drift
from connectors.outbox.compare import same
from talentloop.errors import SourceError
from talentloop.ops import session
from talentloop.ops.models import ReconcileRow
from talentloop.settings import Settings
from tests.connectors.outbox.tenant import (
    CONFIG,
    Tenant,
    later,
    publish_scores,
    rows,
    states,
    verdicts,
)


def send(settings: Settings, tenant: Tenant, scores: dict[str, float], rule: str = "1") -> None:
    publish_scores(settings, scores, rule)
    enqueue(settings, "hr")
    deliver(settings, "hr", sink=tenant)


def test_what_is_there_as_sent_is_confirmed_and_said_once(outbox: Settings, tenant: Tenant) -> None:
    send(outbox, tenant, {"1": 85.0, "2": 70.0})
    result = reconcile(outbox, "hr", sink=tenant)
    assert (result.checked, result.match, result.drift, result.missing) == (3, 3, 0, 0)
    assert states(outbox) == ["CONFIRMED"] * 3
    again = reconcile(later(outbox, hours=1), "hr", sink=tenant)
    assert again.match == 3
    assert verdicts(outbox) == [("1", "MATCH", ""), ("2", "MATCH", ""), ("1", "MATCH", "")]


def test_an_edit_by_a_person_is_reported_by_field_and_never_written_over(
    outbox: Settings, tenant: Tenant
) -> None:
    send(outbox, tenant, {"1": 70.0})
    tenant.records["1"]["score"] = 88.8
    result = reconcile(outbox, "hr", sink=tenant)
    assert (result.match, result.drift) == (0, 1)
    assert verdicts(outbox) == [("1", "DRIFT", "score")]
    with session(outbox) as db:
        assert db.scalars(select(ReconcileRow.detail)).one() == "sent 70, found 88.8"
    assert states(outbox) == ["CONFIRMED"]

    send(outbox, tenant, {"1": 71.0})
    assert tenant.records["1"]["score"] == 88.8
    send(outbox, tenant, {"1": 72.0}, rule="2")  # the other field goes on
    assert tenant.records["1"] == {"score": 88.8, "rule": "2"}
    assert json.loads(rows(outbox)[-1].payload_json) == {"rule": "2"}
    reconcile(outbox, "hr", sink=tenant)
    assert set(states(outbox)) == {"CONFIRMED"}
    assert verdicts(outbox).count(("1", "DRIFT", "score")) == 1


def test_an_edit_made_since_the_last_reconciliation_is_seen_before_it_is_written_over(
    outbox: Settings, tenant: Tenant
) -> None:
    send(outbox, tenant, {"1": 70.0, "2": 70.0})
    reconcile(outbox, "hr", sink=tenant)
    tenant.records["1"]["score"] = 88.8
    send(later(outbox, days=30), tenant, {"1": 71.0, "2": 71.0})
    assert tenant.records["1"]["score"] == 88.8
    assert tenant.records["2"]["score"] == 71.0
    assert ("1", "DRIFT", "score") in verdicts(outbox)
    assert [row.state for row in rows(outbox) if row.entity_key == "1"][-1] == "SUPERSEDED"


def test_an_edit_that_is_undone_frees_the_field(outbox: Settings, tenant: Tenant) -> None:
    send(outbox, tenant, {"1": 70.0})
    tenant.records["1"]["score"] = 88.8
    reconcile(outbox, "hr", sink=tenant)
    tenant.records["1"]["score"] = 70.0
    assert reconcile(outbox, "hr", sink=tenant).match == 1
    assert verdicts(outbox)[-1] == ("1", "MATCH", "score")
    send(outbox, tenant, {"1": 71.0})
    assert tenant.records["1"]["score"] == 71.0


def test_a_released_field_is_written_once_more(outbox: Settings, tenant: Tenant) -> None:
    send(outbox, tenant, {"1": 70.0})
    tenant.records["1"]["score"] = 88.8
    reconcile(outbox, "hr", sink=tenant)
    assert enqueue(outbox, "hr").held_by_drift == 1
    assert release_drift(outbox, "hr", "result", "1", "score")
    assert not release_drift(outbox, "hr", "result", "1", "score")
    assert enqueue(outbox, "hr").queued == 1
    deliver(outbox, "hr", sink=tenant)
    assert tenant.records["1"]["score"] == 70.0
    reconcile(outbox, "hr", sink=tenant)
    assert enqueue(outbox, "hr").queued == 0

    tenant.records["1"]["score"] = 99.9  # edited again: held again
    reconcile(outbox, "hr", sink=tenant)
    send(outbox, tenant, {"1": 71.0})
    assert tenant.records["1"]["score"] == 99.9


def test_where_policy_says_so_our_value_wins(outbox: Settings, tenant: Tenant) -> None:
    path = outbox.config / "destinations" / "hr.yml"
    path.write_text(CONFIG + "overwrite_drift: true\n")
    send(outbox, tenant, {"1": 70.0})
    tenant.records["1"]["score"] = 88.8
    assert reconcile(outbox, "hr", sink=tenant).drift == 1
    assert enqueue(outbox, "hr").queued == 1
    deliver(outbox, "hr", sink=tenant)
    assert tenant.records["1"]["score"] == 70.0
    assert reconcile(outbox, "hr", sink=tenant).match == 1
    assert verdicts(outbox)[-2:] == [("1", "MATCH", "score"), ("1", "MATCH", "")]
    assert enqueue(outbox, "hr").queued == 0


def test_a_tag_that_a_person_removed_is_not_put_back_nor_withdrawn(
    outbox: Settings, tenant: Tenant
) -> None:
    send(outbox, tenant, {"1": 85.0})
    reconcile(outbox, "hr", sink=tenant)
    tenant.records["1"]["tag"] = "待观察"
    reconcile(outbox, "hr", sink=tenant)
    with session(outbox) as db:
        drift = db.scalars(select(ReconcileRow).where(ReconcileRow.verdict == "DRIFT")).one()
    assert (drift.field, drift.detail) == ("tag", "reads differently there")  # no words of theirs
    send(outbox, tenant, {"1": 70.0})
    assert tenant.records["1"]["tag"] == "待观察"


def test_a_taken_but_empty_record_is_sent_once_more_and_then_given_up(
    outbox: Settings, tenant: Tenant
) -> None:
    tenant.behave.append("forget")
    send(outbox, tenant, {"1": 70.0})
    result = reconcile(outbox, "hr", sink=tenant)
    assert (result.missing, result.requeued) == (1, 1)
    assert states(outbox) == ["PENDING"]

    tenant.behave.append("forget")
    deliver(outbox, "hr", sink=tenant)
    result = reconcile(outbox, "hr", sink=tenant)
    assert (result.missing, result.requeued) == (1, 0)
    assert states(outbox) == ["DEAD"]
    assert verdicts(outbox) == [("1", "MISSING", ""), ("1", "MISSING", "")]


def test_a_record_sent_once_more_is_then_confirmed(outbox: Settings, tenant: Tenant) -> None:
    tenant.behave.append("forget")
    send(outbox, tenant, {"1": 70.0})
    reconcile(outbox, "hr", sink=tenant)
    deliver(outbox, "hr", sink=tenant)
    assert reconcile(outbox, "hr", sink=tenant).match == 1
    assert verdicts(outbox)[-1] == ("1", "MATCH", "")


def test_a_confirmed_record_that_a_person_emptied_is_an_edit_and_no_loss(
    outbox: Settings, tenant: Tenant
) -> None:
    send(outbox, tenant, {"1": 70.0})
    reconcile(outbox, "hr", sink=tenant)
    tenant.records["1"] = {}
    assert reconcile(outbox, "hr", sink=tenant).drift == 1
    assert states(outbox) == ["CONFIRMED"]


def test_a_record_that_is_gone_is_reported(outbox: Settings, tenant: Tenant) -> None:
    send(outbox, tenant, {"1": 70.0})
    del tenant.records["1"]
    assert reconcile(outbox, "hr", sink=tenant).missing == 1
    (row,) = rows(outbox)
    assert (row.state, row.last_error) == ("FAILED", "The record is not there.")


def test_a_change_with_a_newer_one_under_way_is_judged_later(
    outbox: Settings, tenant: Tenant
) -> None:
    send(outbox, tenant, {"1": 70.0})
    tenant.behave.append("lost after")
    publish_scores(outbox, {"1": 71.0})
    enqueue(outbox, "hr")
    with pytest.raises(Exception, match="not be delivered"):
        deliver(outbox, "hr", sink=tenant)
    result = reconcile(outbox, "hr", sink=tenant)  # too early to read the second back
    assert (result.in_flight, result.drift) == (1, 0)
    result = reconcile(later(outbox, seconds=5), "hr", sink=tenant)
    assert (result.match, result.drift) == (1, 0)
    assert states(outbox) == ["SUPERSEDED", "CONFIRMED"]


def test_old_confirmations_are_not_read_again(outbox: Settings, tenant: Tenant) -> None:
    send(outbox, tenant, {"1": 70.0})
    reconcile(outbox, "hr", sink=tenant)
    assert reconcile(later(outbox, hours=47), "hr", sink=tenant).checked == 1
    assert reconcile(later(outbox, hours=49), "hr", sink=tenant).checked == 0


def test_a_system_that_cannot_be_read_decides_nothing(outbox: Settings, tenant: Tenant) -> None:
    send(outbox, tenant, {"1": 70.0})
    tenant.unreadable = SourceError("HTTP 500")
    with pytest.raises(SourceError):
        reconcile(outbox, "hr", sink=tenant)
    assert states(outbox) == ["SENT"]
    assert verdicts(outbox) == []


@pytest.mark.parametrize(
    ("sent", "found", "equal"),
    [
        (82.5, "82.50", True),
        (82.5, 82.5001, False),
        (3, "3", True),
        ("", None, True),
        (None, "", True),
        ("", " ", False),
        (0.0, None, False),
        ("1", 1, True),
        ("2026-10-01T09:00:00.120Z", "2026-10-01T17:00:00.120+08:00", True),
        ("2026-10-01T09:00:00.120Z", "2026-10-01T09:00:01Z", False),
        ("高潜力", "高潜力 ", True),
        (True, "true", True),
        (5, "five", False),
    ],
)
def test_the_same_value_in_another_form_is_no_edit(sent: Any, found: Any, equal: bool) -> None:
    assert same(sent, found) is equal
