"""The state of the whole loop in one dictionary: for `talentloop status`, the demo, monitoring."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from connectors.health import SyncHealth, sync_health
from connectors.outbox import OutboxMeasures, outbox_measures
from talentloop import ops
from talentloop.errors import PublishError
from talentloop.ops.audit import first_broken
from talentloop.ops.interviews import interview_measures
from talentloop.ops.models import (
    CheckResult,
    Cursor,
    Incident,
    Load,
    ModelAlias,
    OutboxRow,
    QuarantineRow,
    ReconcileRow,
    StepRun,
)
from talentloop.reports.freshness import source_freshness
from talentloop.settings import Settings
from talentloop.warehouse import open_published


def loop_status(settings: Settings) -> dict[str, Any]:
    """Counts at every stage of the loop, and what needs a person.

    Raises:
        ConfigError: the operations database has not been set up.
    """
    with ops.session(settings) as db:
        status: dict[str, Any] = {
            "sources": [
                {"source": c.source, "stream": c.stream, "watermark": c.watermark.isoformat()}
                for c in db.scalars(select(Cursor).order_by(Cursor.source, Cursor.stream))
            ],
            "landed": _pairs(
                db.execute(select(Load.entity, func.sum(Load.rows)).group_by(Load.entity))
            ),
            "loads": _pairs(
                db.execute(select(Load.check_state, func.count()).group_by(Load.check_state))
            ),
            "quarantine": _pairs(
                db.execute(select(QuarantineRow.state, func.count()).group_by(QuarantineRow.state))
            ),
            "checks": {
                "run": db.scalar(select(func.count()).select_from(CheckResult)),
                "failed": db.scalar(
                    select(func.count())
                    .select_from(CheckResult)
                    .where(CheckResult.success.is_(False))
                ),
            },
            "models": {
                row.model_name: {"champion": row.model_version}
                for row in db.scalars(select(ModelAlias).where(ModelAlias.alias == "champion"))
            },
            "outbox": _pairs(
                db.execute(select(OutboxRow.state, func.count()).group_by(OutboxRow.state))
            ),
            "reconcile": _latest_verdicts(db),
            "incidents": db.scalar(
                select(func.count()).select_from(Incident).where(Incident.state == "open")
            ),
            "steps": _last_steps(db),
        }
    status["freshness"] = [
        {**vars(found), "read_at": found.read_at.isoformat()}
        for found in source_freshness(settings)
    ]
    status["sync"] = [_sync(found) for found in sync_health(settings)]
    status["delivery"] = [_delivery(found) for found in outbox_measures(settings)]
    status["interviews"] = _interviews(settings)
    status["audit_intact"] = first_broken(settings) is None
    status["published"] = _published(settings)
    status["closed"] = is_closed(status, settings)
    return status


def _sync(found: SyncHealth) -> dict[str, Any]:
    return {
        **vars(found),
        "streams": [
            {k: v.isoformat() if isinstance(v, datetime) else v for k, v in vars(s).items()}
            for s in found.streams
        ],
        "lag_seconds": found.lag_seconds,
        "last_full_at": found.last_full_at.isoformat() if found.last_full_at else None,
    }


def _interviews(settings: Settings) -> dict[str, Any]:
    found = interview_measures(settings)
    each = found.cost.cpu_per_interview
    return {
        **{name: value for name, value in vars(found).items() if name != "cost"},
        **{f"unit_{name}": value for name, value in vars(found.cost).items()},
        "unit_cpu_per_interview": each,
    }


def _delivery(found: OutboxMeasures) -> dict[str, Any]:
    shown = {name: value for name, value in vars(found).items() if name != "within"}
    since = found.paused.paused_at.isoformat() if found.paused else None
    return {**shown, "paused": since}


def _pairs(rows: Any) -> dict[str, int]:
    return {str(name): int(count) for name, count in sorted(rows)}


def _latest_verdicts(db: Any) -> dict[str, int]:
    """Verdicts of the newest check of each sent change."""
    newest = select(func.max(ReconcileRow.id)).group_by(
        ReconcileRow.destination, ReconcileRow.operation, ReconcileRow.entity_key
    )
    query = select(ReconcileRow.verdict, func.count()).where(ReconcileRow.id.in_(newest))
    return _pairs(db.execute(query.group_by(ReconcileRow.verdict)))


def _last_steps(db: Any) -> dict[str, dict[str, Any]]:
    newest = select(func.max(StepRun.id)).group_by(StepRun.step)
    rows = db.scalars(select(StepRun).where(StepRun.id.in_(newest)).order_by(StepRun.id))
    return {
        row.step: {
            "state": row.state,
            "seconds": row.seconds,
            "counts": row.counts,
            "error": row.error,
        }
        for row in rows
    }


def _published(settings: Settings) -> dict[str, Any] | None:
    try:
        with open_published(settings) as db:
            tables = (
                db.sql("select table_name from information_schema.tables").column(0).to_pylist()
            )
            rows = {
                name: db.sql(f'select count(*) as n from "{name}"')["n"][0].as_py()
                for name in sorted(tables)
                if not name.startswith("meta_")
            }
            return {
                "version": db.version,
                "as_of": db.as_of.isoformat(),
                "published_at": db.published_at.isoformat(),
                "is_simulated": db.is_simulated,
                "rows": rows,
            }
    except PublishError:
        return None


#: Outbox states in which something still waits to be delivered or proven.
WAITING = ("PENDING", "LEASED", "SENT", "UNKNOWN")


def _written_back(status: dict[str, Any], settings: Settings) -> Counter[str]:
    """Changes by state, without messages to people: most of those cannot be read back."""
    channels = {path.stem for path in (settings.config / "channels").glob("*.yml")}
    found: Counter[str] = Counter()
    for delivery in status["delivery"]:
        if delivery["destination"] not in channels:
            found.update(delivery["states"])
    return found


def is_closed(status: dict[str, Any], settings: Settings) -> bool:
    """Whether data went all the way round: pulled, published, learnt, written back, proven."""
    models = {path.stem for path in (settings.config / "models").glob("*.yml")}
    outbox = _written_back(status, settings)
    return bool(
        status["landed"]
        and status["published"]
        and models
        and models <= set(status["models"])
        and outbox.get("CONFIRMED")
        and not any(outbox.get(state) for state in (*WAITING, "BLOCKED", "DEAD"))
        and status["reconcile"].get("MATCH")
        and not status["reconcile"].get("MISSING")
        and not status["loads"].get("failed")
        and status["audit_intact"]
    )
