"""How synchronisation with each outside system goes: cursors, lag, volumes, limits, errors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from connectors.overlaps import overlaps
from connectors.registry import SourceConfig, list_sources
from talentloop.ops import session
from talentloop.ops.cursors import list_cursors
from talentloop.ops.exchanges import ERROR_CLASSES, exchange_days
from talentloop.ops.models import Cursor, ExchangeDay, Load
from talentloop.settings import Settings

#: Days over which requests and errors are told.
DAYS = 7


@dataclass(frozen=True)
class StreamHealth:
    """One list of a source.

    Attributes:
        watermark: how far it is read, by the source's own clock.
        read_at: when it was last read to the end.
        last_full_at: when all of it was last read; None where it never was.
        overlap_minutes: how far before the cursor each read begins; None where it reads no cursor.
        lag_seconds: time since then, by our clock: a source's own may stand elsewhere.
    """

    stream: str
    watermark: datetime
    read_at: datetime
    last_full_at: datetime | None
    overlap_minutes: int | None
    lag_seconds: float


@dataclass(frozen=True)
class SyncHealth:
    """One outside system.

    Attributes:
        streams: its lists, those read longest ago first.
        rows_24h, rows_total: records landed from it.
        requests: exchanges of the last DAYS days.
        errors: of those, the failed ones by class; what was tried again counts each time.
        waited_seconds: time in which our own rate limit held requests back.
        limit: the rate that holds, as requests and seconds; None where none was ever used.
        limit_use: share of the rate that was used while requests were sent, 0 to 1; None where
            too little was sent to tell.
    """

    source: str
    streams: tuple[StreamHealth, ...] = ()
    rows_24h: int = 0
    rows_total: int = 0
    requests: int = 0
    errors: Mapping[str, int] = field(default_factory=dict)
    waited_seconds: float = 0.0
    limit: tuple[float, float] | None = None
    limit_use: float | None = None

    @property
    def lag_seconds(self) -> float | None:
        """Time since its least recent list was read to the end; None where nothing was ever read."""
        return max((s.lag_seconds for s in self.streams), default=None)

    @property
    def last_full_at(self) -> datetime | None:
        """When everything was last read, by the stream for which that is longest ago."""
        found = [s.last_full_at for s in self.streams]
        return min((at for at in found if at), default=None) if all(found) else None


def sync_health(settings: Settings) -> list[SyncHealth]:
    """Every system that was read, or with which anything was exchanged, by name.

    Raises:
        ConfigError: the operations database has not been set up, or a source's file does not fit.
    """
    cursors: dict[str, list[Cursor]] = defaultdict(list)
    for cursor in list_cursors(settings):
        cursors[cursor.source].append(cursor)
    since = (settings.clock.now() - timedelta(days=DAYS - 1)).date()
    days: dict[str, list[ExchangeDay]] = defaultdict(list)
    for day in exchange_days(settings, since):
        days[day.source].append(day)
    landed = _landed(settings)
    configured = {source.name: source for source in list_sources(settings)}
    return [
        SyncHealth(
            name,
            _streams(settings, cursors[name], configured.get(name)),
            *landed.get(name, (0, 0)),
            **_exchanged(days[name]),
        )
        for name in sorted({*cursors, *days})
    ]


def _streams(
    settings: Settings, cursors: Sequence[Cursor], source: SourceConfig | None
) -> tuple[StreamHealth, ...]:
    now = settings.clock.now()
    found_overlaps = overlaps(source, [c.stream for c in cursors]) if source else {}
    minutes = {name: round(o / timedelta(minutes=1)) for name, o in found_overlaps.items()}
    found = [
        StreamHealth(
            c.stream, c.watermark, c.updated_at, c.last_full_at, minutes.get(c.stream),
            max(0.0, (now - c.updated_at).total_seconds()),
        )
        for c in cursors
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda s: (-s.lag_seconds, s.stream)))


def _landed(settings: Settings) -> dict[str, tuple[int, int]]:
    """Rows landed from each source: in the last 24 hours, and ever."""
    since = settings.clock.now() - timedelta(hours=24)
    recent = func.coalesce(func.sum(Load.rows).filter(Load.landed_at > since), 0)
    with session(settings) as db:
        rows = db.execute(
            select(Load.source, recent, func.sum(Load.rows)).group_by(Load.source)
        ).all()
    return {source: (int(day), int(total)) for source, day, total in rows}


def _exchanged(days: Sequence[ExchangeDay]) -> dict[str, Any]:
    if not days:
        return {}
    newest = days[-1]
    requests, busy = sum(d.requests for d in days), sum(d.busy_seconds for d in days)
    rate = newest.limit_requests / newest.limit_seconds
    counts = {name: sum(getattr(d, name) for d in days) for name in ERROR_CLASSES}
    return {
        "requests": requests,
        "errors": {name: n for name, n in counts.items() if n},
        "waited_seconds": sum(d.waited_seconds for d in days),
        "limit": (newest.limit_requests, newest.limit_seconds),
        "limit_use": min(1.0, requests / (busy * rate)) if busy >= 1 else None,
    }
