"""Items whose dependency stopped: held where everybody sees them, freed when it goes on."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from connectors.outbox.due import dependency_in
from connectors.outbox.rows import (
    BLOCKED,
    DEPENDENCY,
    PENDING,
    STOPPED,
    SUPERSEDED,
    move,
    of_records,
)
from talentloop.ops import session
from talentloop.ops.models import OutboxDependency, OutboxRow
from talentloop.settings import Settings

_LONGEST_REASON = 500


def refresh_blocked(settings: Settings) -> int:
    """Block what depends on an item that stopped; free what depends on none any more.

    Runs over all destinations, because an item may depend on one of another. Safe to run at any
    time: the conditions exclude one another, and no item that waits for another is ever sent.

    Returns:
        Number of items whose condition changed.
    """
    changed = 0
    while moved := _once(settings):  # what depends on an item blocked just now is blocked next
        changed += moved
    return changed


def _once(settings: Settings) -> int:
    now, moved = settings.clock.now(), 0
    stopped = dependency_in(STOPPED)
    with session(settings) as db:
        for row in db.scalars(
            select(OutboxRow).where(OutboxRow.state == BLOCKED, ~stopped).order_by(OutboxRow.id)
        ).all():
            moved += move(
                db, row, now, expect=(BLOCKED,), state=PENDING, reason_code="", last_error=None
            )
        for row in db.scalars(
            select(OutboxRow).where(OutboxRow.state == PENDING, stopped).order_by(OutboxRow.id)
        ).all():
            words = _reason(db, row)
            moved += move(
                db, row, now, expect=(PENDING,), state=BLOCKED, reason_code=DEPENDENCY,
                last_error=words,
            )  # fmt: skip
    return moved


def _reason(db: Session, row: OutboxRow) -> str:
    edges = select(OutboxDependency.depends_on_id).where(OutboxDependency.item_id == row.id)
    others = db.scalars(
        select(OutboxRow).where(OutboxRow.id.in_(edges)).order_by(OutboxRow.id)
    ).all()
    for other in others:
        found = _in_force(db, other)
        if found.state in STOPPED:
            place = f"{found.destination} {found.operation}"
            words = f"Waits for item {found.id} ({place}), which is {found.state}"
            return f"{words}: {found.last_error or 'no reason given'}"[:_LONGEST_REASON]
    return "Waits for an item that stopped."


def _in_force(db: Session, row: OutboxRow) -> OutboxRow:
    """The item itself, or the newest that took its place."""
    if row.state != SUPERSEDED:
        return row
    known = of_records(db, row.destination, row.operation, [row.entity_key])[row.entity_key]
    return next((r for r in reversed(known) if r.state in STOPPED and r.id > row.id), row)
