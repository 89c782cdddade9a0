"""Every change arrives once, or is accounted for."""

from __future__ import annotations

import json
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

from connectors.base import WriteItem, WriteResult
from connectors.outbox import (
    DeliveryRefusedError,
    deliver,
    enqueue,
    outbox_status,
    reconcile,
    replay,
)
from talentloop.errors import DeliveryError, SourceAuthError, SourceError
from talentloop.ops import session
from talentloop.ops.incidents import open_incidents
from talentloop.ops.models import OutboxRow
from talentloop.ops.owner import has_died, new_owner
from talentloop.settings import Settings
from tests.connectors.outbox.tenant import Tenant, later, publish_scores, rows, states


@pytest.fixture
def queued(outbox: Settings) -> Settings:
    """Three results wait."""
    publish_scores(outbox, {"1": 70.0, "2": 71.0, "3": 72.0})
    enqueue(outbox, "hr")
    return outbox


def test_changes_arrive_in_batches_and_keep_the_systems_reference(
    queued: Settings, tenant: Tenant
) -> None:
    said: list[str] = []
    result = deliver(queued, "hr", sink=tenant, progress=said.append)
    assert (result.sent, result.waiting) == (3, 0)
    assert {k: r["score"] for k, r in tenant.records.items()} == {"1": 70.0, "2": 71.0, "3": 72.0}
    assert [row.remote_ref for row in rows(queued)] == ["ref-1", "ref-2", "ref-3"]
    assert said[-1] == "3 sent, 0 refused, 0 to retry"
    assert deliver(queued, "hr", sink=tenant).sent == 0


def test_a_limit_is_kept(queued: Settings, tenant: Tenant) -> None:
    assert deliver(queued, "hr", sink=tenant, limit=1).sent == 1
    assert states(queued) == ["SENT", "PENDING", "PENDING"]


def test_a_refusal_fails_at_once_with_the_systems_words_and_spares_its_neighbours(
    queued: Settings, tenant: Tenant
) -> None:
    tenant.behave.extend(["ok", "refuse"])
    result = deliver(queued, "hr", sink=tenant)
    assert (result.sent, result.refused) == (2, 1)
    failed = rows(queued)[1]
    assert (failed.state, failed.attempts) == ("FAILED", 1)
    assert failed.last_error == "The application is closed."


def test_a_refusal_that_quotes_a_person_is_masked(queued: Settings, tenant: Tenant) -> None:
    class Quoting(Tenant):
        def _one(self, _operation: str, item: WriteItem) -> WriteResult | None:
            message = "li.lei@example.com (+8613900000001) has withdrawn"
            return WriteResult(item.idempotency_key, "refused", message=message)

    deliver(queued, "hr", sink=Quoting())
    said = str(rows(queued)[0].last_error)
    assert "has withdrawn" in said
    assert "li.lei" not in said
    assert "139" not in said


def test_a_failed_transport_waits_as_asked_and_tries_again(
    queued: Settings, tenant: Tenant
) -> None:
    tenant.behave.extend(["retry", "ok", "ok"])
    with pytest.raises(DeliveryError, match="1 changes could not be delivered yet: HTTP 503"):
        deliver(queued, "hr", sink=tenant)
    row = rows(queued)[0]
    assert (row.state, row.attempts) == ("PENDING", 1)
    assert queued.now is not None
    assert row.next_at == queued.now + timedelta(seconds=30)  # longer than our own ten

    assert deliver(later(queued, seconds=29), "hr", sink=tenant).sent == 0
    assert deliver(later(queued, seconds=30), "hr", sink=tenant).sent == 1
    assert not [row for row in rows(queued) if row.state != "SENT"]


def test_waits_double_up_to_the_longest_and_never_fall_together(outbox: Settings) -> None:
    from connectors.outbox import load_destination
    from connectors.outbox.worker import Worker

    worker = Worker(outbox, load_destination(outbox, "hr"), Tenant())
    waits = [
        [worker._wait(OutboxRow(idem_key=key, attempts=n), None).total_seconds() for key in "abcd"]
        for n in (1, 2, 3, 4, 9)
    ]
    for row, middle in zip(waits, (10, 20, 40, 60, 60), strict=True):
        assert all(0.8 * middle <= wait <= 1.2 * middle for wait in row)
        assert len(set(row)) == 4


def test_after_too_many_attempts_a_change_is_dead_with_its_reason(
    queued: Settings, tenant: Tenant
) -> None:
    at = queued
    for _ in range(3):
        tenant.behave.extend(["retry", "retry", "retry"])
        try:
            deliver(at, "hr", sink=tenant)
        except DeliveryError:
            at = later(at, minutes=5)
    assert states(queued) == ["DEAD", "DEAD", "DEAD"]
    assert rows(queued)[0].last_error == "Given up after 3 attempts. Last: HTTP 503"
    assert [i.kind for i in open_incidents(queued)] == ["outbox_dead"]
    assert enqueue(at, "hr").queued == 0  # a person decides

    tenant.behave.clear()
    assert replay(at, ids=[rows(queued)[0].id], by="li.lei") == 1
    assert deliver(at, "hr", sink=tenant).sent == 1
    assert replay(at, destination="hr", by="li.lei") == 2
    assert deliver(at, "hr", sink=tenant).sent == 2
    assert not open_incidents(queued)


