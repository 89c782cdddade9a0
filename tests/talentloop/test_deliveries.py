"""What a build is told of the outbox: no content, and for the past only what was known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest

from talentloop import ops
from talentloop.ops.models import OutboxRow, ReconcileRow
from talentloop.settings import Settings
from talentloop.warehouse.deliveries import write_deliveries

QUEUED = datetime(2026, 11, 1, 8, tzinfo=UTC)


def item(number: int, state: str, sent_after: float | None = None) -> OutboxRow:
    sent = None if sent_after is None else QUEUED + timedelta(hours=sent_after)
    return OutboxRow(
        id=number, destination="sf", operation="tag", entity_key=f"secret-{number}",
        payload_json='{"name": "王小明"}', payload_hash="h", idem_key=f"k{number}", state=state,
        next_at=QUEUED, created_at=QUEUED, updated_at=sent or QUEUED, sent_at=sent,
        latency_seconds=None if sent_after is None else sent_after * 3600,
    )  # fmt: skip


def verdict(outbox_id: int, name: str, field: str, after: float) -> ReconcileRow:
    return ReconcileRow(
        destination="sf", operation="tag", entity_key=f"secret-{outbox_id}", outbox_id=outbox_id,
        verdict=name, field=field, checked_at=QUEUED + timedelta(hours=after),
    )  # fmt: skip


@pytest.fixture
def filled(settings: Settings) -> Settings:
    with ops.session(settings) as db:
        db.add_all(
            [item(1, "CONFIRMED", 1), item(2, "CONFIRMED", 2), item(3, "DEAD"), item(4, "PENDING"),
             item(5, "SUPERSEDED")]
        )  # fmt: skip
        db.add_all(
            [verdict(1, "MATCH", "", 3), verdict(2, "MATCH", "", 3), verdict(2, "DRIFT", "tag", 5)]
        )
    return settings


def told(settings: Settings, until: datetime | None = None) -> list[tuple[Any, ...]]:
    with duckdb.connect() as db:
        db.execute("create schema ops")
        write_deliveries(settings, db, until=until)
        return db.execute(
            "select item_id, sent_at is not null, is_stopped, verdict from ops.delivery order by 1"
        ).fetchall()


def test_every_change_that_was_not_overtaken_is_told_with_the_worst_of_its_verdicts(
    filled: Settings,
) -> None:
    assert told(filled) == [
        (1, True, False, "MATCH"),
        (2, True, False, "DRIFT"),
        (3, False, True, None),
        (4, False, False, None),
    ]


def test_a_build_of_the_past_is_told_what_was_known_then(filled: Settings) -> None:
    at_four = told(filled, QUEUED + timedelta(hours=4))
    assert [row[3] for row in at_four] == ["MATCH", "MATCH", None, None]
    assert [row[1] for row in told(filled, QUEUED + timedelta(hours=1.5))] == [
        True,
        False,
        False,
        False,
    ]
    assert told(filled, QUEUED - timedelta(hours=1)) == []


def test_neither_keys_nor_payloads_reach_the_build(filled: Settings) -> None:
    with duckdb.connect() as db:
        db.execute("create schema ops")
        write_deliveries(filled, db)
        everything = str(db.execute("from ops.delivery").fetchall())
    assert "secret" not in everything
    assert "王小明" not in everything
