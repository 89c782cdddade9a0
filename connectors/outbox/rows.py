"""The outbox table: its states, and the few questions that every step asks of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Table, case, func, select, update
from sqlalchemy.orm import Session

from talentloop.chunks import chunks
from talentloop.ops.models import OutboxRow, ReconcileRow

PENDING, LEASED, SENT, CONFIRMED = "PENDING", "LEASED", "SENT", "CONFIRMED"
UNKNOWN, FAILED, DEAD, SUPERSEDED = "UNKNOWN", "FAILED", "DEAD", "SUPERSEDED"
BLOCKED = "BLOCKED"
STATES = (PENDING, LEASED, SENT, CONFIRMED, UNKNOWN, FAILED, DEAD, BLOCKED, SUPERSEDED)

#: Why an item stopped: the system said no; too many attempts; nobody can tell whether it arrived;
#: it is not there although it was taken; what it depends on stopped.
REFUSED, EXHAUSTED, FATE_UNKNOWN = "refused", "exhausted", "fate_unknown"
NOT_THERE, DEPENDENCY = "not_there", "dependency"

#: With the system, or possibly: nothing else may be sent to the same record meanwhile.
IN_FLIGHT = (LEASED, UNKNOWN)
#: The system took it.
APPLIED = (SENT, CONFIRMED)
#: The system took it, or may have.
MAYBE_APPLIED = (*APPLIED, *IN_FLIGHT, DEAD)
#: It will not go on by itself.
STOPPED = (FAILED, DEAD, BLOCKED)
#: Neither delivered nor given up.
WAITING = (PENDING, *IN_FLIGHT)

#: Rows in one statement; SQLite bounds the length of a CASE.
_AT_ONCE = 200
_TABLE = cast("Table", OutboxRow.__table__)


def move(
    db: Session, row: OutboxRow, now: datetime, *, expect: Iterable[str], **values: Any
) -> bool:
    """Change a row if it is still as it was read: compare and set.

    Args:
        expect: states in which it may still be.
        values: columns to set.

    Returns:
        Whether this worker made the change; another one may have been first.
    """
    statement = (
        update(_TABLE)
        .where(
            _TABLE.c.id == row.id,
            _TABLE.c.state.in_(tuple(expect)),
            _TABLE.c.attempts == row.attempts,
        )
        .values(updated_at=now, **values)
    )
    return cast("CursorResult[Any]", db.execute(statement)).rowcount == 1


def arrival(row: OutboxRow, now: datetime) -> dict[str, Any]:
    """Columns of a row that has arrived; its latency counts from when it might first be sent."""
    values: dict[str, Any] = {"sent_at": now, "reason_code": ""}
    if row.latency_seconds is None:
        first = max(row.created_at, row.not_before or row.created_at)
        values["latency_seconds"] = max(0.0, (now - first).total_seconds())
    return values


def move_arrived(db: Session, rows: Sequence[tuple[OutboxRow, str]], now: datetime) -> int:
    """Change leased rows that have arrived, as `move` would each of them; how many it changed.

    One statement for many rows: a worker that records a hundred one by one misses its next turn.

    Args:
        rows: each with what the system calls the record.
    """
    by_id, moved = _TABLE.c.id, 0
    for some in chunks(rows, _AT_ONCE):
        arrived = {row.id: arrival(row, now) for row, _ in some}
        latencies = {row.id: arrived[row.id].get("latency_seconds", row.latency_seconds)
                     for row, _ in some}  # fmt: skip
        statement = (
            update(_TABLE)
            .where(
                by_id.in_([row.id for row, _ in some]),
                _TABLE.c.state == LEASED,
                _TABLE.c.attempts == case({row.id: row.attempts for row, _ in some}, value=by_id),
            )
            .values(
                state=SENT, last_error=None, lease_owner=None, lease_until=None, updated_at=now,
                remote_ref=case({row.id: ref for row, ref in some}, value=by_id),
                latency_seconds=case(latencies, value=by_id),
                **{k: v for k, v in arrived[some[0][0].id].items() if k != "latency_seconds"},
            )
            .returning(by_id)
        )  # fmt: skip
        moved += len(db.execute(statement).all())
    return moved


def of_records(
    db: Session, destination: str, operation: str, entity_keys: Sequence[str]
) -> dict[str, list[OutboxRow]]:
    """All rows of some records for one operation, oldest first, by record."""
    found: dict[str, list[OutboxRow]] = {key: [] for key in entity_keys}
    query = (
        select(OutboxRow)
        .where(
            OutboxRow.destination == destination,
            OutboxRow.operation == operation,
            OutboxRow.entity_key.in_(entity_keys),
        )
        .order_by(OutboxRow.id)
    )
    for row in db.scalars(query):
        found[row.entity_key].append(row)
    return found


def newest(rows: Iterable[OutboxRow], states: Sequence[str]) -> OutboxRow | None:
    """The newest row in one of the states."""
    return max((r for r in rows if r.state in states), key=lambda r: r.id, default=None)


Verdicts = dict[str, ReconcileRow]


def field_verdicts(
    db: Session, destination: str, operation: str, entity_keys: Sequence[str]
) -> dict[str, Verdicts]:
    """The newest verdict on each field that ever differed, by record and field."""
    last = (
        select(func.max(ReconcileRow.id))
        .where(
            ReconcileRow.destination == destination,
            ReconcileRow.operation == operation,
            ReconcileRow.entity_key.in_(entity_keys),
            ReconcileRow.field != "",
        )
        .group_by(ReconcileRow.entity_key, ReconcileRow.field)
    )
    found: dict[str, Verdicts] = {key: {} for key in entity_keys}
    for row in db.scalars(select(ReconcileRow).where(ReconcileRow.id.in_(last))):
        found[row.entity_key][row.field] = row
    return found


def held_fields(verdicts: Verdicts) -> set[str]:
    """Fields that a person edited and that nobody has released since."""
    return {name for name, row in verdicts.items() if row.verdict == "DRIFT"}