def test_a_dead_change_that_was_overtaken_is_not_revived(queued: Settings, tenant: Tenant) -> None:
    with session(queued) as db:
        db.execute(update(OutboxRow).values(state="DEAD"))
    publish_scores(queued, {"1": 99.0})
    enqueue(queued, "hr")
    deliver(queued, "hr", sink=tenant)
    assert replay(queued, destination="hr", by="li.lei") == 2  # of records 2 and 3
    deliver(queued, "hr", sink=tenant)
    assert tenant.records["1"]["score"] == 99.0


def test_a_lost_answer_is_read_back_before_anything_is_sent_again(
    queued: Settings, tenant: Tenant
) -> None:
    tenant.behave.extend(["lost after", "lost before", "ok"])
    with pytest.raises(DeliveryError, match="could not be delivered yet"):
        deliver(queued, "hr", sink=tenant)
    assert states(queued) == ["UNKNOWN", "UNKNOWN", "SENT"]

    result = deliver(later(queued, seconds=5), "hr", sink=tenant)
    assert (result.recovered, result.sent) == (1, 1)
    assert [key for _, key, _ in tenant.writes] == ["1", "3", "2"]  # each took effect once
    assert states(queued) == ["SENT"] * 3


def test_a_sink_that_forgets_a_row_of_its_answer_leaves_it_unknown(
    queued: Settings, tenant: Tenant
) -> None:
    class Forgetful(Tenant):
        def write(self, operation: str, items: object) -> list[WriteResult]:
            return super().write(operation, items)[:-1]  # type: ignore[arg-type]

    forgetful = Forgetful()
    with pytest.raises(DeliveryError, match="No answer about this change"):
        deliver(queued, "hr", sink=forgetful)
    assert "UNKNOWN" in states(queued)


def test_a_change_that_never_shows_is_dead_after_its_attempts(
    queued: Settings, tenant: Tenant
) -> None:
    at = queued
    for _ in range(12):
        tenant.behave.clear()
        tenant.behave.extend(["lost before"] * 9)
        try:
            deliver(at, "hr", sink=tenant)
        except DeliveryError:
            at = later(at, minutes=5)
    assert set(states(queued)) == {"DEAD"}
    assert {row.attempts for row in rows(queued)} == {3}


def test_refused_credentials_stop_the_run_and_cost_no_attempt(
    queued: Settings, tenant: Tenant
) -> None:
    tenant.trouble = SourceAuthError("The key was refused", where="hr", remedy="Renew it.")
    with pytest.raises(DeliveryRefusedError, match="The key was refused") as caught:
        deliver(queued, "hr", sink=tenant)
    assert isinstance(caught.value, SourceAuthError)
    assert {(row.state, row.attempts) for row in rows(queued)} == {("PENDING", 0)}


def test_a_used_up_quota_stops_the_run(queued: Settings, tenant: Tenant) -> None:
    tenant.trouble = DeliveryError("The allowance is used up", where="hr", remedy="Tomorrow.")
    with pytest.raises(DeliveryError, match="allowance is used up"):
        deliver(queued, "hr", sink=tenant)
    assert states(queued) == ["PENDING"] * 3


def test_a_system_that_is_down_is_left_alone_after_three_batches(outbox: Settings) -> None:
    keys = [str(i) for i in range(20)]
    tenant = Tenant(keys)
    tenant.behave.extend(["retry"] * 20)
    publish_scores(outbox, dict.fromkeys(keys, 70.0))
    enqueue(outbox, "hr")
    with pytest.raises(DeliveryError, match="20 changes could not be delivered yet"):
        deliver(outbox, "hr", sink=tenant)
    assert sum(row.attempts for row in rows(outbox)) == 6


def test_a_defect_in_a_sink_leaves_its_changes_unknown(queued: Settings, tenant: Tenant) -> None:
    tenant.trouble = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        deliver(queued, "hr", sink=tenant)
    assert states(queued) == ["UNKNOWN", "UNKNOWN", "PENDING"]


def test_unknown_changes_that_cannot_be_read_back_are_asked_about_later_and_not_for_ever(
    queued: Settings, tenant: Tenant
) -> None:
    tenant.behave.extend(["lost after"] * 3)
    tenant.unreadable = SourceError("HTTP 500")
    at = queued
    for _ in range(12):
        try:
            deliver(at, "hr", sink=tenant)
        except DeliveryError:
            at = later(at, minutes=5)
    assert set(states(queued)) == {"DEAD"}
    assert len(tenant.writes) == 3


