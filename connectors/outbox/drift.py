"""People's edits: seen in what is read back, recorded by field, and not written over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from connectors.base import Sink, is_blind
from connectors.outbox.compare import all_empty, describe, same
from connectors.outbox.destination import Destination, Verdict
from connectors.outbox.payload import Payload, decode, encode, payload_hash
from connectors.outbox.rows import (
    APPLIED,
    DEAD,
    LEASED,
    SUPERSEDED,
    Verdicts,
    field_verdicts,
    held_fields,
    move,
    newest,
    of_records,
)
from talentloop.ops import audit, session
from talentloop.ops.models import OutboxRow, ReconcileRow
from talentloop.settings import Settings

Fields = Mapping[str, Any]


def note(
    db: Session, row: OutboxRow, now: datetime, verdict: Verdict, field: str = "", detail: str = ""
) -> None:
    """Keep a verdict about a change."""
    db.add(
        ReconcileRow(
            destination=row.destination,
            operation=row.operation,
            entity_key=row.entity_key,
            outbox_id=row.id,
            verdict=verdict,
            field=field,
            detail=detail,
            checked_at=now,
        )
    )


def observe(
    db: Session,
    row: OutboxRow,
    there: Fields,
    now: datetime,
    *,
    known: Verdicts,
    later: Sequence[Payload] = (),
) -> set[str]:
    """Compare what a change set with what is there; keep what is new about it.

    Args:
        row: a change that the system took.
        known: what is on record about the fields of this record. A field released since this
            change is not held again because of it.
        later: what may have been written since; such values are not a person's.

    Returns:
        Fields of the change that say something else now.
    """
    sent = decode(row.payload_json)
    edited = {
        name
        for name in sent
        if not any(same(p[name], there.get(name)) for p in (sent, *later) if name in p)
    }
    edited -= {n for n, v in known.items() if v.verdict == "RELEASED" and v.outbox_id >= row.id}
    for name in sorted(edited - held_fields(known)):
        note(db, row, now, "DRIFT", name, describe(sent[name], there.get(name)))
    for name in sorted((held_fields(known) & sent.keys()) - edited):
        note(db, row, now, "MATCH", name, "says what was sent again")
    return edited


def spare_edits(
    settings: Settings, config: Destination, sink: Sink, rows: Sequence[OutboxRow]
) -> list[tuple[OutboxRow, Payload]]:
    """What to send of some leased changes of one operation, sparing fields that people edited.

    A record that was told something before is read first: what it says now and we did not is a
    person's edit. A change of which nothing is left is dropped.

    Raises:
        TalentLoopError: the records could not be read.
    """
    operation, keys = rows[0].operation, [row.entity_key for row in rows]
    spec = config.operations.get(operation)
    commanded = spec is not None and spec.export is None  # sent as it was queued, or not at all
    if config.overwrite_drift or commanded or is_blind(sink):
        return [(row, decode(row.payload_json)) for row in rows]
    with session(settings) as db:
        history = of_records(db, config.name, operation, keys)
        verdicts = field_verdicts(db, config.name, operation, keys)
    told = [row.entity_key for row in rows if _last_applied(history[row.entity_key], row)]
    found = sink.read_back(operation, told) if told else {}
    if not found and not any(held_fields(known) for known in verdicts.values()):
        return [(row, decode(row.payload_json)) for row in rows]
    now = settings.clock.now()
    result = []
    with session(settings) as db:
        for row in rows:
            known = verdicts[row.entity_key]
            edited = held_fields(known)
            there = found.get(row.entity_key)
            if there is not None:
                edited |= _edited(db, row, history[row.entity_key], there, now, known)
            kept = _keep(db, row, edited, there, now)
            if kept is not None:
                result.append((row, kept))
    return result


def _last_applied(history: Sequence[OutboxRow], row: OutboxRow) -> OutboxRow | None:
    return newest((r for r in history if r.id < row.id), APPLIED)


def _edited(
    db: Session,
    row: OutboxRow,
    history: Sequence[OutboxRow],
    there: Fields,
    now: datetime,
    known: Verdicts,
) -> set[str]:
    before = _last_applied(history, row)
    if before is None or all_empty(decode(before.payload_json), there):
        return set()
    later = [
        decode(r.payload_json) for r in history if before.id < r.id < row.id and r.state == DEAD
    ]
    return observe(db, before, there, now, known=known, later=later)


def _keep(
    db: Session, row: OutboxRow, edited: set[str], there: Fields | None, now: datetime
) -> Payload | None:
    """The payload without edited fields; None when nothing is left that is not there already."""
    wanted = decode(row.payload_json)
    kept = {name: value for name, value in wanted.items() if name not in edited}
    if kept == wanted:
        return wanted
    news = {
        name for name, value in kept.items() if there is None or not same(value, there.get(name))
    }
    values = {"payload_json": encode(kept), "payload_hash": payload_hash(kept)}
    if news:
        move(db, row, now, expect=(LEASED,), **values)
        return kept
    move(
        db, row, now, expect=(LEASED,), state=SUPERSEDED, lease_owner=None, lease_until=None,
        last_error="A person edited the fields that changed; their edit stays.",
    )  # fmt: skip
    return None


def release_drift(
    settings: Settings,
    destination: str,
    operation: str,
    entity_key: str,
    field: str,
    *,
    by: str = "operator",
) -> bool:
    """Let a field be written again that a person had edited; the next enqueue sends it. Audited.

    Returns:
        Whether the field was held.
    """
    with session(settings) as db:
        verdicts = field_verdicts(db, destination, operation, [entity_key])
        if field not in held_fields(verdicts[entity_key]):
            return False
        rows = of_records(db, destination, operation, [entity_key])[entity_key]
    detail = {"operation": operation, "entity_key": entity_key, "field": field}
    audit.record(settings, by, "outbox.release", destination, detail)
    with session(settings) as db:
        note(db, rows[-1], settings.clock.now(), "RELEASED", field, "released by an operator")
    return True
