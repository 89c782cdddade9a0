"""Queueing one item: at once, once, and after what it depends on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from connectors.outbox import deliver, enqueue, enqueue_one
from talentloop.errors import ConfigError, DeliveryError
from talentloop.ops import session
from talentloop.settings import Settings
from tests.connectors.outbox.tenant import CONFIG, Tenant, later, publish_scores, rows, states


def test_an_item_is_sent_as_it_was_queued_and_the_same_again_queues_nothing(
    outbox: Settings, tenant: Tenant
) -> None:
    text = {"text": "欢迎", "to": ["a", {"id": 1}]}
    key = enqueue_one(outbox, "hr", "message", "1", text)
    assert enqueue_one(outbox, "hr", "message", "1", text) == key
    deliver(outbox, "hr", sink=tenant)
    assert enqueue_one(outbox, "hr", "message", "1", text) == key
    assert tenant.writes == [("message", "1", text)]


def test_items_without_an_export_are_all_sent_in_the_order_of_queueing(
    outbox: Settings, tenant: Tenant
) -> None:
    keys = {enqueue_one(outbox, "hr", "message", "1", {"text": text}) for text in "abab"}
    assert len(keys) == 4
    deliver(outbox, "hr", sink=tenant)
    assert [payload["text"] for _, _, payload in tenant.writes] == ["a", "b", "a", "b"]


def test_a_result_queued_at_once_is_what_the_next_publication_finds_unchanged(
    outbox: Settings, tenant: Tenant
) -> None:
    first = enqueue_one(outbox, "hr", "result", "1", {"score": 69.0, "rule": "1"})
    second = enqueue_one(outbox, "hr", "result", "1", {"score": 70.0, "rule": "1"})
    assert states(outbox) == ["SUPERSEDED", "PENDING"]
    assert first != second
    deliver(outbox, "hr", sink=tenant)
    publish_scores(outbox, {"1": 70.0})
    assert enqueue(outbox, "hr").queued == 0
    assert enqueue_one(outbox, "hr", "result", "1", {"score": 70.0, "rule": "1"}) == second


def test_an_item_waits_for_its_time_and_holds_nobody_up(outbox: Settings, tenant: Tenant) -> None:
    assert outbox.now is not None
    tomorrow = outbox.now + timedelta(days=1)
    enqueue_one(outbox, "hr", "message", "1", {"text": "reminder"}, not_before=tomorrow)
    enqueue_one(outbox, "hr", "message", "1", {"text": "now"})
    deliver(outbox, "hr", sink=tenant)
    assert states(outbox) == ["PENDING", "SENT"]
    deliver(later(outbox, days=1), "hr", sink=tenant)
    assert [payload["text"] for _, _, payload in tenant.writes] == ["now", "reminder"]


def test_an_item_goes_after_those_it_depends_on(outbox: Settings, tenant: Tenant) -> None:
    tenant.behave.extend(["retry", "ok"])
    first = enqueue_one(outbox, "hr", "message", "1", {"text": "first"})
    enqueue_one(outbox, "hr", "message", "2", {"text": "second"}, depends_on=[first])
    with pytest.raises(DeliveryError, match="could not be delivered yet"):
        deliver(outbox, "hr", sink=tenant)
    assert states(outbox) == ["PENDING", "PENDING"]
    deliver(later(outbox, minutes=1), "hr", sink=tenant)
    assert [payload["text"] for _, _, payload in tenant.writes] == ["first", "second"]


def test_what_is_queued_within_a_transaction_is_queued_if_that_commits(outbox: Settings) -> None:
    with pytest.raises(ZeroDivisionError), session(outbox) as db:
        enqueue_one(outbox, "hr", "message", "1", {"text": "a"}, db=db)
        raise ZeroDivisionError
    assert rows(outbox) == []
    with session(outbox) as db:
        enqueue_one(outbox, "hr", "message", "1", {"text": "a"}, db=db)
    assert states(outbox) == ["PENDING"]


def test_the_same_item_queued_from_many_sides_at_once_is_one(outbox: Settings) -> None:
    with ThreadPoolExecutor(4) as pool:
        keys = set(
            pool.map(lambda _: enqueue_one(outbox, "hr", "message", "1", {"text": "a"}), range(8))
        )
    assert len(keys) == len(rows(outbox)) == 1


def test_what_cannot_be_queued_is_named(outbox: Settings) -> None:
    with pytest.raises(ConfigError, match=r"no operation 'call'.*message, result, tag"):
        enqueue_one(outbox, "hr", "call", "1", {})
    with pytest.raises(ConfigError, match=r"does not set colour.*rule, score"):
        enqueue_one(outbox, "hr", "result", "1", {"colour": "red"})
    with pytest.raises(ConfigError, match="payload is not JSON"):
        enqueue_one(outbox, "hr", "message", "1", {"at": outbox.now})
    with pytest.raises(DeliveryError, match="are not in the outbox"):
        enqueue_one(outbox, "hr", "message", "1", {}, depends_on=["nothing"])
    assert rows(outbox) == []


def test_a_destination_beside_an_example_source_is_found_by_name(
    outbox: Settings, tenant: Tenant
) -> None:
    folder = outbox.config / "examples" / "cloud"
    folder.mkdir(parents=True)
    (folder / "destination.yml").write_text(CONFIG)
    enqueue_one(outbox, "cloud", "message", "1", {"text": "a"})
    deliver(outbox, "cloud", sink=tenant)
    (folder / "destination.yml").write_text("name: chat" + CONFIG)
    enqueue_one(outbox, "chat", "message", "1", {"text": "b"})
    assert [row.destination for row in rows(outbox)] == ["cloud", "chat"]
    with pytest.raises(ConfigError, match="Known are: chat, hr"):
        enqueue_one(outbox, "cloud", "message", "1", {"text": "c"})
