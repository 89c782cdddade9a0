"""How the loop runs: its steps, what went wrong, and who did what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from talentloop.ops.models.base import Base


class StepRun(Base):
    """One run of one step of the loop: when, how long, what it counted."""

    __tablename__ = "step_run"
    __table_args__ = (Index("step_run_recent", "step", "started_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str]
    state: Mapped[str]  # running done failed
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    seconds: Mapped[float | None]
    counts: Mapped[dict[str, Any]]
    error: Mapped[str] = mapped_column(Text, default="")


class Incident(Base):
    """Something that a person must look at; one row while the same thing stays broken."""

    __tablename__ = "incident"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    location: Mapped[str] = mapped_column(String(500))
    title: Mapped[str] = mapped_column(String(500))
    detail: Mapped[str] = mapped_column(Text)
    remedy: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(default="open")
    seen_count: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[str] = mapped_column(Text, default="")


class AuditRow(Base):
    """Who did what; append-only, each row carrying the hash of the one before."""

    __tablename__ = "audit"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    object_ref: Mapped[str]
    detail_json: Mapped[str] = mapped_column(Text)
    prev_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
