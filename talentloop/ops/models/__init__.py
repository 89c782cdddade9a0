"""The tables of the operations database: live state that never belongs in the warehouse.

Every table is imported here, so that Alembic sees it.
"""

from __future__ import annotations

from talentloop.ops.models.base import Base, UtcDateTime
from talentloop.ops.models.exchange import (
    CallbackEvent,
    ExchangeDay,
    OutboxDependency,
    OutboxPause,
    OutboxRow,
    RateLimit,
    ReconcileRow,
)
from talentloop.ops.models.intake import (
    CheckResult,
    Cursor,
    FileManifest,
    Load,
    QuarantineRow,
    SchemaChange,
    StreamSchema,
)
from talentloop.ops.models.interviews import (
    AnswerEvaluation,
    Booking,
    BookingCell,
    CalendarEntry,
    InterviewEvaluation,
    InterviewPlan,
    ReportMessage,
    SpeechErrorRate,
)
from talentloop.ops.models.published import (
    FrozenFigure,
    ModelAlias,
    Promotion,
    Proposal,
    Publication,
    Restatement,
)
from talentloop.ops.models.running import AuditRow, Incident, StepRun

__all__ = [
    "AnswerEvaluation",
    "AuditRow",
    "Base",
    "Booking",
    "BookingCell",
    "CalendarEntry",
    "CallbackEvent",
    "CheckResult",
    "Cursor",
    "ExchangeDay",
    "FileManifest",
    "FrozenFigure",
    "Incident",
    "InterviewEvaluation",
    "InterviewPlan",
    "Load",
    "ModelAlias",
    "OutboxDependency",
    "OutboxPause",
    "OutboxRow",
    "Promotion",
    "Proposal",
    "Publication",
    "QuarantineRow",
    "RateLimit",
    "ReconcileRow",
    "ReportMessage",
    "Restatement",
    "SchemaChange",
    "SpeechErrorRate",
    "StepRun",
    "StreamSchema",
    "UtcDateTime",
]
