"""From a row of an export to what is sent, and the hashes that tell one sending from another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from connectors.outbox.destination import FieldSpec, Operation

Scalar = str | float | int | bool | None
#: Fields to set; items that are queued one by one may hold lists and objects too.
Payload = dict[str, Any]
Row = Mapping[str, Any]


def payload_of(operation: Operation, row: Row) -> Payload:
    """The fields that a row sets there. A field whose `when` is not true is emptied."""
    return {name: _value(spec, row) for name, spec in operation.fields.items()}


def withdrawal_of(operation: Operation, sent: Payload) -> Payload:
    """What takes back an earlier sending whose row has gone: marks emptied, the rest as it was."""
    return {name: "" if name in operation.marks else value for name, value in sent.items()}


def _value(spec: FieldSpec, row: Row) -> Scalar:
    if spec.when is not None and not row[spec.when]:
        return ""
    if spec.text is not None:
        return spec.text.format(**{name: row[name] for name in spec.columns})
    return _plain(row[str(spec.column)], spec.decimals)


def _plain(value: Any, decimals: int | None) -> Scalar:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return round(value, 6 if decimals is None else decimals)
    if value is None or isinstance(value, str | int):
        return value
    return str(value)


def instant(value: datetime) -> str:
    """An instant as ISO 8601 in UTC, cut to milliseconds: what OData keeps of it."""
    utc = value.astimezone(UTC)
    kept = utc.replace(microsecond=utc.microsecond // 1000 * 1000)
    return kept.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def encode(payload: Payload) -> str:
    """The payload as JSON, the same text for the same content."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def decode(text: str) -> Payload:
    """The payload that `encode` wrote."""
    return dict(json.loads(text))


def payload_hash(payload: Payload) -> str:
    """SHA-256 of the encoded payload, hexadecimal."""
    return hashlib.sha256(encode(payload).encode()).hexdigest()


def idempotency_key(
    destination: str, operation: str, entity_key: str, hashed: str, sequence: int
) -> str:
    """32 hex characters: SHA-256 of destination|operation|entity_key|payload hash|sequence.

    Args:
        sequence: number of changes queued before for the same record and operation, so that a
            value that comes back (80, 75, 80) is a new change and not a repetition.
    """
    text = "|".join((destination, operation, entity_key, hashed, str(sequence)))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
