"""What is late, and telling of it. Airflow calls it in a process of its own, so it loads no engine."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from interview.evaluation import notice
from interview.evaluation.options import load_options
from talentloop.ops import session
from talentloop.ops.incidents import open_incident
from talentloop.ops.models import InterviewEvaluation, OutboxRow, ReportMessage
from talentloop.settings import Settings, get_settings

#: Kind of the incidents.
LATE = "report_late"


def report_is_late(**_context: object) -> None:
    """What Airflow calls when a run has missed its deadline."""
    tell_late(get_settings())


def tell_late(settings: Settings) -> None:
    """Open an incident for interviews and mails that still wait; where none does, nothing is late."""
    minutes = load_options(settings).report_minutes
    late, mails = len(unfinished(settings)), len(unsent(settings))
    if not late and not mails:
        return  # the run failed over something else, of which its task tells
    open_incident(
        settings,
        kind=LATE,
        where="evaluate_interviews",
        title=f"Reports of interviews are not ready after {minutes:g} minutes",
        detail=f"{late} interviews and {mails} mails to candidates still wait.",
        remedy="`talentloop interview queue` shows what waits and its last error; `talentloop "
        "interview capacity` how many workers the load needs.",
    )


def unfinished(settings: Settings) -> list[str]:
    """Interviews that have ended and whose result has not been handed over."""
    return [row.interview_key for row in notice.in_state(settings, "waiting", "evaluated")]


def unsent(settings: Settings) -> list[datetime]:
    """Since when each mail that is queued has been waited for: the event, or what made it go again."""
    mail = ReportMessage
    query = (
        select(InterviewEvaluation.noticed_at, mail.noted_at, mail.version, mail.released_by)
        .join(mail, mail.interview_key == InterviewEvaluation.interview_key)
        .join(OutboxRow, OutboxRow.idem_key == mail.item)
        .where(OutboxRow.sent_at.is_(None))
    )
    with session(settings) as db:
        return [
            noticed if version == 1 and not released_by else noted
            for noticed, noted, version, released_by in db.execute(query).tuples()
        ]
