"""What was sent to outside systems and what reading it back found, told to a build without its content."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pyarrow as pa
from sqlalchemy import func, select

from talentloop.ops import session
from talentloop.ops.models import OutboxRow, ReconcileRow
from talentloop.settings import Settings

#: The worst that any field of an item was found to be decides.
_WORST = ("MISSING", "DRIFT", "RELEASED", "MATCH")
_STOPPED = ("FAILED", "DEAD", "BLOCKED")
_SCHEMA = pa.schema(
    [
        ("item_id", pa.int64()),
        ("destination", pa.string()),
        ("operation", pa.string()),
        ("queued_at", pa.timestamp("us", "UTC")),
        ("sent_at", pa.timestamp("us", "UTC")),
        ("latency_seconds", pa.float64()),
        ("is_stopped", pa.bool_()),
        ("verdict", pa.string()),
    ]
)


def write_deliveries(
    settings: Settings, db: duckdb.DuckDBPyConnection, *, until: datetime | None = None
) -> None:
    """Put every change that was queued into `ops.delivery` of a build file: no keys, no payloads.

    Changes that a newer one overtook before they were sent are left out.

    Args:
        until: what was known at this instant, for a build of the past; None for all of it.
    """
    items = select(
        OutboxRow.id, OutboxRow.destination, OutboxRow.operation, OutboxRow.created_at,
        OutboxRow.sent_at, OutboxRow.latency_seconds, OutboxRow.state, OutboxRow.updated_at,
    ).where(OutboxRow.state != "SUPERSEDED")  # fmt: skip
    newest = select(func.max(ReconcileRow.id)).group_by(ReconcileRow.outbox_id, ReconcileRow.field)
    if until is not None:
        items = items.where(OutboxRow.created_at <= until)
        newest = newest.where(ReconcileRow.checked_at <= until)
    found: dict[int, str] = {}
    with session(settings) as ops:
        verdicts = select(ReconcileRow.outbox_id, ReconcileRow.verdict)
        for item, verdict in ops.execute(verdicts.where(ReconcileRow.id.in_(newest))):
            found[item] = min(verdict, found.get(item, verdict), key=_WORST.index)
        rows = [
            {
                "item_id": row.id,
                "destination": row.destination,
                "operation": row.operation,
                "queued_at": row.created_at,
                "sent_at": row.sent_at if _known(row.sent_at, until) else None,
                "latency_seconds": row.latency_seconds if _known(row.sent_at, until) else None,
                "is_stopped": row.state in _STOPPED and _known(row.updated_at, until),
                "verdict": found.get(row.id),
            }
            for row in ops.execute(items)
        ]
    db.register("deliveries", pa.Table.from_pylist(rows, _SCHEMA))
    db.execute("create or replace table ops.delivery as from deliveries")
    db.unregister("deliveries")


def _known(at: datetime | None, until: datetime | None) -> bool:
    return at is not None and (until is None or at <= until)
