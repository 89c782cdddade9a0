"""The tables of the operations database: live state that never belongs in the warehouse."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Index, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, stored as UTC and always returned aware (SQLite forgets the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("the operations database takes aware datetimes only")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Declarative base of all operations tables."""

    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, str: String(255)}  # noqa: RUF012


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


class CalendarEntry(Base):
    """An appointment that people were told of, as it was last told: the next version follows it."""

    __tablename__ = "calendar_entry"
    uid: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int]
    content: Mapped[dict[str, Any]]  # personal; never logged
    updated_at: Mapped[datetime]


class InterviewPlan(Base):
    """What was asked for an interview: who can when; and the slots last recommended for it."""

    __tablename__ = "interview_plan"
    interview_key: Mapped[str] = mapped_column(primary_key=True)
    request: Mapped[dict[str, Any]]  # personal; never logged
    slots: Mapped[dict[str, Any]]  # code -> when and with whom
    updated_at: Mapped[datetime]


class Booking(Base):
    """An interview that a person has confirmed; each change is its next version."""

    __tablename__ = "booking"
    __table_args__ = (Index("booking_time", "state", "starts_at"),)
    interview_key: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    state: Mapped[str]  # booked cancelled
    slot_code: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    panel: Mapped[dict[str, Any]]  # seats: ids of interviewers, in the order of the seats
    request: Mapped[dict[str, Any]]  # as the slot was chosen; personal, never logged
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]
    told_version: Mapped[int] = mapped_column(default=0)  # the newest that people were told of


class BookingCell(Base):
    """Five minutes of one participant; the key makes it impossible to give them away twice."""

    __tablename__ = "booking_cell"
    participant: Mapped[str] = mapped_column(primary_key=True)
    cell: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # since 1970, UTC
    interview_key: Mapped[str] = mapped_column(index=True)


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


class RateLimit(Base):
    """How fast a source is being asked by all workers together, and until when it must not be."""

    __tablename__ = "rate_limit"
    source: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default="")  # the limiter's own numbers, comma-separated
    closed_until: Mapped[datetime | None]  # the quota is used up until then
    requests: Mapped[int] = mapped_column(default=0)  # let through, since the start


class InterviewEvaluation(Base):
    """An interview that has ended, and how far its evaluation has come."""

    __tablename__ = "interview_evaluation"
    __table_args__ = (Index("interview_evaluation_state", "state", "ended_at"),)
    interview_key: Mapped[str] = mapped_column(primary_key=True)  # source:interview_id
    source: Mapped[str]
    application_id: Mapped[str]
    folder: Mapped[str] = mapped_column(String(500))  # below the home folder
    content: Mapped[dict[str, Any]]  # the interview as it came in; never logged
    state: Mapped[str] = mapped_column(default="waiting")  # waiting evaluated delivered
    is_simulated: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime]
    noticed_at: Mapped[datetime]
    evaluated_at: Mapped[datetime | None]  # the last answer had its result
    reported_at: Mapped[datetime | None]  # the report lay there to be read
    delivered_at: Mapped[datetime | None]  # the result was handed to the outbox
    report_sha256: Mapped[str] = mapped_column(default="")
    report_token: Mapped[str] = mapped_column(unique=True)  # in the report's address


class AnswerEvaluation(Base):
    """One answer of an interview: evaluated once, by one worker at a time.

    The result lies in a file beside the interview; `result_sha256` is that of its bytes.
    """

    __tablename__ = "answer_evaluation"
    __table_args__ = (Index("answer_evaluation_state", "state", "kind"),)
    interview_key: Mapped[str] = mapped_column(primary_key=True)
    answer_id: Mapped[str] = mapped_column(primary_key=True)
    question_code: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]  # audio code
    state: Mapped[str] = mapped_column(default="waiting")  # waiting running done failed
    outcome: Mapped[str] = mapped_column(default="")  # scored withheld
    attempts: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None]
    result_path: Mapped[str] = mapped_column(String(500), default="")
    result_sha256: Mapped[str] = mapped_column(default="")
    audio_seconds: Mapped[float | None]
    cpu_seconds: Mapped[float | None]  # None where a killed worker's result was taken over
    wall_seconds: Mapped[float | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
    queued_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
