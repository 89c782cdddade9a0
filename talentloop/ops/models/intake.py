"""What is read of the sources, and what was found of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from talentloop.ops.models.base import Base


class Cursor(Base):
    """How far a stream of a source has been read, by the source's own clock."""

    __tablename__ = "cursor"
    source: Mapped[str] = mapped_column(primary_key=True)
    stream: Mapped[str] = mapped_column(primary_key=True)
    watermark: Mapped[datetime]
    last_full_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class Load(Base):
    """A landed file and whether it passed its checks."""

    __tablename__ = "load"
    load_id: Mapped[str] = mapped_column(primary_key=True)
    entity: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    path: Mapped[str] = mapped_column(String(500))
    rows: Mapped[int]
    sha256: Mapped[str]
    is_full: Mapped[bool] = mapped_column(default=False)
    landed_at: Mapped[datetime]
    check_state: Mapped[str] = mapped_column(default="pending")  # pending passed failed rejected
    check_detail: Mapped[str] = mapped_column(Text, default="")
    checked_at: Mapped[datetime | None]


class QuarantineRow(Base):
    """A record that broke its contract, kept until a person corrects or dismisses it."""

    __tablename__ = "quarantine"
    __table_args__ = (
        UniqueConstraint("source", "stream", "entity", "record_id", "field", "payload_hash"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    stream: Mapped[str]
    entity: Mapped[str]
    record_id: Mapped[str]
    field: Mapped[str]
    reason_code: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    remedy: Mapped[str] = mapped_column(Text)
    location: Mapped[str] = mapped_column(String(500), default="")
    payload: Mapped[dict[str, Any]]  # the raw row; personal, never logged
    payload_hash: Mapped[str]
    corrected: Mapped[dict[str, Any] | None]
    state: Mapped[str] = mapped_column(default="open")  # open corrected replayed dismissed
    note: Mapped[str] = mapped_column(Text, default="")
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    seen_count: Mapped[int] = mapped_column(default=1)


class FileManifest(Base):
    """A file of a folder source that is being read or has been; the same content is not read again.

    A claim is held by one worker, until it dies or its lease ends.
    """

    __tablename__ = "file_manifest"
    source: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(String(500), primary_key=True)
    sha256: Mapped[str] = mapped_column(primary_key=True)
    rows: Mapped[int]
    state: Mapped[str]  # claimed done replay
    claimed_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    owner: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None]
    modified_at: Mapped[datetime | None]  # the file's own time, which a move may change
    version: Mapped[str] = mapped_column(default="")  # as the store told it
    archived_as: Mapped[str] = mapped_column(String(600), default="")


class StreamSchema(Base):
    """The fields of a stream as they were last seen, to notice what the vendor changes."""

    __tablename__ = "stream_schema"
    source: Mapped[str] = mapped_column(primary_key=True)
    stream: Mapped[str] = mapped_column(primary_key=True)
    fields: Mapped[dict[str, Any]]  # path -> kinds of values seen
    first_seen_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class SchemaChange(Base):
    """One field that appeared, vanished or changed its kind at a source."""

    __tablename__ = "schema_change"
    __table_args__ = (Index("schema_change_stream", "source", "stream"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    stream: Mapped[str]
    field: Mapped[str]
    change: Mapped[str]  # added vanished returned kind
    before: Mapped[str] = mapped_column(default="")
    after: Mapped[str] = mapped_column(default="")
    is_mapped: Mapped[bool]
    noticed_at: Mapped[datetime]


class CheckResult(Base):
    """The outcome of one suite on one batch."""

    __tablename__ = "check_result"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[str]
    suite: Mapped[str]
    entity: Mapped[str]
    source: Mapped[str]
    load_id: Mapped[str]
    success: Mapped[bool]
    evaluated: Mapped[int]
    failed: Mapped[int]
    failures_json: Mapped[str] = mapped_column(Text, default="[]")
    docs_path: Mapped[str] = mapped_column(String(500), default="")
    checked_at: Mapped[datetime]
