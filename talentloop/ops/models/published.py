"""What was published, decided and frozen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from talentloop.ops.models.base import Base


class Publication(Base):
    """A published version of the marts and its restricted twin."""

    __tablename__ = "publication"
    version: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(String(500))
    sha256: Mapped[str]
    restricted_path: Mapped[str] = mapped_column(String(500))
    restricted_sha256: Mapped[str]
    tables: Mapped[dict[str, Any]]  # relation -> rows
    schema_version: Mapped[str]
    invocation_id: Mapped[str]
    seq: Mapped[int] = mapped_column(unique=True)  # order of publication; clocks may stand still
    as_of: Mapped[datetime]
    published_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="live")  # live collected


class Promotion(Base):
    """A decision about a trained model version, and the lock of its alias."""

    __tablename__ = "promotion"
    __table_args__ = (UniqueConstraint("model_name", "model_version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    model_name: Mapped[str]
    model_version: Mapped[str]
    data_version: Mapped[str]
    published_version: Mapped[str]
    previous_champion: Mapped[str | None]
    decision: Mapped[str]  # promoted refused
    gate: Mapped[dict[str, Any]]
    metrics: Mapped[dict[str, Any]]
    decided_at: Mapped[datetime]


class ModelAlias(Base):
    """The version an alias should point to; moved by compare-and-set, then mirrored to MLflow."""

    __tablename__ = "model_alias"
    model_name: Mapped[str] = mapped_column(primary_key=True)
    alias: Mapped[str] = mapped_column(primary_key=True)
    model_version: Mapped[str]
    updated_at: Mapped[datetime]


class Proposal(Base):
    """A change that touches people and waits for a named person: weights, merges of persons.

    `subject` names what would change (a portrait, a pair of records); one pending proposal per
    kind and subject. `change` is what approval puts in force, `evidence` why.
    """

    __tablename__ = "proposal"
    __table_args__ = (Index("proposal_subject", "kind", "subject", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    change: Mapped[dict[str, Any]]
    evidence: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="pending")  # pending approved rejected superseded
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    effective_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")


class FrozenFigure(Base):
    """A figure as it stood when its period was frozen, at month end."""

    __tablename__ = "frozen_figure"
    __table_args__ = (UniqueConstraint("metric", "period_on", "scope"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    metric: Mapped[str]
    period_on: Mapped[str]  # first day of the month, ISO
    scope: Mapped[str]  # the unit the figure is about; "" is the whole company
    value: Mapped[float | None]
    n: Mapped[int | None]
    published_version: Mapped[str]
    as_of: Mapped[datetime]
    frozen_at: Mapped[datetime]


class Restatement(Base):
    """A frozen figure that later data changed: from what, to what, seen in which version."""

    __tablename__ = "restatement"
    __table_args__ = (Index("restatement_figure", "metric", "period_on", "scope"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    metric: Mapped[str]
    period_on: Mapped[str]
    scope: Mapped[str]
    value_before: Mapped[float | None]
    value_after: Mapped[float | None]
    n_before: Mapped[int | None]
    n_after: Mapped[int | None]
    published_version: Mapped[str]
    as_of: Mapped[datetime]
    noticed_at: Mapped[datetime]
