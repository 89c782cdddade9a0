"""Proving deliveries: reading back what was sent, and telling people's edits from losses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from connectors.base import Sink, is_blind
from connectors.outbox.compare import all_empty
from connectors.outbox.deliver import opened_sink
from connectors.outbox.destination import Destination, load_destination
from connectors.outbox.drift import note, observe
from connectors.outbox.payload import decode
from connectors.outbox.rows import (
    APPLIED,
    CONFIRMED,
    DEAD,
    FAILED,
    IN_FLIGHT,
    NOT_THERE,
    PENDING,
    SENT,
    SUPERSEDED,
    Verdicts,
    field_verdicts,
    move,
    newest,
    of_records,
)
from connectors.outbox.worker import Worker
from talentloop.chunks import chunks
from talentloop.logs import get_logger
from talentloop.ops import session
from talentloop.ops.models import OutboxRow, ReconcileRow
from talentloop.settings import Settings

log = get_logger(__name__)


@dataclass
class ReconcileResult:
    """What a run found.

    Attributes:
        checked: changes read back.
        match: changes that are there as sent.
        drift: changes of which a person edited something there; the edit stays.
        missing: changes that are not there.
        requeued: of the missing, those that are sent once more.
        in_flight: changes left out because a newer one is under way.
        unreadable: whether the system cannot be read back, so that nothing can be proven.
        paused: whether a person has paused the destination; nothing was read then.
    """

    checked: int = 0
    match: int = 0
    drift: int = 0
    missing: int = 0
    requeued: int = 0
    in_flight: int = 0
    unreadable: bool = False
    paused: bool = False


def reconcile(settings: Settings, destination: str, *, sink: Sink | None = None) -> ReconcileResult:
    """Read back what was sent and not yet proven, and what was proven lately.

    Raises:
        ConfigError: the destination, or its connection, is not configured rightly.
        SourceError: the system could not be read; nothing is decided, run again.
    """
    config = load_destination(settings, destination)
    result = ReconcileResult()
    with opened_sink(settings, config, sink) as target:
        worker = Worker(settings, config, target)
        if worker.is_paused():
            result.paused = True
            return result
        worker.take_over()
        worker.settle()
        if is_blind(target):
            result.unreadable = True
            return result
        for operation in config.operations:
            keys = _keys_to_check(settings, config, operation)
            for some in chunks(keys, config.batch_size):
                found = target.read_back(operation, some)
                _judge(settings, config, operation, some, found, result)
    log.info("outbox_reconciled", destination=destination, **vars(result))
    return result


def _keys_to_check(settings: Settings, config: Destination, operation: str) -> list[str]:
    recent = settings.clock.now() - timedelta(hours=config.reconcile_hours)
    query = (
        select(OutboxRow.entity_key)
        .where(
            OutboxRow.destination == config.name,
            OutboxRow.operation == operation,
            or_(
                OutboxRow.state == SENT,
                and_(OutboxRow.state == CONFIRMED, OutboxRow.updated_at >= recent),
            ),
        )
        .distinct()
        .order_by(OutboxRow.entity_key)
    )
    with session(settings) as db:
        return list(db.scalars(query))


def _judge(
    settings: Settings,
    config: Destination,
    operation: str,
    keys: Sequence[str],
    found: Mapping[str, Mapping[str, Any]],
    result: ReconcileResult,
) -> None:
    now = settings.clock.now()
    with session(settings) as db, db.no_autoflush:
        history = of_records(db, config.name, operation, keys)
        verdicts = field_verdicts(db, config.name, operation, keys)
        for key in keys:
            rows = history[key]
            row = newest(rows, APPLIED)
            if row is None or any(r.state in IN_FLIGHT and r.id > row.id for r in rows):
                result.in_flight += 1
                continue
            for older in rows:
                if older.state == SENT and older is not row:
                    move(db, older, now, expect=(SENT,), state=SUPERSEDED)
            result.checked += 1
            _one(db, row, found.get(key), verdicts[key], now, result)


def _one(
    db: Session,
    row: OutboxRow,
    there: Mapping[str, Any] | None,
    known: Verdicts,
    now: datetime,
    result: ReconcileResult,
) -> None:
    if there is None:
        _missing(db, row, now, FAILED, "The record is not there.", result)
    elif row.state == SENT and all_empty(decode(row.payload_json), there):
        if _was_missing(db, row):
            _missing(db, row, now, DEAD, "Its fields stay empty after a second delivery.", result)
        else:
            _missing(db, row, now, PENDING, "Its fields are empty; it is sent once more.", result)
            result.requeued += 1
    elif observe(db, row, there, now, known=known):
        result.drift += 1
        _confirm(db, row, now)
    else:
        result.match += 1
        if row.state == SENT:
            note(db, row, now, "MATCH")
        _confirm(db, row, now)


def _confirm(db: Session, row: OutboxRow, now: datetime) -> None:
    if row.state == SENT:
        move(db, row, now, expect=(SENT,), state=CONFIRMED, last_error=None)


def _missing(
    db: Session, row: OutboxRow, now: datetime, state: str, words: str, result: ReconcileResult
) -> None:
    result.missing += 1
    values: dict[str, Any] = {"state": state, "last_error": words, "next_at": now}
    if state == PENDING:
        values["attempts"] = 0
    else:
        values["reason_code"] = NOT_THERE
    if move(db, row, now, expect=(row.state,), **values):
        note(db, row, now, "MISSING", detail=words)


def _was_missing(db: Session, row: OutboxRow) -> bool:
    query = select(ReconcileRow.id).where(
        ReconcileRow.outbox_id == row.id, ReconcileRow.verdict == "MISSING"
    )
    return db.scalar(query.limit(1)) is not None
