"""Systems that do not show what was written: nothing is sent twice that must not be."""

from __future__ import annotations

import pytest

from connectors.outbox import confirm, deliver, enqueue_one, reconcile, replay
from talentloop.errors import DeliveryError
from talentloop.ops.incidents import open_incidents
from talentloop.settings import Settings
from tests.connectors.outbox.tenant import Tenant, later, rows, states


@pytest.fixture
def blind(tenant: Tenant) -> Tenant:
    """A system that cannot be read; messages must not be repeated, results may be."""
    tenant.can_read_back = False
    tenant.never = {"message"}
    return tenant


def lose_one(settings: Settings, blind: Tenant, operation: str) -> Settings:
    """Queue two items; the answer about the first is lost. The installation a little later."""
    payload = {"text": "a"} if operation == "message" else {"score": 1.0}
    for record in ("1", "2"):
        enqueue_one(settings, "hr", operation, record, payload)
    blind.behave.append("lost after")
    with pytest.raises(DeliveryError):
        deliver(settings, "hr", sink=blind)
    assert states(settings) == ["UNKNOWN", "SENT"]
    return later(settings, seconds=10)


def test_a_lost_answer_about_what_must_not_be_repeated_is_a_persons_to_decide(
    outbox: Settings, blind: Tenant
) -> None:
    at = lose_one(outbox, blind, "message")
    assert deliver(at, "hr", sink=blind).dead == 1
    row = rows(outbox)[0]
    assert (row.state, row.reason_code) == ("DEAD", "fate_unknown")
    assert str(row.last_error).startswith("Nobody can tell whether it arrived")
    assert [i.kind for i in open_incidents(outbox)] == ["outbox_dead"]
    assert len(blind.writes) == 2


def test_such_an_item_is_sent_again_only_when_a_person_names_it(
    outbox: Settings, blind: Tenant
) -> None:
    at = lose_one(outbox, blind, "message")
    deliver(at, "hr", sink=blind)
    assert replay(at, destination="hr", refused=True, by="li.lei") == 0
    assert replay(at, ids=[rows(outbox)[0].id], by="li.lei") == 1
    deliver(at, "hr", sink=blind)
    assert [key for _, key, _ in blind.writes] == ["1", "2", "1"]
    assert not open_incidents(outbox)


def test_or_counts_as_delivered_when_a_person_saw_it_there(outbox: Settings, blind: Tenant) -> None:
    at = lose_one(outbox, blind, "message")
    deliver(at, "hr", sink=blind)
    confirm(at, [rows(outbox)[0].id], by="li.lei")
    assert states(outbox) == ["SENT", "SENT"]
    assert not open_incidents(outbox)
    assert len(blind.writes) == 2


def test_a_lost_answer_about_what_may_be_repeated_is_sent_again(
    outbox: Settings, blind: Tenant
) -> None:
    at = lose_one(outbox, blind, "result")
    deliver(at, "hr", sink=blind)
    assert [key for _, key, _ in blind.writes] == ["1", "2", "1"]
    assert states(outbox) == ["SENT", "SENT"]


def test_but_not_for_ever(outbox: Settings, blind: Tenant) -> None:
    enqueue_one(outbox, "hr", "result", "1", {"score": 1.0})
    at = outbox
    for _ in range(5):
        blind.behave.append("lost after")
        try:
            deliver(at, "hr", sink=blind)
        except DeliveryError:
            at = later(at, minutes=5)
    assert [(row.state, row.reason_code) for row in rows(outbox)] == [("DEAD", "exhausted")]
    assert len(blind.writes) == 3


def test_nothing_is_proven_of_what_cannot_be_read(outbox: Settings, blind: Tenant) -> None:
    enqueue_one(outbox, "hr", "message", "1", {"text": "a"})
    deliver(outbox, "hr", sink=blind)
    assert reconcile(outbox, "hr", sink=blind).unreadable
    assert states(outbox) == ["SENT"]
