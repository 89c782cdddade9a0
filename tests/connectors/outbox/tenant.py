"""A system to write to, small enough to see through, and exports to write."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pyarrow as pa
from sqlalchemy import select

from connectors.base import WriteItem, WriteResult
from talentloop.ops import session
from talentloop.ops.models import OutboxRow, ReconcileRow
from talentloop.settings import Settings
from tests.published_copy import publish_tables

NOW = datetime(2026, 11, 2, tzinfo=UTC)

CONFIG = """
source: hr
batch_size: 2
max_attempts: 3
backoff_seconds: {first: 10, longest: 60}
lease_seconds: 300
settle_seconds: 5
patience_seconds: 0
reconcile_hours: 48
operations:
  result:
    entity: Application
    export: exp_hr__result
    key: application_id
    fields:
      score: {column: overall_score_0_100, decimals: 1}
      rule: {column: rule_version}
  tag:
    entity: Application
    export: exp_hr__tag
    key: application_id
    only_when: is_high_potential
    fields:
      tag: {text: 高潜力, when: is_high_potential}
      tag_rule: {column: rule_version}
  message:
    entity: Message
"""

FIELDS = {"result": ("score", "rule"), "tag": ("tag", "tag_rule"), "message": ("text", "to")}
Behaviour = Literal["ok", "retry", "refuse", "lost before", "lost after", "forget"]


class Tenant:
    """A SinkConnector over a dictionary; `behave` scripts what happens to the next items."""

    name = "hr"
    batch_size = 2
    can_read_back = True

    def __init__(self, keys: Sequence[str] = ("1", "2", "3")) -> None:
        self.records: dict[str, dict[str, Any]] = {key: {} for key in keys}
        self.behave: deque[Behaviour] = deque()
        self.writes: list[tuple[str, str, dict[str, Any]]] = []
        self.reads = 0
        self.never: set[str] = set()
        self.trouble: Exception | None = None
        self.unreadable: Exception | None = None
        self.on_write: Callable[[], None] = lambda: None

    def write(self, operation: str, items: Sequence[WriteItem]) -> list[WriteResult]:
        self.on_write()
        if self.trouble is not None:
            raise self.trouble
        assert len({item.entity_key for item in items}) == len(items) <= 2
        return [r for item in items if (r := self._one(operation, item)) is not None]

    def _one(self, operation: str, item: WriteItem) -> WriteResult | None:
        behaviour = self.behave.popleft() if self.behave else "ok"
        if behaviour in ("ok", "lost after", "forget"):
            self.writes.append((operation, item.entity_key, dict(item.payload)))
        if behaviour in ("ok", "lost after"):
            self.records[item.entity_key].update(item.payload)
        key = item.idempotency_key
        if behaviour in ("ok", "forget"):
            return WriteResult(key, "sent", remote_ref=f"ref-{item.entity_key}")
        if behaviour == "refuse":
            return WriteResult(key, "refused", message="The application is closed.")
        if behaviour == "retry":
            return WriteResult(key, "retry", message="HTTP 503", retry_after_seconds=30)
        return WriteResult(key, "unknown", message="no answer")

    def repeat_is_harmless(self, operation: str) -> bool:
        return operation not in self.never

    def read_back(self, operation: str, entity_keys: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        assert self.can_read_back
        self.reads += 1
        if self.unreadable is not None:
            raise self.unreadable
        return {
            key: {name: self.records[key].get(name) for name in FIELDS[operation]}
            for key in entity_keys
            if key in self.records
        }


def publish_scores(
    settings: Settings, scores: Mapping[str, float], rule: str = "1", source: str = "hr"
) -> None:
    """Publish both exports, about records of one source; the tag is earned from 80 on."""
    keys, points = list(scores), [float(score) for score in scores.values()]
    base = {
        "source": pa.array([source] * len(keys), pa.string()),
        "application_id": pa.array(keys, pa.string()),
        "overall_score_0_100": pa.array(points, pa.float64()),
        "rule_version": pa.array([rule] * len(keys), pa.string()),
    }
    earned = pa.array([score >= 80 for score in points], pa.bool_())
    tables = {
        "exp_hr__result": pa.table(base),
        "exp_hr__tag": pa.table({**base, "is_high_potential": earned}),
    }
    publish_tables(settings, tables, NOW)


def later(settings: Settings, **delta: float) -> Settings:
    """The same installation at a later time."""
    assert settings.now is not None
    return settings.model_copy(update={"now": settings.now + timedelta(**delta)})


def rows(settings: Settings, operation: str | None = None) -> list[OutboxRow]:
    """The outbox, oldest first."""
    query = select(OutboxRow).order_by(OutboxRow.id)
    if operation is not None:
        query = query.where(OutboxRow.operation == operation)
    with session(settings) as db:
        return list(db.scalars(query))


def states(settings: Settings, operation: str | None = None) -> list[str]:
    """States of the outbox, oldest first."""
    return [row.state for row in rows(settings, operation)]


def verdicts(settings: Settings) -> list[tuple[str, str, str]]:
    """(record, verdict, field) of every reconciliation, oldest first."""
    with session(settings) as db:
        found = db.scalars(select(ReconcileRow).order_by(ReconcileRow.id))
        return [(row.entity_key, row.verdict, row.field) for row in found]
