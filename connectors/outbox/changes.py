"""The queue of one operation: what each record should be told, against what it was told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connectors.outbox.destination import Destination
from connectors.outbox.insert import NewRow, inherit_dependencies, insert_rows, new_row
from connectors.outbox.payload import Payload, decode, payload_of, withdrawal_of
from connectors.outbox.rows import (
    BLOCKED,
    DEAD,
    FAILED,
    MAYBE_APPLIED,
    PENDING,
    SUPERSEDED,
    Verdicts,
    field_verdicts,
    held_fields,
    move,
    newest,
    of_records,
)
from talentloop.chunks import chunks
from talentloop.ops import session
from talentloop.ops.incidents import open_incident, resolve_incident
from talentloop.ops.models import OutboxRow
from talentloop.settings import Settings

CHUNK = 500
_NOT_SENT = (PENDING, BLOCKED)
#: Tags whose rows have all but vanished point to a broken export, not to as many decisions.
_FEW_VANISHED = 10
_VANISHED_SHARE = 0.2
_VANISHED = "tags_vanished"


@dataclass
class EnqueueResult:
    """What a run queued.

    Attributes:
        queued: new changes.
        unchanged: records whose last change already says the same.
        superseded: changes not yet sent that a newer one replaces.
        withdrawn: of the queued, those that take an earlier sending back.
        held_by_drift: records left alone because a person edited every field that changed.
        held_vanished: withdrawals held back because too many rows vanished at once.
    """

    queued: int = 0
    unchanged: int = 0
    superseded: int = 0
    withdrawn: int = 0
    held_by_drift: int = 0
    held_vanished: int = 0


class Queue:
    """The queue of one operation of one destination."""

    def __init__(
        self,
        settings: Settings,
        config: Destination,
        name: str,
        result: EnqueueResult,
        not_before: datetime | None = None,
    ) -> None:
        self._settings = settings
        self._config = config
        self._name = name
        self._operation = config.operations[name]
        self._result = result
        self._not_before = not_before
        self._replaced: dict[str, int] = {}  # record -> the row whose place a new one takes

    def take(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Compare rows of the export with the outbox and queue the differences, at once."""
        by_key = {str(row[str(self._operation.key)]): row for row in rows}
        with session(self._settings) as db:
            known = of_records(db, self._config.name, self._name, list(by_key))
            verdicts = field_verdicts(db, self._config.name, self._name, list(by_key))
            new = [
                self._change(db, key, self._wanted(row, known[key]), known[key], verdicts[key])
                for key, row in by_key.items()
            ]
            self._insert(db, new)

    def take_one(self, db: Session, key: str, wanted: Payload) -> OutboxRow:
        """Queue what one record should be told, if that is news; the row that says it."""
        while True:
            known = of_records(db, self._config.name, self._name, [key])[key]
            verdicts = field_verdicts(db, self._config.name, self._name, [key])[key]
            waiting = newest(known, _NOT_SENT)
            self._insert(db, [self._change(db, key, wanted, known, verdicts)])
            db.expire_all()
            known = of_records(db, self._config.name, self._name, [key])[key]
            if waiting is None or waiting.state in (*_NOT_SENT, SUPERSEDED):
                return [row for row in known if row.state != SUPERSEDED][-1]
            # a worker took what waited while we compared: compare with that

    def withdraw_vanished(self, exported: set[str]) -> None:
        """Take back what was sent to records that the export no longer has."""
        if not self._operation.only_when:
            return
        holding = self._holding()
        vanished = sorted(holding - exported)
        if len(vanished) > max(_FEW_VANISHED, int(_VANISHED_SHARE * len(holding))):
            self._hold(len(vanished), len(holding))
            return
        resolve_incident(
            self._settings, kind=_VANISHED, where=self._place, resolution="The rows are back."
        )
        for some in chunks(vanished, CHUNK):
            with session(self._settings) as db:
                known = of_records(db, self._config.name, self._name, some)
                verdicts = field_verdicts(db, self._config.name, self._name, some)
                new = [
                    self._change(db, key, self._withdrawal(known[key]), known[key], verdicts[key])
                    for key in some
                ]
                self._insert(db, new)

    def _wanted(self, row: Mapping[str, Any], known: Sequence[OutboxRow]) -> Payload | None:
        """What the record should be told; None where nothing was, and nothing is to be."""
        operation = self._operation
        if operation.only_when and not row[operation.only_when] and not self._marked(known):
            return None
        return payload_of(operation, row)

    def _withdrawal(self, known: Sequence[OutboxRow]) -> Payload | None:
        marked = self._marked(known)
        return withdrawal_of(self._operation, decode(marked.payload_json)) if marked else None

    def _marked(self, known: Sequence[OutboxRow]) -> OutboxRow | None:
        """The newest row that reached the system, or may have, and that withdrawal concerns.

        A withdrawal that reached it keeps counting: it is what the record says now.
        """
        return newest(known, MAYBE_APPLIED)

    def _change(
        self,
        db: Session,
        key: str,
        wanted: Payload | None,
        known: Sequence[OutboxRow],
        verdicts: Verdicts,
    ) -> NewRow | None:
        """The row to queue for a record, if any; drops what waits and is no longer wanted."""
        waiting = newest(known, _NOT_SENT)
        if wanted is None:
            self._supersede(db, waiting)
            return None
        held = set() if self._config.overwrite_drift else held_fields(verdicts)
        kept = {name: value for name, value in wanted.items() if name not in held}
        if waiting and _says(waiting, kept):
            self._result.unchanged += 1
            return None
        if waiting and not self._supersede(db, waiting):
            return None  # a worker took it meanwhile; the next run compares again
        earlier = [row for row in known if row is not waiting]
        if self._must_repeat(earlier, verdicts) or not self._is_there(kept, earlier):
            return self._new_row(key, kept, known)
        if kept == wanted:
            self._result.unchanged += 1
        else:
            self._result.held_by_drift += 1
        return None

    def _supersede(self, db: Session, waiting: OutboxRow | None) -> bool:
        if waiting is None:
            return False
        now = self._settings.clock.now()
        done = move(db, waiting, now, expect=_NOT_SENT, state=SUPERSEDED)
        self._result.superseded += done
        if done:
            self._replaced[waiting.entity_key] = waiting.id
        return done

    def _is_there(self, kept: Payload, known: Sequence[OutboxRow]) -> bool:
        """Whether the record already says this, or refused exactly this."""
        last = newest(known, (*MAYBE_APPLIED, FAILED))
        if last is not None and last.state in (FAILED, DEAD):
            if _says(last, kept):
                return True  # a person decides whether to try again
            if last.state == DEAD:
                return False  # it may have been applied, so nothing is known of the record
            last = newest(known, MAYBE_APPLIED)
        return not kept or (last is not None and _says(last, kept))

    def _must_repeat(self, known: Sequence[OutboxRow], verdicts: Verdicts) -> bool:
        """Whether a field was released, or is ours by policy, since the last sending."""
        again = {"RELEASED", "DRIFT"} if self._config.overwrite_drift else {"RELEASED"}
        last = newest(known, (*MAYBE_APPLIED, FAILED))
        return last is not None and any(
            v.verdict in again and v.outbox_id >= last.id for v in verdicts.values()
        )

    def _new_row(self, key: str, kept: Payload, known: Sequence[OutboxRow]) -> NewRow:
        now = self._settings.clock.now()
        record = (self._config.name, self._name, key)
        return new_row(record, kept, len(known), now, self._not_before)

    def _insert(self, db: Session, changes: Sequence[NewRow | None]) -> None:
        done = insert_rows(db, [change for change in changes if change is not None])
        for row in done:
            if row.entity_key in self._replaced:
                inherit_dependencies(db, self._replaced[row.entity_key], row.id)
        self._replaced.clear()
        self._result.queued += len(done)
        self._result.withdrawn += sum(self._takes_back(decode(row.payload_json)) for row in done)

    def _takes_back(self, kept: Payload) -> bool:
        marks = [kept[name] for name in self._operation.marks if name in kept]
        return bool(marks) and not any(marks)

    def _holding(self) -> set[str]:
        """Records that carry a mark of this operation, as far as we know."""
        query = (
            select(OutboxRow)
            .where(
                OutboxRow.destination == self._config.name,
                OutboxRow.operation == self._name,
                OutboxRow.state.in_((PENDING, *MAYBE_APPLIED)),
            )
            .order_by(OutboxRow.id)
        )
        with session(self._settings) as db:
            last = {row.entity_key: row for row in db.scalars(query)}
        marks = self._operation.marks
        return {
            key for key, row in last.items() if any(decode(row.payload_json).get(m) for m in marks)
        }

    @property
    def _place(self) -> str:
        return f"{self._config.name} {self._name}"

    def _hold(self, vanished: int, holding: int) -> None:
        self._result.held_vanished += vanished
        open_incident(
            self._settings,
            kind=_VANISHED,
            where=self._place,
            title=f"{vanished} of {holding} records vanished from {self._operation.export}",
            detail="What was sent to them is not withdrawn: so many at once point to a fault.",
            remedy="Check the last build; publish again. Single withdrawals go on as usual.",
        )


def _says(row: OutboxRow, kept: Payload) -> bool:
    """Whether a row says the same about the fields that count."""
    said = decode(row.payload_json)
    return {name: said.get(name) for name in kept} == kept and kept.keys() <= said.keys()
