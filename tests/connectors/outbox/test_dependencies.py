"""What depends on something that stopped is held, visibly, until that goes on."""

from __future__ import annotations

import pytest

from connectors.outbox import confirm, deliver, enqueue_one, outbox_status, replay
from connectors.outbox.worker import DeliverResult
from talentloop.errors import ConfigError, DeliveryError
from talentloop.settings import Settings
from tests.connectors.outbox.tenant import Tenant, later, rows, states


def chain(settings: Settings, *, operation: str = "message") -> list[str]:
    """Three messages, of records 1 to 3, each after the one before."""
    keys: list[str] = []
    for record in ("1", "2", "3"):
        payload = {"text": record} if operation == "message" else {"score": 1.0}
        keys.append(enqueue_one(settings, "hr", operation, record, payload, depends_on=keys[-1:]))
    return keys


def run(settings: Settings, tenant: Tenant) -> DeliverResult:
    return deliver(settings, "hr", sink=tenant)


def test_a_refused_item_blocks_what_depends_on_it_and_names_itself_as_the_reason(
    outbox: Settings, tenant: Tenant
) -> None:
    chain(outbox)
    tenant.behave.append("refuse")
    result = run(outbox, tenant)
    assert states(outbox) == ["FAILED", "BLOCKED", "BLOCKED"]
    assert (result.refused, result.blocked, result.waiting) == (1, 2, 0)
    first, second, third = rows(outbox)
    assert second.last_error == (
        f"Waits for item {first.id} (hr message), which is FAILED: The application is closed."
    )
    assert str(third.last_error).startswith(
        f"Waits for item {second.id} (hr message), which is BLOC"
    )
    assert (second.reason_code, first.reason_code) == ("dependency", "refused")
    assert outbox_status(outbox)[0].backlog == 2
    assert run(later(outbox, days=1), tenant).sent == 0


def test_a_replay_frees_the_whole_chain_in_order(outbox: Settings, tenant: Tenant) -> None:
    chain(outbox)
    tenant.behave.append("refuse")
    run(outbox, tenant)
    assert replay(outbox, ids=[rows(outbox)[0].id], by="li.lei") == 1
    assert states(outbox) == ["PENDING"] * 3
    assert rows(outbox)[1].last_error is None
    run(outbox, tenant)
    assert [key for _, key, _ in tenant.writes] == ["1", "2", "3"]


def test_an_item_that_a_person_saw_there_frees_what_depends_on_it(
    outbox: Settings, tenant: Tenant
) -> None:
    chain(outbox)
    tenant.behave.append("refuse")
    run(outbox, tenant)
    assert confirm(outbox, [rows(outbox)[0].id], by="li.lei") == 1
    run(outbox, tenant)
    assert [key for _, key, _ in tenant.writes] == ["2", "3"]
    assert states(outbox) == ["SENT"] * 3


def test_what_is_blocked_cannot_be_replayed_past_its_dependency(
    outbox: Settings, tenant: Tenant
) -> None:
    chain(outbox)
    tenant.behave.append("refuse")
    run(outbox, tenant)
    with pytest.raises(ConfigError, match="Only items in the states DEAD and FAILED"):
        replay(outbox, ids=[rows(outbox)[1].id], by="li.lei")
    with pytest.raises(ConfigError, match="DEAD and FAILED can be confirmed"):
        confirm(outbox, [rows(outbox)[1].id], by="li.lei")


def test_a_dead_dependency_blocks_too(outbox: Settings, tenant: Tenant) -> None:
    chain(outbox)
    at = outbox
    for _ in range(3):
        tenant.behave.append("retry")
        try:
            run(at, tenant)
        except DeliveryError:
            at = later(at, minutes=5)
    assert states(outbox) == ["DEAD", "BLOCKED", "BLOCKED"]


def test_a_dependency_on_another_destination_holds_until_that_one_delivers(
    outbox: Settings, tenant: Tenant
) -> None:
    folder = outbox.config / "destinations"
    (folder / "chat.yml").write_text((folder / "hr.yml").read_text())
    key = enqueue_one(outbox, "chat", "message", "1", {"text": "a"})
    enqueue_one(outbox, "hr", "message", "2", {"text": "b"}, depends_on=[key])
    result = run(outbox, tenant)
    assert (result.sent, result.scheduled, result.waiting) == (0, 1, 0)  # no failure: it waits

    tenant.behave.append("refuse")
    deliver(outbox, "chat", sink=tenant)
    assert states(outbox) == ["FAILED", "BLOCKED"]
    replay(outbox, ids=[rows(outbox)[0].id], by="li.lei")
    deliver(outbox, "chat", sink=tenant)
    assert run(outbox, tenant).sent == 1


def test_a_newer_result_that_takes_the_place_of_one_inherits_both_ends_of_its_dependencies(
    outbox: Settings, tenant: Tenant
) -> None:
    first, second, _ = chain(outbox, operation="result")
    again = enqueue_one(outbox, "hr", "result", "2", {"score": 2.0})
    assert again != second
    tenant.behave.append("retry")
    with pytest.raises(DeliveryError):
        run(outbox, tenant)  # 1 is to be tried again, so 2 and 3 wait
    assert tenant.writes == []
    run(later(outbox, minutes=1), tenant)
    assert [(key, payload["score"]) for _, key, payload in tenant.writes] == [
        ("1", 1.0), ("2", 2.0), ("3", 1.0),
    ]  # fmt: skip
    assert first == rows(outbox)[0].idem_key


def test_a_blocked_result_is_replaced_by_a_newer_one_that_is_blocked_as_well(
    outbox: Settings, tenant: Tenant
) -> None:
    chain(outbox, operation="result")
    tenant.behave.append("refuse")
    run(outbox, tenant)
    enqueue_one(outbox, "hr", "result", "2", {"score": 2.0})
    run(outbox, tenant)
    assert states(outbox) == ["FAILED", "SUPERSEDED", "BLOCKED", "BLOCKED"]
    assert tenant.writes == []


def test_items_of_one_record_go_in_the_order_of_queueing_whatever_their_operation(
    outbox: Settings, tenant: Tenant
) -> None:
    order = [("tag", {"tag": "a"}), ("message", {"text": "b"}), ("result", {"score": 1.0}),
             ("message", {"text": "c"})]  # fmt: skip
    for operation, payload in order:
        for record in ("1", "2"):
            enqueue_one(outbox, "hr", operation, record, payload)
    tenant.behave.extend(["retry", "ok"])
    with pytest.raises(DeliveryError):
        run(outbox, tenant)
    assert {key for _, key, _ in tenant.writes} == {"2"}  # the first of record 1 is tried again
    run(later(outbox, minutes=1), tenant)
    for record in ("1", "2"):
        assert [(op, payload) for op, key, payload in tenant.writes if key == record] == order
