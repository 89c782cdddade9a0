"""Queueing one item at once: what must not wait for the next publication, and what is said once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connectors.outbox.changes import EnqueueResult, Queue
from connectors.outbox.destination import Destination, Operation, load_destination
from connectors.outbox.insert import find_keys, insert_dependencies, insert_rows, new_row
from connectors.outbox.payload import Payload, encode, payload_hash
from connectors.outbox.rows import SUPERSEDED, of_records
from talentloop.errors import ConfigError, DeliveryError
from talentloop.ops import session
from talentloop.ops.models import OutboxRow
from talentloop.settings import Settings


def enqueue_one(
    settings: Settings,
    destination: str,
    operation: str,
    entity_key: str,
    payload: Mapping[str, Any],
    *,
    depends_on: Sequence[str] = (),
    not_before: datetime | None = None,
    db: Session | None = None,
) -> str:
    """Queue one item. The same content again, right after itself, queues nothing.

    For an operation that has an export, the item is what the record should be told now: it takes
    the place of one that was not sent, and leaves out what a person edited there. For one without,
    each item is sent, in the order of queueing.

    Args:
        entity_key: the record there, or what stands for it; one item of a record is under way at a
            time, whatever the operation.
        payload: fields and values, as JSON knows them.
        depends_on: idempotency keys of items that must have been delivered before, whatever their
            destination. Should one of them fail, this item is blocked until that one is replayed.
        not_before: when it may be sent at the earliest.
        db: an open transaction to queue it in, so that it is queued if and only if that commits.

    Returns:
        The idempotency key of the item, or of the one that says the same already.

    Raises:
        ConfigError: the destination has no such operation, or the payload does not fit it.
        DeliveryError: an item that it depends on does not exist.
    """
    config = load_destination(settings, destination)
    spec = _operation(config, operation)
    wanted = _checked(dict(payload), spec, f"{destination}, operation {operation}")
    record = (operation, entity_key)
    if db is not None:
        return _queue(settings, config, record, wanted, depends_on, not_before, db)
    with session(settings) as own:
        return _queue(settings, config, record, wanted, depends_on, not_before, own)


def _queue(
    settings: Settings,
    config: Destination,
    record: tuple[str, str],
    wanted: Payload,
    depends_on: Sequence[str],
    not_before: datetime | None,
    db: Session,
) -> str:
    operation, key = record
    needed = _numbers(db, depends_on)
    known = of_records(db, config.name, operation, [key])[key]
    if config.operations[operation].export is None:
        row = _append(settings, (config.name, operation, key), wanted, known, not_before, db)
    else:
        queue = Queue(settings, config, operation, EnqueueResult(), not_before)
        row = queue.take_one(db, key, wanted)
    if row.id not in {other.id for other in known}:
        insert_dependencies(db, row.id, needed)
    return row.idem_key


def _append(
    settings: Settings,
    record: tuple[str, str, str],
    wanted: Payload,
    known: Sequence[OutboxRow],
    not_before: datetime | None,
    db: Session,
) -> OutboxRow:
    last = max((r for r in known if r.state != SUPERSEDED), key=lambda r: r.id, default=None)
    if last is not None and last.payload_hash == payload_hash(wanted):
        return last
    new = new_row(record, wanted, len(known), settings.clock.now(), not_before)
    insert_rows(db, [new])  # or another process queued the same meanwhile
    return db.scalars(select(OutboxRow).where(OutboxRow.idem_key == new["idem_key"])).one()


def _operation(config: Destination, name: str) -> Operation:
    if name not in config.operations:
        raise ConfigError(
            f"The destination has no operation {name!r}",
            where=f"destination {config.name}",
            remedy="Known are: " + ", ".join(sorted(config.operations)) + ".",
        )
    return config.operations[name]


def _checked(payload: Payload, spec: Operation, where: str) -> Payload:
    unknown = sorted(payload.keys() - spec.fields.keys()) if spec.fields else []
    if unknown:
        raise ConfigError(
            f"The operation does not set {', '.join(unknown)}",
            where=where,
            remedy="Fields there: " + ", ".join(sorted(spec.fields)) + ".",
        )
    try:
        encode(payload)
    except (TypeError, ValueError) as error:
        raise ConfigError(
            f"The payload is not JSON: {error}",
            where=where,
            remedy="Give instants and dates as ISO 8601 text.",
        ) from None
    return payload


def _numbers(db: Session, depends_on: Sequence[str]) -> list[int]:
    found = find_keys(db, depends_on)
    missing = [key for key in depends_on if key not in found]
    if missing:
        raise DeliveryError(
            f"{len(missing)} items that this one depends on are not in the outbox",
            where=f"idempotency key {missing[0]}",
            remedy="Queue them first, and pass on the keys that come back.",
        )
    return sorted(found.values())