def test_one_change_of_a_record_is_in_flight_at_a_time(outbox: Settings, tenant: Tenant) -> None:
    publish_scores(outbox, {"1": 85.0})
    enqueue(outbox, "hr")
    tenant.behave.append("lost before")
    with pytest.raises(DeliveryError):
        deliver(outbox, "hr", sink=tenant)
    assert states(outbox, "result") == ["UNKNOWN"]
    assert states(outbox, "tag") == ["PENDING"]
    deliver(later(outbox, seconds=5), "hr", sink=tenant)
    assert states(outbox) == ["SENT", "SENT"]


def test_an_older_change_never_overwrites_a_newer_one(outbox: Settings, tenant: Tenant) -> None:
    publish_scores(outbox, {"1": 70.0})
    enqueue(outbox, "hr")
    tenant.behave.append("lost before")
    with pytest.raises(DeliveryError):
        deliver(outbox, "hr", sink=tenant)
    publish_scores(outbox, {"1": 75.0})
    enqueue(outbox, "hr")
    deliver(later(outbox, seconds=5), "hr", sink=tenant)
    assert states(outbox) == ["SUPERSEDED", "SENT"]
    assert [w[2]["score"] for w in tenant.writes] == [75.0]


def lease_to(settings: Settings, owner: str, minutes: float) -> None:
    """As if a worker held everything."""
    assert settings.now is not None
    until = settings.now + timedelta(minutes=minutes)
    with session(settings) as db:
        db.execute(
            update(OutboxRow).values(
                state="LEASED", lease_owner=owner, lease_until=until, attempts=1
            )
        )


def test_what_a_living_worker_holds_is_left_to_it(queued: Settings, tenant: Tenant) -> None:
    lease_to(queued, new_owner(), minutes=5)
    result = deliver(queued, "hr", sink=tenant)
    assert (result.sent, result.waiting) == (0, 3)


def test_what_a_worker_on_another_machine_left_is_taken_over_when_its_lease_ends(
    queued: Settings, tenant: Tenant
) -> None:
    tenant.records["1"].update({"score": 70.0, "rule": "1"})  # it had sent the first
    lease_to(queued, "elsewhere:1:2:abc", minutes=5)
    assert deliver(queued, "hr", sink=tenant).sent == 0
    result = deliver(later(queued, minutes=6), "hr", sink=tenant)
    assert (result.recovered, result.sent) == (1, 2)
    assert [key for _, key, _ in tenant.writes] == ["2", "3"]


def test_what_a_dead_worker_on_this_machine_left_is_taken_over_at_once(
    queued: Settings, tenant: Tenant
) -> None:
    lease_to(queued, f"{socket.gethostname()}:{os.getpid()}:12345:abc", minutes=5)
    assert deliver(queued, "hr", sink=tenant).sent == 3


def test_the_living_are_told_from_the_dead() -> None:
    assert not has_died(new_owner())
    assert has_died(f"{socket.gethostname()}:{2**22 + 1}:1:x")
    assert not has_died("elsewhere:1:1:x")
    assert not has_died(None)


def test_a_worker_that_lost_its_lease_does_not_record_over_its_successor(
    queued: Settings, tenant: Tenant
) -> None:
    def taken_over() -> None:
        with session(queued) as db:
            db.execute(update(OutboxRow).where(OutboxRow.state == "LEASED").values(
                state="UNKNOWN", lease_owner=None, lease_until=None))  # fmt: skip
        tenant.on_write = lambda: None

    tenant.on_write = taken_over
    deliver(queued, "hr", sink=tenant)
    assert len(tenant.writes) == 3
    reconcile(queued, "hr", sink=tenant)
    assert states(queued) == ["CONFIRMED"] * 3


def test_two_workers_share_the_work_and_send_nothing_twice(outbox: Settings) -> None:
    keys = [str(i) for i in range(24)]
    tenant = Tenant(keys)
    publish_scores(outbox, dict.fromkeys(keys, 85.0))
    enqueue(outbox, "hr")
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: deliver(outbox, "hr", sink=tenant), range(3)))
    assert sorted((op, key) for op, key, _ in tenant.writes) == sorted(
        (op, key) for op in ("result", "tag") for key in keys
    )
    assert set(states(outbox)) == {"SENT"}


def test_the_status_counts_states_and_the_age_of_the_backlog(
    queued: Settings, tenant: Tenant
) -> None:
    deliver(queued, "hr", sink=tenant, limit=1)
    (status,) = outbox_status(later(queued, hours=2))
    assert status.states == {"PENDING": 2, "SENT": 1}
    assert (status.backlog, status.oldest_seconds) == (2, 7200.0)


def test_payloads_hold_only_what_is_configured(queued: Settings) -> None:
    assert all(json.loads(row.payload_json).keys() == {"score", "rule"} for row in rows(queued))
