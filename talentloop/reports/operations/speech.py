"""The report about errors of speech recognition, from the operations database."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentloop.ops.models import SpeechErrorRate
from talentloop.reports.parameters import Value
from talentloop.reports.privacy import Row


def speech_errors(db: Session, _values: dict[str, Value]) -> list[Row]:
    """One row per language, and per group of enough people, as last measured."""
    row = SpeechErrorRate
    newest = select(func.max(row.measured_on)).scalar_subquery()
    query = select(row).where(row.measured_on == newest)
    return [
        {
            "language_code": each.language_code,
            "attribute": each.attribute or None,
            "group_name": each.group_name or None,
            "measure": each.measure,
            "n_answers": each.n_answers,
            "n_units": each.n_units,
            "error_rate": each.error_rate,
            "error_limit": each.error_limit,
            "is_exceeded": each.is_exceeded,
            "measured_at": each.measured_at,
        }
        for each in db.scalars(query.order_by(row.language_code, row.attribute, row.group_name))
    ]
