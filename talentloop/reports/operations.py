"""Reports about the running of the loop, from the operations database: live, not published."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentloop.ops import session
from talentloop.ops.models import (
    CheckResult,
    Cursor,
    FrozenFigure,
    Incident,
    Load,
    OutboxRow,
    Promotion,
    Proposal,
    Publication,
    QuarantineRow,
    ReconcileRow,
    Restatement,
    StepRun,
)
from talentloop.reports.interviews import interview_capacity, interviews
from talentloop.reports.parameters import Value
from talentloop.reports.privacy import Row, few_withheld
from talentloop.settings import Settings

_OPEN = ("open", "corrected")


def _latest_checks(db: Session) -> Sequence[CheckResult]:
    newest = select(func.max(CheckResult.id)).group_by(
        CheckResult.suite, CheckResult.entity, CheckResult.source
    )
    query = select(CheckResult).where(CheckResult.id.in_(newest))
    return db.scalars(
        query.order_by(CheckResult.source, CheckResult.entity, CheckResult.suite)
    ).all()


def _sources(db: Session, _values: dict[str, Value]) -> list[Row]:
    """One row per source: how far it is read, what landed, what is held back."""
    rows: dict[str, Row] = defaultdict(lambda: {"n_streams": 0})
    for cursor in db.scalars(select(Cursor)):
        row = rows[cursor.source]
        row["n_streams"] = int(str(row["n_streams"])) + 1
        row["read_to_at"] = _least(row.get("read_to_at"), cursor.watermark)
        row["read_at"] = _most(row.get("read_at"), cursor.updated_at)
    for source, landed_at in db.execute(
        select(Load.source, func.max(Load.landed_at)).group_by(Load.source)
    ):
        rows[source]["landed_at"] = landed_at
        since = landed_at - timedelta(hours=24)
        recent = select(func.sum(Load.rows)).where(Load.source == source, Load.landed_at > since)
        rows[source]["n_landed_24h"] = int(db.scalar(recent) or 0)
    for source, n in db.execute(
        select(Load.source, func.count()).where(Load.check_state == "failed").group_by(Load.source)
    ):
        rows[source]["n_blocked_loads"] = n
    for check in _latest_checks(db):
        if check.source in rows:
            row = rows[check.source]
            row["n_checks"] = int(str(row.get("n_checks") or 0)) + check.evaluated
            row["n_checks_failed"] = int(str(row.get("n_checks_failed") or 0)) + check.failed
    for source, n in db.execute(
        select(QuarantineRow.source, func.count())
        .where(QuarantineRow.state.in_(_OPEN))
        .group_by(QuarantineRow.source)
    ):
        rows[source]["n_quarantined"] = n
    return [_source_row(name, rows[name]) for name in sorted(rows)]


def _source_row(name: str, found: Row) -> Row:
    counts = ("n_landed_24h", "n_blocked_loads", "n_checks", "n_checks_failed", "n_quarantined")
    return {
        "source": name,
        "n_streams": found["n_streams"],
        **{key: found.get(key) for key in ("read_to_at", "read_at", "landed_at")},
        **{key: found.get(key) or 0 for key in counts},
    }


def _least(one: object, other: datetime) -> datetime:
    return min(one, other) if isinstance(one, datetime) else other


def _most(one: object, other: datetime) -> datetime:
    return max(one, other) if isinstance(one, datetime) else other


def _loads(db: Session, values: dict[str, Value]) -> list[Row]:
    query = select(Load).order_by(Load.landed_at.desc(), Load.load_id.desc(), Load.entity)
    return [
        {
            "landed_at": load.landed_at,
            "source": load.source,
            "entity": load.entity,
            "load_id": load.load_id,
            "rows": load.rows,
            "check_state": load.check_state,
            "check_detail": load.check_detail or None,
        }
        for load in db.scalars(query.limit(int(str(values["limit"]))))
    ]


def _checks(db: Session, _values: dict[str, Value]) -> list[Row]:
    return [
        {
            "source": check.source,
            "entity": check.entity,
            "suite": check.suite,
            "n_checks": check.evaluated,
            "n_checks_failed": check.failed,
            "passed": check.success,
            "checked_at": check.checked_at,
            "docs_path": check.docs_path or None,
        }
        for check in _latest_checks(db)
    ]


def _failed_checks(db: Session, _values: dict[str, Value]) -> list[Row]:
    """One row per expectation that the newest round of its suite did not meet."""
    return [
        {
            "severity": str(failure.get("severity", "critical")),
            "source": check.source,
            "entity": check.entity,
            "column_name": str(failure.get("column") or "") or None,
            "expectation": str(failure.get("text") or failure.get("expectation") or ""),
            "n_rows": int(failure.get("unexpected") or 0),
            "record_ids": ", ".join(map(str, failure.get("record_ids") or [])) or None,
            "checked_at": check.checked_at,
        }
        for check in _latest_checks(db)
        for failure in _failures(check)
    ]


def _failures(check: CheckResult) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(check.failures_json or "[]")
    return sorted(found, key=lambda item: str(item.get("severity")))


def _quarantine(db: Session, _values: dict[str, Value]) -> list[Row]:
    """Open records, grouped by what is wrong with them; the record ids, never their content."""
    key = (
        QuarantineRow.source, QuarantineRow.entity, QuarantineRow.field, QuarantineRow.reason_code
    )  # fmt: skip
    query = (
        select(
            *key,
            func.count(),
            func.min(QuarantineRow.id),
            func.min(QuarantineRow.first_seen_at),
            func.max(QuarantineRow.last_seen_at),
        )
        .where(QuarantineRow.state.in_(_OPEN))
        .group_by(*key)
        .order_by(func.count().desc(), *key)
    )
    rows: list[Row] = []
    for source, entity, field, code, n, first_id, first_seen, last_seen in db.execute(query):
        sample = db.get_one(QuarantineRow, first_id)
        rows.append(
            {
                "source": source,
                "field_name": f"{entity}.{field}" if field else entity,
                "reason_code": code,
                "reason": sample.reason,
                "record_id": sample.record_id,
                "n_records": n,
                "first_seen_at": first_seen,
                "last_seen_at": last_seen,
                "remedy": sample.remedy,
                "quarantine_id": first_id,
                "state": sample.state,
            }
        )
    return rows


def _incidents(db: Session, values: dict[str, Value]) -> list[Row]:
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


def _outbox(db: Session, _values: dict[str, Value]) -> list[Row]:
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


def _steps(db: Session, values: dict[str, Value]) -> list[Row]:
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


def _promotions(db: Session, values: dict[str, Value]) -> list[Row]:
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


def _versions(db: Session, values: dict[str, Value]) -> list[Row]:
    query = select(Publication).order_by(Publication.published_at.desc())
    return [
        {
            "version": row.version,
            "as_of": row.as_of,
            "published_at": row.published_at,
            "n_tables": len(row.tables),
            "n_rows": sum(row.tables.values()),
            "state": row.state,
        }
        for row in db.scalars(query.limit(int(str(values["limit"]))))
    ]


def _frozen_figures(db: Session, values: dict[str, Value]) -> list[Row]:
    """The company's figures of a month as frozen, and as the latest restatement has them."""
    period = f"{values['month']:%Y-%m-%d}"
    query = select(FrozenFigure).where(FrozenFigure.period_on == period, FrozenFigure.scope == "")
    newest = select(func.max(Restatement.id)).where(
        Restatement.period_on == period, Restatement.scope == ""
    )
    later = {
        row.metric: row
        for row in db.scalars(
            select(Restatement).where(Restatement.id.in_(newest.group_by(Restatement.metric)))
        )
    }
    rows: list[Row] = []
    for row in db.scalars(query.order_by(FrozenFigure.id)):
        restated = later.get(row.metric)
        rows.append(
            {
                "metric": row.metric,
                "value_frozen": few_withheld(row.value, row.n),
                "n_frozen": row.n,
                "value_restated": few_withheld(restated.value_after, restated.n_after)
                if restated
                else None,
                "n_restated": restated.n_after if restated else None,
                "is_restated": restated is not None,
                "frozen_as_of": row.as_of,
                "frozen_at": row.frozen_at,
                "noticed_at": restated.noticed_at if restated else None,
            }
        )
    return rows


