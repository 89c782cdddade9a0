"""A paused destination is left alone, and everybody sees it; what was decided is on record."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from connectors.outbox import (
    confirm,
    deliver,
    enqueue_one,
    outbox_measures,
    pause,
    reconcile,
    release_drift,
    replay,
    resume,
)
from talentloop.errors import ConfigError
from talentloop.ops import audit, session
from talentloop.ops.models import AuditRow
from talentloop.settings import Settings
from tests.connectors.outbox.tenant import Tenant, later, rows, states


def trail(settings: Settings) -> list[tuple[str, str, str]]:
    with session(settings) as db:
        found = db.scalars(select(AuditRow).order_by(AuditRow.seq))
        return [(row.actor, row.action, row.object_ref) for row in found]


def test_nothing_is_sent_nor_read_until_it_is_resumed(outbox: Settings, tenant: Tenant) -> None:
    assert pause(outbox, "hr", by="li.lei", reason="The vendor migrates")
    assert not pause(outbox, "hr", by="han.meimei", reason="again")
    enqueue_one(outbox, "hr", "message", "1", {"text": "a"})
    result = deliver(outbox, "hr", sink=tenant)
    assert (result.paused, result.sent, result.waiting) == (True, 0, 1)
    assert reconcile(outbox, "hr", sink=tenant).paused
    assert (tenant.writes, tenant.reads) == ([], 0)

    assert resume(outbox, "hr", by="li.lei")
    assert not resume(outbox, "hr", by="li.lei")
    assert deliver(outbox, "hr", sink=tenant).sent == 1
    assert trail(outbox) == [("li.lei", "outbox.pause", "hr"), ("li.lei", "outbox.resume", "hr")]
    assert audit.first_broken(outbox) is None


def test_a_pause_during_a_run_lets_the_call_under_way_finish_and_no_other_begin(
    outbox: Settings, tenant: Tenant
) -> None:
    for record in ("1", "2", "3"):
        enqueue_one(outbox, "hr", "message", record, {"text": "a"})
    tenant.on_write = lambda: pause(outbox, "hr", by="li.lei", reason="") and None
    result = deliver(outbox, "hr", sink=tenant)
    assert (result.sent, result.paused) == (2, True)
    assert states(outbox) == ["SENT", "SENT", "PENDING"]
    assert rows(outbox)[2].attempts == 0


def test_an_unknown_destination_cannot_be_paused(outbox: Settings) -> None:
    with pytest.raises(ConfigError, match="Known are: hr"):
        pause(outbox, "nowhere", by="li.lei", reason="")
    assert trail(outbox) == []


def test_every_decision_about_items_is_audited_without_their_content(
    outbox: Settings, tenant: Tenant
) -> None:
    for record in ("1", "2"):
        enqueue_one(outbox, "hr", "message", record, {"text": "secret"})
    tenant.behave.extend(["refuse", "refuse"])
    deliver(outbox, "hr", sink=tenant)
    first, second = (row.id for row in rows(outbox))
    replay(outbox, ids=[first], by="li.lei", note="corrected there")
    confirm(outbox, [second], by="li.lei")
    assert not release_drift(outbox, "hr", "result", "1", "score", by="li.lei")
    assert [action for _, action, _ in trail(outbox)] == ["outbox.replay", "outbox.confirm"]
    with session(outbox) as db:
        details = [json.loads(text) for text in db.scalars(select(AuditRow.detail_json))]
    assert details[0] == {"items": [first], "note": "corrected there"}


def test_figures_tell_backlog_age_latency_and_the_pause(outbox: Settings, tenant: Tenant) -> None:
    assert outbox.now is not None
    enqueue_one(outbox, "hr", "message", "1", {"text": "a"})
    at = later(outbox, seconds=90)
    enqueue_one(outbox, "hr", "message", "2", {"text": "b"}, not_before=at.now)
    deliver(later(outbox, seconds=100), "hr", sink=tenant)
    enqueue_one(at, "hr", "message", "3", {"text": "c"})
    pause(at, "hr", by="li.lei", reason="")
    (found,) = outbox_measures(later(outbox, seconds=190))
    assert (found.backlog, found.oldest_seconds, found.due_seconds) == (1, 100.0, 100.0)
    assert (found.sent_24h, found.p50_seconds, found.p95_seconds) == (2, 10.0, 100.0)
    assert found.latency_sum == 110.0
    assert [found.within[bound] for bound in (5.0, 15.0, 60.0, 300.0)] == [0, 1, 1, 2]
    assert found.paused is not None
    assert outbox_measures(later(outbox, days=2))[0].sent_24h == 0
