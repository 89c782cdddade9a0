"""Which items may go now: in order for each record, and after those that they depend on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from connectors.outbox.destination import Destination
from connectors.outbox.rows import (
    APPLIED,
    BLOCKED,
    IN_FLIGHT,
    PENDING,
    STOPPED,
    SUPERSEDED,
    UNKNOWN,
    WAITING,
    move,
)
from talentloop.ops import session
from talentloop.ops.models import OutboxDependency, OutboxRow
from talentloop.settings import Settings


def dependency_in(states: Sequence[str]) -> ColumnElement[bool]:
    """Whether an item depends on one that is in such a state.

    One that a newer change replaced stands for that newer one, unless a still newer arrived.
    """
    edge, other, newer, arrived = (
        aliased(OutboxDependency), aliased(OutboxRow), aliased(OutboxRow), aliased(OutboxRow)
    )  # fmt: skip
    replaced = and_(
        other.state == SUPERSEDED,
        exists().where(_follows(newer, other), newer.state.in_(states)),
        ~exists().where(_follows(arrived, other), arrived.state.in_(APPLIED)),
    )
    return exists().where(
        edge.item_id == OutboxRow.id,
        other.id == edge.depends_on_id,
        or_(other.state.in_(states), replaced),
    )


def _follows(newer: type[OutboxRow], older: type[OutboxRow]) -> ColumnElement[bool]:
    return and_(
        newer.destination == older.destination,
        newer.entity_key == older.entity_key,
        newer.operation == older.operation,
        newer.id > older.id,
    )


def eligible(destination: str, now: datetime) -> Select[OutboxRow]:
    """Items that wait for nothing but their time.

    An item of the same record that is under way, or older and due or tried before, goes first; one
    whose first time has not come holds nobody up.
    """
    first = aliased(OutboxRow)
    held = exists().where(
        first.destination == destination,
        first.entity_key == OutboxRow.entity_key,
        or_(
            first.state.in_(IN_FLIGHT),
            and_(
                first.state == PENDING,
                first.id < OutboxRow.id,
                or_(first.attempts > 0, first.next_at <= now),
            ),
        ),
    )
    return select(OutboxRow).where(
        OutboxRow.destination == destination,
        OutboxRow.state == PENDING,
        ~held,
        ~dependency_in((*WAITING, *STOPPED)),
    )


def take_due(db: Session, config: Destination, now: datetime, most: int) -> list[OutboxRow]:
    """The oldest due items of one operation, at most one for each record.

    Changes that a newer one has overtaken are dropped on the way.
    """
    due = eligible(config.name, now).where(OutboxRow.next_at <= now).order_by(OutboxRow.id)
    while (head := db.scalar(due.limit(1))) is not None:
        rows = db.scalars(due.where(OutboxRow.operation == head.operation).limit(most)).all()
        if not _drop_stale(db, config, head.operation, rows, now):
            return list(rows)
        db.expire_all()
    return []


def seconds_to_next(settings: Settings, destination: str) -> float | None:
    """Seconds until an item is due that waits for its time only; None when none does."""
    now = settings.clock.now()
    pending = eligible(destination, now).with_only_columns(func.min(OutboxRow.next_at))
    asked = select(func.min(OutboxRow.next_at)).where(
        OutboxRow.destination == destination, OutboxRow.state == UNKNOWN
    )
    with session(settings) as db:
        times = [at for query in (pending, asked) if (at := db.scalar(query)) is not None]
    return max(0.0, (min(times) - now).total_seconds()) if times else None


@dataclass(frozen=True)
class Rest:
    """What a destination's outbox still holds.

    Attributes:
        waiting: items that could go now, are under way, or failed and are tried again.
        scheduled: items whose first time has not come, or that go after others.
        blocked: items held because one that they depend on stopped.
    """

    waiting: int
    scheduled: int
    blocked: int


def count_rest(settings: Settings, destination: str) -> Rest:
    """Count what is neither delivered nor given up."""
    now = settings.clock.now()
    every = select(OutboxRow).where(OutboxRow.destination == destination)
    ready = eligible(destination, now).where(OutboxRow.attempts == 0, OutboxRow.next_at <= now)
    tried = every.where(OutboxRow.state == PENDING, OutboxRow.attempts > 0)
    with session(settings) as db:
        waiting = _count(db, ready) + _count(db, tried)
        pending = _count(db, every.where(OutboxRow.state == PENDING))
        flying = _count(db, every.where(OutboxRow.state.in_(IN_FLIGHT)))
        blocked = _count(db, every.where(OutboxRow.state == BLOCKED))
    return Rest(waiting + flying, pending - waiting, blocked)


def _count(db: Session, query: Select[OutboxRow]) -> int:
    return db.scalar(query.with_only_columns(func.count())) or 0


def _drop_stale(
    db: Session, config: Destination, operation: str, rows: Sequence[OutboxRow], now: datetime
) -> int:
    """Drop what a newer change for the same record replaces; how many."""
    spec = config.operations.get(operation)
    if spec is not None and spec.export is None:
        return 0  # each of these is sent
    last = (
        select(func.max(OutboxRow.id))
        .where(
            OutboxRow.destination == config.name,
            OutboxRow.operation == operation,
            OutboxRow.entity_key.in_([row.entity_key for row in rows]),
            OutboxRow.state != SUPERSEDED,
        )
        .group_by(OutboxRow.entity_key)
    )
    newest = set(db.scalars(last))
    stale = [row for row in rows if row.id not in newest]
    for row in stale:
        move(db, row, now, expect=(PENDING,), state=SUPERSEDED)
    return len(stale)
