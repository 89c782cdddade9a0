"""Records that broke their contract: kept, listed, corrected, replayed or dismissed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from talentloop.errors import TalentLoopError
from talentloop.ops.database import session
from talentloop.ops.models import QuarantineRow
from talentloop.settings import Settings


@dataclass(frozen=True)
class QuarantineItem:
    """One broken field of one record; `payload` is the source's raw row."""

    source: str
    stream: str
    entity: str
    record_id: str
    field: str
    reason_code: str
    reason: str
    remedy: str
    payload: Mapping[str, Any]
    location: str = ""

    @property
    def payload_hash(self) -> str:
        """32 hex characters that tell one content of the row from another."""
        text = json.dumps(self.payload, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def add(settings: Settings, items: Sequence[QuarantineItem]) -> int:
    """Keep broken records; the same row seen again only counts up. Returns how many are new."""
    new = 0
    now = settings.clock.now()
    with session(settings) as db:
        for item in items:
            row = db.scalar(_same(item))
            if row is not None:
                row.seen_count += 1
                row.last_seen_at = now
                continue
            new += 1
            plain = json.loads(json.dumps(item.payload, default=str, ensure_ascii=False))
            db.add(
                QuarantineRow(
                    **{k: getattr(item, k) for k in _COPIED},
                    payload=plain,
                    payload_hash=item.payload_hash,
                    first_seen_at=now,
                    last_seen_at=now,
                )
            )
            db.flush()
    return new


_COPIED = (
    "source", "stream", "entity", "record_id", "field", "reason_code", "reason", "remedy",
    "location",
)  # fmt: skip


def _same(item: QuarantineItem) -> Any:
    return select(QuarantineRow).where(
        QuarantineRow.source == item.source,
        QuarantineRow.stream == item.stream,
        QuarantineRow.entity == item.entity,
        QuarantineRow.record_id == item.record_id,
        QuarantineRow.field == item.field,
        QuarantineRow.payload_hash == item.payload_hash,
    )


def listed(
    settings: Settings,
    *,
    states: Sequence[str] = ("open", "corrected"),
    source: str | None = None,
    ids: Sequence[int] | None = None,
) -> Sequence[QuarantineRow]:
    """Quarantined records, oldest first."""
    query = select(QuarantineRow).where(QuarantineRow.state.in_(states)).order_by(QuarantineRow.id)
    if source is not None:
        query = query.where(QuarantineRow.source == source)
    if ids is not None:
        query = query.where(QuarantineRow.id.in_(ids))
    with session(settings) as db:
        return db.scalars(query).all()


def correct(settings: Settings, row_id: int, changes: Mapping[str, Any]) -> None:
    """Lay corrected values over the raw row; the original stays beside it.

    Raises:
        TalentLoopError: there is no such row, or it is already replayed or dismissed.
    """
    with session(settings) as db:
        row = db.get(QuarantineRow, row_id)
        if row is None or row.state not in ("open", "corrected"):
            raise TalentLoopError(
                "There is no open quarantined record with this number",
                where=f"quarantine {row_id}",
                remedy="`talentloop quarantine list` shows the open ones.",
            )
        row.corrected = {**(row.corrected or row.payload), **changes}
        row.state = "corrected"


def settle(settings: Settings, row_id: int, state: str, note: str = "") -> None:
    """Close a row as `replayed` or `dismissed`, or leave it `open` with a new note."""
    if state not in ("open", "replayed", "dismissed"):
        raise ValueError(f"unknown quarantine state {state!r}")
    with session(settings) as db:
        row = db.get_one(QuarantineRow, row_id)
        row.state = state
        row.note = note
        row.last_seen_at = settings.clock.now()
