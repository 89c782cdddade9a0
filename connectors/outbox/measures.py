"""How quickly the outbox delivers, and how much waits in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from connectors.outbox.pause import list_pauses
from connectors.outbox.rows import WAITING
from connectors.outbox.status import outbox_status
from talentloop.ops import session
from talentloop.ops.models import OutboxPause, OutboxRow
from talentloop.settings import Settings

#: Upper bounds of the latency histogram in seconds: a minute for what is quick, a day for the rest.
LATENCY_BOUNDS = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 14_400.0, 86_400.0)


@dataclass(frozen=True)
class OutboxMeasures:
    """One destination's figures.

    Attributes:
        states: number of items by state.
        backlog: items not yet delivered, blocked ones included.
        oldest_seconds: age of the oldest of them, 0 where there is none.
        due_seconds: how long the longest overdue item has been due, 0 where none is.
        sent: items ever delivered.
        sent_24h: items delivered in the last 24 hours.
        p50_seconds, p95_seconds, max_seconds: latency of those, from when an item might first be
            sent until it was; None where there are none.
        latency_sum: latency of all items ever delivered, added up.
        within: number of all items ever delivered within each of LATENCY_BOUNDS.
        stopped: number of items that stopped, by reason.
        paused: who paused it and when, None where it is not paused.
    """

    destination: str
    states: dict[str, int]
    backlog: int
    oldest_seconds: float
    due_seconds: float
    sent: int
    sent_24h: int
    p50_seconds: float | None
    p95_seconds: float | None
    max_seconds: float | None
    latency_sum: float
    within: dict[float, int]
    stopped: dict[str, int] = field(default_factory=dict)
    paused: OutboxPause | None = None


def outbox_measures(settings: Settings) -> list[OutboxMeasures]:
    """The figures of each destination that ever had an item or is paused, by name."""
    now = settings.clock.now()
    pauses = {row.destination: row for row in list_pauses(settings)}
    statuses = {status.destination: status for status in outbox_status(settings)}
    found = []
    for name in sorted({*statuses, *pauses}):
        status = statuses.get(name)
        with session(settings) as db:
            sent, total, within = _histogram(db, name)
            recent = _of(name, OutboxRow.sent_at > now - timedelta(days=1))
            n = int(db.scalar(select(func.count()).where(*recent)) or 0)
            p50, p95, longest = (_quantile(db, recent, n, q) for q in (0.5, 0.95, 1.0))
            found.append(
                OutboxMeasures(
                    name,
                    status.states if status else {},
                    status.backlog if status else 0,
                    status.oldest_seconds if status else 0.0,
                    _due_for(db, name, now),
                    sent, n, p50, p95, longest, total, within,
                    _stopped(db, name),
                    pauses.get(name),
                )
            )  # fmt: skip
    return found


def _of(destination: str, *more: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    return (
        OutboxRow.destination == destination, OutboxRow.latency_seconds.is_not(None), *more
    )  # fmt: skip


def _histogram(db: Session, destination: str) -> tuple[int, float, dict[float, int]]:
    latency = OutboxRow.latency_seconds
    counts = [func.count().filter(latency <= bound) for bound in LATENCY_BOUNDS]
    row = db.execute(
        select(func.count(), func.coalesce(func.sum(latency), 0.0), *counts).where(
            *_of(destination)
        )
    ).one()
    return (
        int(row[0]),
        float(row[1] or 0.0),
        dict(zip(LATENCY_BOUNDS, map(int, row[2:]), strict=True)),
    )


def _quantile(
    db: Session, condition: tuple[ColumnElement[bool], ...], n: int, q: float
) -> float | None:
    """The smallest latency that the share `q` of the items does not exceed."""
    if not n:
        return None
    latency = OutboxRow.latency_seconds
    place = max(0, -int(-q * n // 1) - 1)
    query = select(latency).where(*condition).order_by(latency).offset(place).limit(1)
    return db.scalar(query)


def _due_for(db: Session, destination: str, now: datetime) -> float:
    first = db.scalar(
        select(func.min(OutboxRow.next_at)).where(
            OutboxRow.destination == destination, OutboxRow.state.in_(WAITING)
        )
    )
    return max(0.0, (now - first).total_seconds()) if first else 0.0


def _stopped(db: Session, destination: str) -> dict[str, int]:
    query = (
        select(OutboxRow.reason_code, func.count())
        .where(OutboxRow.destination == destination, OutboxRow.reason_code != "")
        .group_by(OutboxRow.reason_code)
    )
    return {str(reason): int(n) for reason, n in sorted(db.execute(query).tuples())}
