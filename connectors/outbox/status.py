"""What the outbox holds, and a person's decisions about items that stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from connectors.outbox.blocked import refresh_blocked
from connectors.outbox.destination import destination_files, load_destination
from connectors.outbox.rows import (
    BLOCKED,
    DEAD,
    FAILED,
    FATE_UNKNOWN,
    PENDING,
    SENT,
    SUPERSEDED,
    UNKNOWN,
    arrival,
    move,
    of_records,
)
from talentloop.errors import ConfigError
from talentloop.ops import audit, session
from talentloop.ops.incidents import resolve_incident
from talentloop.ops.models import OutboxDependency, OutboxRow
from talentloop.settings import Settings


@dataclass(frozen=True)
class OutboxStatus:
    """One destination's outbox.

    Attributes:
        states: number of changes by state.
        backlog: changes not yet delivered.
        oldest_seconds: age of the oldest of them, 0 where there is none.
    """

    destination: str
    states: dict[str, int] = field(default_factory=dict)
    backlog: int = 0
    oldest_seconds: float = 0.0


def outbox_status(settings: Settings) -> list[OutboxStatus]:
    """The outbox of each destination that ever had a change, by name."""
    query = select(
        OutboxRow.destination, OutboxRow.state, func.count(), func.min(OutboxRow.created_at)
    ).group_by(OutboxRow.destination, OutboxRow.state)
    with session(settings) as db:
        rows = db.execute(query).all()
    now = settings.clock.now()
    found = []
    for name in sorted({row[0] for row in rows}):
        states = {state: int(count) for destination, state, count, _ in rows if destination == name}
        waiting = [
            (count, oldest)
            for destination, state, count, oldest in rows
            if destination == name and state in _WAITING
        ]
        ages = [(now - oldest).total_seconds() for _, oldest in waiting]
        backlog = sum(count for count, _ in waiting)
        found.append(OutboxStatus(name, states, backlog, max(ages, default=0.0)))
    return found


_WAITING = (PENDING, "LEASED", UNKNOWN, BLOCKED)


def list_items(
    settings: Settings, *, destination: str | None = None, states: Sequence[str] = (), limit: int
) -> Sequence[OutboxRow]:
    """Items of the outbox, newest first.

    Args:
        states: only in these states; in any when empty.
    """
    query = select(OutboxRow).order_by(OutboxRow.id.desc()).limit(limit)
    if destination is not None:
        query = query.where(OutboxRow.destination == destination)
    if states:
        query = query.where(OutboxRow.state.in_(states))
    with session(settings) as db:
        return db.scalars(query).all()


def find_item(settings: Settings, item_id: int) -> tuple[OutboxRow, Sequence[OutboxRow]]:
    """An item and those that it depends on.

    Raises:
        ConfigError: there is no such item.
    """
    edges = select(OutboxDependency.depends_on_id).where(OutboxDependency.item_id == item_id)
    with session(settings) as db:
        row = db.get(OutboxRow, item_id)
        others = db.scalars(select(OutboxRow).where(OutboxRow.id.in_(edges))).all()
    if row is None:
        raise ConfigError(
            "There is no such item",
            where=f"outbox item {item_id}",
            remedy="`talentloop outbox list` shows the numbers.",
        )
    return row, others


def replay(
    settings: Settings,
    *,
    by: str,
    ids: Sequence[int] = (),
    destination: str | None = None,
    refused: bool = False,
    note: str = "",
) -> int:
    """Give items that stopped another round of attempts, and free what depended on them.

    A change that a newer one for the same record has overtaken is dropped instead. Audited.

    Args:
        by: who decides.
        ids: items to revive, whatever stopped them; all dead ones of the destination when empty,
            but for those of which nobody knows whether they arrived: these are named one by one.
        refused: without ids, also those that the system refused.

    Returns:
        Number of items that wait again.

    Raises:
        ConfigError: neither items nor a destination are named, or an item has not stopped.
    """
    with session(settings) as db:
        rows = db.scalars(_stopped(settings, ids, destination, refused=refused)).all()
    _all_found(ids, rows, "Only items in the states DEAD and FAILED can be replayed")
    now, revived = settings.clock.now(), 0
    _tell(settings, by, "outbox.replay", rows, note)
    with session(settings) as db:
        for row in rows:
            state = SUPERSEDED if _overtaken(settings, db, row) else PENDING
            done = move(
                db, row, now, expect=(DEAD, FAILED), state=state, attempts=0, next_at=now,
                reason_code="",
            )  # fmt: skip
            revived += done and state == PENDING
    _after(settings, rows, "Tried once more.")
    return revived


def confirm(settings: Settings, ids: Sequence[int], *, by: str, note: str = "") -> int:
    """Count items that stopped as delivered, because a person saw that they arrived. Audited.

    Returns:
        Number of items that changed.

    Raises:
        ConfigError: an item has not stopped.
    """
    with session(settings) as db:
        rows = db.scalars(_stopped(settings, ids, None, refused=True)).all()
    _all_found(ids, rows, "Only items in the states DEAD and FAILED can be confirmed")
    now, done = settings.clock.now(), 0
    _tell(settings, by, "outbox.confirm", rows, note)
    with session(settings) as db:
        for row in rows:
            values = {"last_error": None, **arrival(row, now)}
            done += move(db, row, now, expect=(DEAD, FAILED), state=SENT, **values)
    _after(settings, rows, "A person confirmed that they arrived.")
    return done


def _stopped(
    settings: Settings, ids: Sequence[int], destination: str | None, *, refused: bool
) -> Select[OutboxRow]:
    query = select(OutboxRow).order_by(OutboxRow.id)
    if ids:
        query = query.where(OutboxRow.id.in_(ids), OutboxRow.state.in_((DEAD, FAILED)))
    elif destination is not None:
        states = (DEAD, FAILED) if refused else (DEAD,)
        known = OutboxRow.reason_code != FATE_UNKNOWN
        query = query.where(OutboxRow.state.in_(states), known)
    else:
        raise ConfigError(
            "Neither items nor a destination are named",
            where="the outbox",
            remedy="Known destinations: " + ", ".join(sorted(destination_files(settings))) + ".",
        )
    return query if destination is None else query.where(OutboxRow.destination == destination)


def _all_found(ids: Sequence[int], rows: Sequence[OutboxRow], what: str) -> None:
    missing = sorted(set(ids) - {row.id for row in rows})
    if missing:
        raise ConfigError(
            what,
            where="outbox item " + ", ".join(str(number) for number in missing),
            remedy="`talentloop outbox list` shows states and reasons; what is BLOCKED goes on when "
            "the item that it names does.",
        )


def _overtaken(settings: Settings, db: Session, row: OutboxRow) -> bool:
    spec = load_destination(settings, row.destination).operations.get(row.operation)
    if spec is not None and spec.export is None:
        return False
    others = of_records(db, row.destination, row.operation, [row.entity_key])[row.entity_key]
    return any(other.id > row.id and other.state != SUPERSEDED for other in others)


def _tell(settings: Settings, by: str, action: str, rows: Sequence[OutboxRow], note: str) -> None:
    """The trail comes first: should we be killed here, it tells of more than was done, not less."""
    for destination in sorted({row.destination for row in rows}):
        items = [row.id for row in rows if row.destination == destination]
        audit.record(settings, by, action, destination, {"items": items, "note": note})


def _after(settings: Settings, rows: Sequence[OutboxRow], resolution: str) -> None:
    refresh_blocked(settings)
    for status in outbox_status(settings):
        touched = any(row.destination == status.destination for row in rows)
        if touched and not status.states.get(DEAD):
            resolve_incident(
                settings, kind="outbox_dead", where=status.destination, resolution=resolution
            )
