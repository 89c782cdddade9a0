"""What the outbox holds, and giving dead changes another chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from connectors.outbox.rows import DEAD, FAILED, PENDING, SUPERSEDED, UNKNOWN, move, of_records
from talentloop.ops import session
from talentloop.ops.incidents import resolve_incident
from talentloop.ops.models import OutboxRow
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


_WAITING = (PENDING, "LEASED", UNKNOWN)


def retry_dead(
    settings: Settings,
    destination: str,
    ids: Sequence[int] | None = None,
    *,
    refused: bool = False,
) -> int:
    """Give dead changes another round of attempts.

    A change that a newer one for the same record has overtaken is dropped instead.

    Args:
        ids: rows to revive; all dead ones when None.
        refused: also those that the system refused.

    Returns:
        Number of changes that wait again.
    """
    states = (DEAD, FAILED) if refused else (DEAD,)
    query = select(OutboxRow).where(
        OutboxRow.destination == destination, OutboxRow.state.in_(states)
    )
    if ids is not None:
        query = query.where(OutboxRow.id.in_(ids))
    now, revived = settings.clock.now(), 0
    with session(settings) as db:
        for row in db.scalars(query.order_by(OutboxRow.id)).all():
            others = of_records(db, destination, row.operation, [row.entity_key])[row.entity_key]
            overtaken = any(r.id > row.id and r.state != SUPERSEDED for r in others)
            state = SUPERSEDED if overtaken else PENDING
            done = move(db, row, now, expect=states, state=state, attempts=0, next_at=now)
            revived += done and not overtaken
    if ids is None:
        resolve_incident(
            settings, kind="outbox_dead", where=destination, resolution="Tried once more."
        )
    return revived
