"""The audit trail: append-only, chained by hashes, without personal data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from talentloop.ops.database import session
from talentloop.ops.models import AuditRow
from talentloop.settings import Settings

GENESIS = "0" * 64
_LOCK_KEY = 7_206_001  # PostgreSQL advisory lock: one writer at a time keeps the chain whole


def _digest(row: AuditRow) -> str:
    body = json.dumps(
        [row.seq, row.at.isoformat(), row.actor, row.action, row.object_ref, row.detail_json,
         row.prev_hash],
        ensure_ascii=False,
    )  # fmt: skip
    return hashlib.sha256(body.encode()).hexdigest()


def record(
    settings: Settings,
    actor: str,
    action: str,
    object_ref: str,
    detail: Mapping[str, Any],
    *,
    db: Session | None = None,
) -> None:
    """Append one row. `object_ref` and `detail` name records by id, never by personal fields.

    Args:
        db: a transaction in which what is audited happens; without one the row has its own.
    """
    with nullcontext(db) if db else session(settings) as opened:
        _lock(opened)
        last = opened.scalar(select(AuditRow).order_by(AuditRow.seq.desc()).limit(1))
        row = AuditRow(
            seq=(last.seq if last else 0) + 1,
            at=settings.clock.now(),
            actor=actor,
            action=action,
            object_ref=object_ref,
            detail_json=json.dumps(detail, sort_keys=True, default=str, ensure_ascii=False),
            prev_hash=last.hash if last else GENESIS,
        )
        row.hash = _digest(row)
        opened.add(row)


def _lock(db: Session) -> None:
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text(f"select pg_advisory_xact_lock({_LOCK_KEY})"))


def first_broken(settings: Settings) -> int | None:
    """Sequence number of the first row that does not fit its chain; None when all is whole."""
    previous, expected = GENESIS, 1
    with session(settings) as db:
        for row in db.scalars(select(AuditRow).order_by(AuditRow.seq)):
            if row.seq != expected or row.prev_hash != previous or row.hash != _digest(row):
                return expected
            previous, expected = row.hash, expected + 1
    return None
