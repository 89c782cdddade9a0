"""Events that outside systems posted to us: stored at once, acted on later, each one once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from talentloop.ops.database import session
from talentloop.ops.models import CallbackEvent
from talentloop.settings import Settings

#: Longer than any vendor delivers an event again, and than any signature is accepted.
_REMEMBERED = timedelta(days=30)


def store_event(settings: Settings, channel: str, kind: str, body: bytes, event_id: str) -> bool:
    """Keep an event for a later step; False when it was received before.

    Args:
        channel: the configured channel or source that received it.
        kind: the vendor's name for what happened.
        body: the decrypted message; it may be personal and is never logged.
        event_id: the vendor's id of the event; where it has none, the message identifies itself.
    """
    now = settings.clock.now()
    identity = event_id or hashlib.sha256(body).hexdigest()
    with session(settings) as db:
        db.execute(
            delete(CallbackEvent).where(
                CallbackEvent.state != "new", CallbackEvent.received_at < now - _REMEMBERED
            )
        )
        dialect = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
        statement = (
            dialect.insert(CallbackEvent)
            .values(
                channel=channel, event_id=identity[:255], kind=kind[:255], state="new",
                body=body.decode("utf-8", "replace"), received_at=now,
            )
            .on_conflict_do_nothing()
            .returning(CallbackEvent.event_id)
        )  # fmt: skip
        return db.scalar(statement) is not None


def waiting_events(settings: Settings, channel: str) -> Sequence[CallbackEvent]:
    """Events of a channel that nobody has acted on, oldest first."""
    query = (
        select(CallbackEvent)
        .where(CallbackEvent.channel == channel, CallbackEvent.state == "new")
        .order_by(CallbackEvent.received_at, CallbackEvent.event_id)
    )
    with session(settings) as db:
        return db.scalars(query).all()


def settle_event(settings: Settings, event: CallbackEvent, state: str, note: str = "") -> None:
    """Note what became of an event; its body is forgotten, its id is not.

    Args:
        state: `done`, or `ignored` where nothing is to be done about its kind.
    """
    with session(settings) as db:
        row = db.get_one(CallbackEvent, (event.channel, event.event_id))
        row.state, row.note, row.body = state, note, ""
        row.settled_at = settings.clock.now()
