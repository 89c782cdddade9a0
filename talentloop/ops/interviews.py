"""How interviews are keeping up: what waits, what an answer costs, and how many workers it takes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from talentloop.chunks import chunks
from talentloop.ops.database import session
from talentloop.ops.models import AnswerEvaluation, InterviewEvaluation, OutboxRow, ReportMessage
from talentloop.settings import Settings

#: Interviews an hour that the capacity page answers for.
RATES = (100, 200, 300, 400, 500)
_OPEN = ("waiting", "running")
_AT_ONCE = 500  # keys in one statement


@dataclass(frozen=True)
class UnitCost:
    """What evaluating took, measured over all answers that were evaluated to their end.

    Attributes:
        cpu_per_audio_minute: CPU seconds for a minute of recording; None before the first.
        cpu_per_program: CPU seconds for a code answer, compiler and tests included.
        audio_minutes, programs: of an interview, on average over those that were evaluated.
    """

    answers: int
    cpu_per_audio_minute: float | None
    cpu_per_program: float | None
    audio_minutes: float
    programs: float

    @property
    def cpu_per_interview(self) -> float | None:
        """CPU seconds for an interview; None where a part of it was never measured."""
        parts = ((self.audio_minutes, self.cpu_per_audio_minute),
                 (self.programs, self.cpu_per_program))  # fmt: skip
        if not any(amount for amount, _ in parts):
            return None
        if any(amount and cost is None for amount, cost in parts):
            return None
        return sum(amount * (cost or 0.0) for amount, cost in parts)


@dataclass(frozen=True)
class InterviewMeasures:
    """The state of the queue, and how quickly reports came.

    Attributes:
        states: interviews by state: waiting, evaluated, delivered.
        open_audio, open_code: answers that are not done.
        withheld, failed: answers left to a person; of these, given up after their last attempt.
        oldest_seconds: since the oldest open answer was queued; 0 where none is open.
        reports: newest versions of reports by what became of the mail to the candidate: sent, queued,
            held, no_address, no_link, stopped; empty where no channel tells them.
        p50_seconds, p95_seconds: from the event to the report's delivery: until the candidate's mail
            server had the first mail, or, where candidates are not told by mail or a person had held
            it, until the result was handed over. None before any.
    """

    states: dict[str, int]
    open_audio: int
    open_code: int
    withheld: int
    failed: int
    oldest_seconds: float
    p50_seconds: float | None
    p95_seconds: float | None
    cost: UnitCost
    reports: dict[str, int]


@dataclass(frozen=True)
class ToldReport:
    """What became of the mail about a report: sent, queued, held, no_address, no_link or stopped."""

    state: str
    sent_at: datetime | None


@dataclass(frozen=True)
class Capacity:
    """Workers of one core that a load needs: `workers` = ⌈load ÷ utilisation⌉.

    Attributes:
        load: cores kept busy on average, rate × CPU seconds of an interview ÷ 3600.
    """

    interviews_per_hour: int
    load: float
    workers: int


def interview_measures(settings: Settings) -> InterviewMeasures:
    """Count what the operations database knows of interviews."""
    now = settings.clock.now()
    row = AnswerEvaluation
    with session(settings) as db:
        grouped = select(InterviewEvaluation.state, func.count()).group_by(
            InterviewEvaluation.state
        )
        states = {state: int(n) for state, n in db.execute(grouped)}
        counts = db.execute(
            select(
                func.count().filter(row.state.in_(_OPEN), row.kind == "audio"),
                func.count().filter(row.state.in_(_OPEN), row.kind == "code"),
                func.count().filter(row.outcome == "withheld"),
                func.count().filter(row.state == "failed"),
                func.min(row.queued_at).filter(row.state.in_(_OPEN)),
            )
        ).one()
        seconds = sorted(delivery_seconds(db).values())
        reports = Counter(told.state for told in told_reports(db).values())
        cost = unit_cost(db)
    oldest = counts[4]
    return InterviewMeasures(
        states, int(counts[0]), int(counts[1]), int(counts[2]), int(counts[3]),
        max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
        quantile(seconds, 0.5), quantile(seconds, 0.95), cost, dict(sorted(reports.items())),
    )  # fmt: skip


def applications_of(
    settings: Settings, interview_keys: Collection[str]
) -> dict[str, tuple[str, str]]:
    """Source and id of the application that each interview belongs to; unknown ones left out."""
    row, found = InterviewEvaluation, {}
    with session(settings) as db:
        for some in chunks(sorted(interview_keys), _AT_ONCE):
            query = select(row.interview_key, row.source, row.application_id)
            for key, source, application_id in db.execute(query.where(row.interview_key.in_(some))):
                found[key] = (source, application_id)
    return found


def delivery_seconds(db: Session, keys: Sequence[str] | None = None) -> dict[str, float]:
    """Seconds from the event to the report's delivery, by interview; those under way left out.

    Args:
        keys: only these interviews.
    """
    interview, mail = InterviewEvaluation, ReportMessage
    first = and_(
        mail.interview_key == interview.interview_key, mail.version == 1,
        mail.state == "queued", mail.released_by == "",
    )  # fmt: skip
    query = (
        select(
            interview.interview_key, interview.noticed_at, interview.delivered_at,
            mail.item, OutboxRow.sent_at,
        )
        .outerjoin(mail, first)
        .outerjoin(OutboxRow, OutboxRow.idem_key == mail.item)
        .where(interview.delivered_at.is_not(None))
    )  # fmt: skip
    if keys is not None:
        query = query.where(interview.interview_key.in_(keys))
    found = {}
    for key, noticed, handed_over, item, sent in db.execute(query):
        done = sent if item else handed_over
        if done is not None:
            found[key] = (done - noticed).total_seconds()
    return found


def told_reports(db: Session, keys: Sequence[str] | None = None) -> dict[str, ToldReport]:
    """What became of the mail about each interview's newest report.

    Args:
        keys: only these interviews.
    """
    mail = ReportMessage
    query = (
        select(mail.interview_key, mail.state, OutboxRow.state, OutboxRow.sent_at)
        .outerjoin(OutboxRow, OutboxRow.idem_key == mail.item)
        .order_by(mail.version)
    )
    if keys is not None:
        query = query.where(mail.interview_key.in_(keys))
    return {
        key: ToldReport(_told(state, outbox, sent_at), sent_at)
        for key, state, outbox, sent_at in db.execute(query)
    }


def _told(state: str, outbox_state: str | None, sent_at: datetime | None) -> str:
    if sent_at is not None:
        return "sent"
    return "stopped" if outbox_state in ("DEAD", "FAILED", "BLOCKED") else state


def unit_cost(db: Session) -> UnitCost:
    """CPU per minute of audio and per program, over every measured answer."""
    row = AnswerEvaluation
    audio, code = row.kind == "audio", row.kind == "code"
    known = row.cpu_seconds.is_not(None)
    found = db.execute(
        select(
            func.count().filter(known),
            func.sum(row.cpu_seconds).filter(audio, known),
            func.sum(row.audio_seconds).filter(audio, known),
            func.sum(row.cpu_seconds).filter(code, known),
            func.count().filter(code, known),
            func.sum(row.audio_seconds),
            func.count().filter(code, row.state == "done"),
            func.count(row.interview_key.distinct()).filter(row.state == "done"),
        )
    ).one()
    n, cpu_audio, measured, cpu_code, programs, heard, judged, interviews = found
    each = max(1, int(interviews))
    return UnitCost(
        int(n),
        60 * float(cpu_audio or 0) / measured if measured else None,
        float(cpu_code or 0) / programs if programs else None,
        (heard or 0.0) / 60 / each,
        judged / each,
    )


def capacity(cost: UnitCost, utilisation: float) -> list[Capacity]:
    """Workers for each of RATES; empty before anything was measured.

    An interview of 20 minutes at 60 CPU seconds a minute takes 1,200 s: 100 an hour keep 33.3 cores
    busy, and at a utilisation of 0.7 need 48 workers.
    """
    each = cost.cpu_per_interview
    if each is None:
        return []
    loads = [(rate, rate * each / 3600) for rate in RATES]
    return [
        Capacity(rate, load, max(1, math.ceil(round(load / utilisation, 9))))
        for rate, load in loads
    ]


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """The smallest value that a share of the ordered values does not exceed; None of none."""
    if not ordered:
        return None
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
