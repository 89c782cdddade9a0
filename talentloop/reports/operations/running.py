"""How the loop runs: steps, incidents, changes to deliver, published versions."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentloop.ops.models import Incident, OutboxRow, Promotion, Publication, ReconcileRow, StepRun
from talentloop.reports.parameters import Value
from talentloop.reports.privacy import Row

#: Published tables about the copy itself, and those in the restricted copy.
_NOT_OPEN = ("meta_", "restricted_")


def steps(db: Session, values: dict[str, Value]) -> list[Row]:
    """Runs of steps, newest first."""
    query = select(StepRun).order_by(StepRun.id.desc()).limit(int(str(values["limit"])))
    return [
        {
            "started_at": run.started_at,
            "step": run.step,
            "state": run.state,
            "seconds": run.seconds,
            "counts": ", ".join(f"{k} {v}" for k, v in run.counts.items() if v not in (None, ""))
            or None,
            "error": run.error or None,
        }
        for run in db.scalars(query)
    ]


def incidents(db: Session, values: dict[str, Value]) -> list[Row]:
    """Open incidents first, then the newest resolved ones."""
    query = select(Incident).order_by(
        (Incident.state != "open"), Incident.last_seen_at.desc(), Incident.id.desc()
    )
    return [
        {
            "incident_id": row.id,
            "state": row.state,
            "kind": row.kind,
            "location": row.location,
            "title": row.title,
            "detail": row.detail or None,
            "remedy": row.remedy or None,
            "seen_count": row.seen_count,
            "opened_at": row.opened_at,
            "last_seen_at": row.last_seen_at,
            "resolved_at": row.resolved_at,
            "resolution": row.resolution or None,
        }
        for row in db.scalars(query.limit(int(str(values["limit"]))))
    ]


def outbox(db: Session, _values: dict[str, Value]) -> list[Row]:
    """One row per destination and operation: changes by state, read-backs by verdict."""
    rows: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for destination, operation, state, n in db.execute(
        select(OutboxRow.destination, OutboxRow.operation, OutboxRow.state, func.count()).group_by(
            OutboxRow.destination, OutboxRow.operation, OutboxRow.state
        )
    ):
        rows[destination, operation][state] = n
    newest = select(func.max(ReconcileRow.id)).group_by(
        ReconcileRow.destination,
        ReconcileRow.operation,
        ReconcileRow.entity_key,
        ReconcileRow.field,
    )
    for destination, operation, verdict, n in db.execute(
        select(ReconcileRow.destination, ReconcileRow.operation, ReconcileRow.verdict, func.count())
        .where(ReconcileRow.id.in_(newest))
        .group_by(ReconcileRow.destination, ReconcileRow.operation, ReconcileRow.verdict)
    ):
        rows[destination, operation][verdict] = n
    states = ("PENDING", "LEASED", "SENT", "CONFIRMED", "UNKNOWN", "FAILED", "DEAD", "BLOCKED")
    return [
        {
            "destination": destination,
            "operation": operation,
            **{f"n_{state.lower()}": counts[state] for state in states},
            **{
                f"n_{verdict.lower()}": counts[verdict] for verdict in ("MATCH", "DRIFT", "MISSING")
            },
        }
        for (destination, operation), counts in sorted(rows.items())
    ]


def promotions(db: Session, values: dict[str, Value]) -> list[Row]:
    """Decisions about trained models, newest first."""
    query = select(Promotion).order_by(Promotion.id.desc()).limit(int(str(values["limit"])))
    return [
        {
            "decided_at": row.decided_at,
            "model_name": row.model_name,
            "model_version": row.model_version,
            "decision": row.decision,
            "previous_champion": row.previous_champion,
            "published_version": row.published_version,
        }
        for row in db.scalars(query)
    ]


def versions(db: Session, values: dict[str, Value]) -> list[Row]:
    """Published versions, newest first, with what anybody may read of them."""
    query = select(Publication).order_by(Publication.published_at.desc())
    found = []
    for row in db.scalars(query.limit(int(str(values["limit"])))):
        open_tables = [n for name, n in row.tables.items() if not name.startswith(_NOT_OPEN)]
        found.append(
            {
                "version": row.version,
                "as_of": row.as_of,
                "published_at": row.published_at,
                "n_tables": len(open_tables),
                "n_rows": sum(open_tables),
                "state": row.state,
            }
        )
    return found
