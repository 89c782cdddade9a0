"""What is read of the sources, how its checks went, and what is held back."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentloop.ops.models import CheckResult, Cursor, Load, QuarantineRow
from talentloop.reports.parameters import Value
from talentloop.reports.privacy import Row

_OPEN = ("open", "corrected")


def sources(db: Session, _values: dict[str, Value]) -> list[Row]:
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


def loads(db: Session, values: dict[str, Value]) -> list[Row]:
    """Landed files, newest first."""
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


def checks(db: Session, _values: dict[str, Value]) -> list[Row]:
    """The newest round of each suite on each entity of a source."""
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


def failed_checks(db: Session, _values: dict[str, Value]) -> list[Row]:
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


def _latest_checks(db: Session) -> Sequence[CheckResult]:
    newest = select(func.max(CheckResult.id)).group_by(
        CheckResult.suite, CheckResult.entity, CheckResult.source
    )
    query = select(CheckResult).where(CheckResult.id.in_(newest))
    return db.scalars(
        query.order_by(CheckResult.source, CheckResult.entity, CheckResult.suite)
    ).all()


def _failures(check: CheckResult) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(check.failures_json or "[]")
    return sorted(found, key=lambda item: str(item.get("severity")))


def quarantine(db: Session, _values: dict[str, Value]) -> list[Row]:
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