def _restatements(db: Session, values: dict[str, Value]) -> list[Row]:
    query = select(Restatement).order_by(Restatement.id.desc())
    if values["metric"] is not None:
        query = query.where(Restatement.metric == values["metric"])
    return [
        {
            "noticed_at": row.noticed_at,
            "metric": row.metric,
            "period_on": date.fromisoformat(row.period_on),
            "scope": row.scope,
            "value_before": row.value_before,
            "value_after": row.value_after,
            "n_before": row.n_before,
            "n_after": row.n_after,
            "published_version": row.published_version,
            "as_of": row.as_of,
        }
        for row in db.scalars(query.limit(int(str(values["limit"]))))
    ]


def _weight_proposals(db: Session, _values: dict[str, Value]) -> list[Row]:
    """One row per proposal and dimension, newest proposal first."""
    return [
        {
            "proposal_id": str(row.id),
            "portrait_code": row.subject,
            "portrait_version": row.change["version"],
            "state": row.state,
            "advice": row.evidence["advice"],
            "proposed_at": row.proposed_at,
            "decided_at": row.decided_at,
            "decided_by": row.decided_by,
            "effective_at": row.effective_at,
            **{name: row.evidence[name] for name in ("n", "r_now", "r_proposed")},
            **dict(zip(("gain", "gain_lower", "gain_upper"), row.evidence["gain"], strict=True)),
            "dimension_code": part["dimension"],
            **{
                f"weight_{name}": part[name]
                for name in ("now", "unshrunk", "proposed", "lower", "upper")
            },
        }
        for row in _weights(db)
        for part in row.evidence["dimensions"]
    ]


