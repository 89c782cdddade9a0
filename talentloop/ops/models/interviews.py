"""Interviews that are ahead, and the evaluation of those that have ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from talentloop.ops.models.base import Base


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


class ReportMessage(Base):
    """One version of an interview's report, and whether its candidate was told of it by mail."""

    __tablename__ = "report_message"
    interview_key: Mapped[str] = mapped_column(primary_key=True)
    report_sha256: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]  # from 1, in the order in which the reports were made
    state: Mapped[str]  # queued held no_address no_link
    item: Mapped[str] = mapped_column(default="", index=True)  # idempotency key in the outbox
    released_by: Mapped[str] = mapped_column(default="")  # who let a held one go
    noted_at: Mapped[datetime]


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
    outcome: Mapped[str] = mapped_column(default="")  # scored withheld reviewed
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


class SpeechErrorRate(Base):
    """How often the recogniser erred on corrected answers, as measured on a day (UTC)."""

    __tablename__ = "speech_error_rate"
    measured_on: Mapped[str] = mapped_column(primary_key=True)
    language_code: Mapped[str] = mapped_column(primary_key=True)
    attribute: Mapped[str] = mapped_column(primary_key=True, default="")  # empty: over all
    group_name: Mapped[str] = mapped_column(primary_key=True, default="")
    measure: Mapped[str]  # WER CER
    n_answers: Mapped[int]
    n_units: Mapped[int]
    error_rate: Mapped[float]
    error_limit: Mapped[float]
    is_exceeded: Mapped[bool]
    measured_at: Mapped[datetime]
