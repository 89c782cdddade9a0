"""New rows of the outbox, the same however often they are made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from connectors.outbox.payload import Payload, encode, idempotency_key, payload_hash
from connectors.outbox.rows import PENDING
from talentloop.ops.models import OutboxDependency, OutboxRow

NewRow = dict[str, Any]


def new_row(
    record: tuple[str, str, str],
    payload: Payload,
    sequence: int,
    now: datetime,
    not_before: datetime | None = None,
) -> NewRow:
    """A row that waits.

    Args:
        record: destination, operation, and key of the record there.
        sequence: number of rows of that record and operation so far.
        not_before: when it may be sent at the earliest; at once when None.
    """
    destination, operation, entity_key = record
    hashed = payload_hash(payload)
    return {
        "destination": destination,
        "operation": operation,
        "entity_key": entity_key,
        "payload_json": encode(payload),
        "payload_hash": hashed,
        "idem_key": idempotency_key(destination, operation, entity_key, hashed, sequence),
        "state": PENDING,
        "reason_code": "",
        "attempts": 0,
        "not_before": not_before,
        "next_at": max(now, not_before) if not_before else now,
        "created_at": now,
        "updated_at": now,
    }


def insert_rows(db: Session, new: Sequence[NewRow]) -> Sequence[OutboxRow]:
    """Insert rows; those that another run has made meanwhile are left out of the answer."""
    if not new:
        return []
    # Two runs at once would make the same change with the same key: the second is dropped.
    statement = (
        _dialect(db)
        .insert(OutboxRow)
        .values(list(new))
        .on_conflict_do_nothing(index_elements=["idem_key"])
        .returning(OutboxRow)
    )
    return db.scalars(statement).all()


def insert_dependencies(db: Session, item_id: int, depends_on: Sequence[int]) -> None:
    """Let a row wait for others; what is known already is left as it is."""
    if not depends_on:
        return
    new = [{"item_id": item_id, "depends_on_id": other} for other in depends_on]
    db.execute(_dialect(db).insert(OutboxDependency).values(new).on_conflict_do_nothing())


def inherit_dependencies(db: Session, replaced_id: int, item_id: int) -> None:
    """Let a row wait for what the row waited for whose place it takes."""
    edges = select(OutboxDependency.depends_on_id).where(OutboxDependency.item_id == replaced_id)
    insert_dependencies(db, item_id, db.scalars(edges).all())


def find_keys(db: Session, idem_keys: Sequence[str]) -> dict[str, int]:
    """Number of each row by its idempotency key; unknown keys are left out."""
    query = select(OutboxRow.idem_key, OutboxRow.id).where(OutboxRow.idem_key.in_(idem_keys))
    return dict(db.execute(query).tuples().all())


def _dialect(db: Session) -> Any:
    return sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
