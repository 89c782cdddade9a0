"""Stopping all traffic to a destination, and letting it go on."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from connectors.outbox.destination import load_destination
from talentloop.ops import audit, session
from talentloop.ops.models import OutboxPause
from talentloop.settings import Settings


def pause(settings: Settings, destination: str, *, by: str, reason: str) -> bool:
    """Stop deliveries and read-backs; what is being sent at this moment still arrives.

    Items go on being queued. The decision is kept and audited; it outlives restarts.

    Returns:
        False where the destination was paused already; nothing changes then.

    Raises:
        ConfigError: there is no such destination.
    """
    load_destination(settings, destination)
    with session(settings) as db:
        if is_paused(db, destination):
            return False
    # First the trail: should we be killed between the two, nothing happened that it does not tell.
    audit.record(settings, by, "outbox.pause", destination, {"reason": reason})
    with session(settings) as db:
        db.merge(
            OutboxPause(
                destination=destination,
                paused_at=settings.clock.now(),
                paused_by=by,
                reason=reason,
            )
        )
    return True


def resume(settings: Settings, destination: str, *, by: str) -> bool:
    """Let a destination go on with the next delivery; False where it was not paused."""
    with session(settings) as db:
        found = db.get(OutboxPause, destination)
    if found is None:
        return False
    audit.record(settings, by, "outbox.resume", destination, {"paused_at": found.paused_at})
    with session(settings) as db:
        db.execute(delete(OutboxPause).where(OutboxPause.destination == destination))
    return True


def is_paused(db: Session, destination: str) -> bool:
    """Whether nothing may be sent just now."""
    found = select(OutboxPause.destination).where(OutboxPause.destination == destination)
    return db.scalar(found) is not None


def list_pauses(settings: Settings) -> Sequence[OutboxPause]:
    """Destinations that are paused, by name."""
    with session(settings) as db:
        return db.scalars(select(OutboxPause).order_by(OutboxPause.destination)).all()