def _weight_proposal_impact(db: Session, _values: dict[str, Value]) -> list[Row]:
    """One row per proposal and protected group; the audit's aggregates, never persons."""
    names = ("n", "rate_now", "rate_proposed", "ratio_now", "ratio_proposed", "flag_proposed")
    return [
        {
            "proposal_id": str(row.id),
            "attribute": group["attribute"],
            "group_name": group["group"],
            **{name: group[name] for name in names},
        }
        for row in _weights(db)
        for group in row.evidence["groups"]
    ]


def _weights(db: Session) -> Sequence[Proposal]:
    query = select(Proposal).where(Proposal.kind == "weights").order_by(Proposal.id.desc())
    return db.scalars(query).all()


def _identity_proposals(db: Session, values: dict[str, Value]) -> list[Row]:
    """Pairs of records that wait for a person's decision, then the newest decided ones."""
    query = (
        select(Proposal)
        .where(Proposal.kind == "person_merge")
        .order_by((Proposal.state != "pending"), Proposal.id.desc())
        .limit(int(str(values["limit"])))
    )
    return [
        {
            "proposal_id": row.id,
            "state": row.state,
            "record_a": row.change["record_a"],
            "record_b": row.change["record_b"],
            "match_weight": row.evidence["match_weight"],
            "probability": row.evidence["probability"],
            "levels": ", ".join(
                f"{r['comparison']}: {r['level']}" for r in row.evidence["reasons"]
            ),
            "proposed_at": row.proposed_at,
            "decided_by": row.decided_by,
            "decided_at": row.decided_at,
        }
        for row in db.scalars(query)
    ]


_READERS: dict[str, Callable[[Session, dict[str, Value]], list[Row]]] = {
    "ops_sources": _sources,
    "ops_loads": _loads,
    "ops_checks": _checks,
    "ops_failed_checks": _failed_checks,
    "ops_quarantine": _quarantine,
    "ops_incidents": _incidents,
    "ops_outbox": _outbox,
    "ops_steps": _steps,
    "ops_promotions": _promotions,
    "ops_versions": _versions,
    "weight_proposals": _weight_proposals,
    "restatements": _restatements,
    "weight_proposal_impact": _weight_proposal_impact,
    "identity_proposals": _identity_proposals,
    "frozen_figures": _frozen_figures,
    "ops_interviews": interviews,
    "ops_interview_capacity": interview_capacity,
}


def read_operations(settings: Settings, name: str, values: dict[str, Value]) -> list[Row]:
    """The rows of a report about operations.

    Raises:
        ConfigError: the operations database does not answer or has not been set up.
    """
    with session(settings) as db:
        return _READERS[name](db, values)
