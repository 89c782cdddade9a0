"""What goes out to other systems, what they tell us, and how often both speak."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from talentloop.ops.models.base import Base


class OutboxRow(Base):
    """One change to deliver to an outside system."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_due", "destination", "state", "next_at"),
        Index("outbox_queue", "destination", "state", "id"),
        Index("outbox_record", "destination", "entity_key", "operation"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    destination: Mapped[str]
    operation: Mapped[str]
    entity_key: Mapped[str]
    payload_json: Mapped[str] = mapped_column(Text)
    payload_hash: Mapped[str]
    idem_key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="PENDING")
    reason_code: Mapped[str] = mapped_column(default="")  # why it stopped; see outbox/rows.py
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    next_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    lease_owner: Mapped[str | None]
    remote_ref: Mapped[str | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    latency_seconds: Mapped[float | None]  # from when it might first be sent until it was


class OutboxDependency(Base):
    """An item of the outbox that waits until another one has been delivered."""

    __tablename__ = "outbox_dependency"
    item_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    depends_on_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)


class OutboxPause(Base):
    """A destination to which a person has stopped all deliveries."""

    __tablename__ = "outbox_pause"
    destination: Mapped[str] = mapped_column(primary_key=True)
    paused_at: Mapped[datetime]
    paused_by: Mapped[str]
    reason: Mapped[str] = mapped_column(Text, default="")


class ReconcileRow(Base):
    """What a read-back found: MATCH, DRIFT or MISSING."""

    __tablename__ = "reconcile"
    __table_args__ = (Index("reconcile_item", "destination", "operation", "entity_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    destination: Mapped[str]
    operation: Mapped[str]
    entity_key: Mapped[str]
    outbox_id: Mapped[int]
    verdict: Mapped[str]
    field: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(Text, default="")
    checked_at: Mapped[datetime]


class CallbackEvent(Base):
    """An event that an outside system posted to us; its id is remembered so that it counts once."""

    __tablename__ = "callback_event"
    __table_args__ = (Index("callback_event_waiting", "channel", "state", "received_at"),)
    channel: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    body: Mapped[str] = mapped_column(Text)  # may be personal; emptied once acted on, never logged
    state: Mapped[str] = mapped_column(default="new")  # new done ignored
    note: Mapped[str] = mapped_column(Text, default="")
    received_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class ExchangeDay(Base):
    """What was exchanged with one outside system on one day (UTC); see ops/exchanges.py."""

    __tablename__ = "exchange_day"
    source: Mapped[str] = mapped_column(primary_key=True)
    on_day: Mapped[str] = mapped_column(primary_key=True)
    requests: Mapped[int]
    retry_after: Mapped[int]
    transient: Mapped[int]
    auth: Mapped[int]
    permanent: Mapped[int]
    quota: Mapped[int]
    waited_seconds: Mapped[float]
    busy_seconds: Mapped[float]
    limit_requests: Mapped[float]
    limit_seconds: Mapped[float]
    updated_at: Mapped[datetime]


class RateLimit(Base):
    """How fast a source is being asked by all workers together, and until when it must not be."""

    __tablename__ = "rate_limit"
    source: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default="")  # the limiter's own numbers, comma-separated
    closed_until: Mapped[datetime | None]  # the quota is used up until then
    requests: Mapped[int] = mapped_column(default=0)  # let through, since the start
