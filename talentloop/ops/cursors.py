"""How far each stream of each source has been read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from talentloop.ops.database import session
from talentloop.ops.models import Cursor
from talentloop.settings import Settings


def get_cursor(settings: Settings, source: str, stream: str) -> Cursor | None:
    """The cursor of a stream, or None before its first complete read."""
    with session(settings) as db:
        return db.get(Cursor, (source, stream))


def set_cursor(
    settings: Settings, source: str, stream: str, watermark: datetime, *, full: bool = False
) -> None:
    """Move a cursor; call it only once everything before it is durable. It never moves back."""
    with session(settings) as db:
        row = db.get(Cursor, (source, stream))
        now = settings.clock.now()
        if row is None:
            row = Cursor(source=source, stream=stream, watermark=watermark, updated_at=now)
            db.add(row)
        row.watermark = max(row.watermark, watermark)
        row.updated_at = now
        if full:
            row.last_full_at = watermark


def list_cursors(settings: Settings) -> Sequence[Cursor]:
    """All cursors, by source and stream."""
    with session(settings) as db:
        return db.scalars(select(Cursor).order_by(Cursor.source, Cursor.stream)).all()


def observed_through(settings: Settings) -> datetime | None:
    """The latest instant up to which any source was seen, or None before the first read."""
    with session(settings) as db:
        return db.scalar(select(func.max(Cursor.watermark)))
