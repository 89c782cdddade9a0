"""Reports about the evaluation of interviews, from the operations database."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentloop.ops.interviews import capacity, delivery_seconds, told_reports, unit_cost
from talentloop.ops.models import AnswerEvaluation, InterviewEvaluation
from talentloop.reports.parameters import Value
from talentloop.reports.privacy import Row


def interviews(db: Session, values: dict[str, Value]) -> list[Row]:
    """One row per interview: how far it has come, and how long its report took."""
    row = AnswerEvaluation
    counted = (
        select(
            row.interview_key,
            func.count().label("n_answers"),
            func.count().filter(row.state.in_(("waiting", "running"))).label("n_waiting"),
            func.count().filter(row.outcome == "withheld").label("n_withheld"),
        )
        .group_by(row.interview_key)
        .subquery()
    )
    query = (
        select(InterviewEvaluation, counted.c.n_answers, counted.c.n_waiting, counted.c.n_withheld)
        .outerjoin(counted, counted.c.interview_key == InterviewEvaluation.interview_key)
        .order_by(InterviewEvaluation.noticed_at.desc(), InterviewEvaluation.interview_key)
        .limit(int(str(values["limit"])))
    )
    found = db.execute(query).tuples().all()
    keys = [each[0].interview_key for each in found]
    took, told = delivery_seconds(db, keys), told_reports(db, keys)
    return [
        {
            **_interview(*each),
            "report_state": told[key].state if key in told else None,
            "told_at": told[key].sent_at if key in told else None,
            "seconds": took.get(key),
        }
        for each, key in zip(found, keys, strict=True)
    ]


def _interview(row: InterviewEvaluation, n_answers: int, n_waiting: int, n_withheld: int) -> Row:
    return {
        "noticed_at": row.noticed_at,
        "interview": row.report_token[:8],
        "source": row.source,
        "state": row.state,
        "n_answers": n_answers or 0,
        "n_waiting": n_waiting or 0,
        "n_withheld": n_withheld or 0,
    }


def interview_capacity(db: Session, values: dict[str, Value]) -> list[Row]:
    """One row per load: workers that it needs at the utilisation asked for."""
    cost = unit_cost(db)
    return [
        {
            "interviews_per_hour": each.interviews_per_hour,
            "workers": each.workers,
            "load": each.load,
            "cpu_per_interview": cost.cpu_per_interview,
            "cpu_per_audio_minute": cost.cpu_per_audio_minute,
            "cpu_per_program": cost.cpu_per_program,
            "n_answers": cost.answers,
        }
        for each in capacity(cost, int(str(values["utilisation_percent"])) / 100)
    ]
