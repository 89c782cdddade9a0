"""One worker: leases changes, sends them, and records what became of each.

Every step is one short transaction that changes a row only if it is still as it was read, so that
any number of workers may run, and any of them may be killed anywhere:

- killed before sending: the lease ends, the record is read, the change is not there, it is sent;
- killed after sending, or the answer lost: the record is read, the change is there, it is done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, text, update
from sqlalchemy.orm import Session

from connectors.base import Sink, WriteItem, WriteResult, is_blind
from connectors.outbox.compare import differences
from connectors.outbox.destination import Destination
from connectors.outbox.drift import spare_edits
from connectors.outbox.due import take_due
from connectors.outbox.pause import is_paused
from connectors.outbox.payload import Payload, decode
from connectors.outbox.rows import (
    DEAD,
    EXHAUSTED,
    FAILED,
    FATE_UNKNOWN,
    LEASED,
    PENDING,
    REFUSED,
    SENT,
    UNKNOWN,
    arrival,
    move,
    move_arrived,
)
from talentloop.errors import SourceAuthError, SourceError, TalentLoopError
from talentloop.logs import scrub
from talentloop.ops import session
from talentloop.ops.models import OutboxRow
from talentloop.ops.owner import has_died, new_owner
from talentloop.settings import Settings

_LOCK_KEY = 7_206_101  # PostgreSQL advisory lock: leases are given out one batch at a time
_LONGEST_ERROR = 500


@dataclass
class DeliverResult:
    """What a run delivered.

    Attributes:
        sent: changes that the system took.
        refused: changes that it refused for business reasons; not sent again by themselves.
        dead: changes given up after too many attempts.
        retried: deliveries that failed in transport, to be tried again.
        unknown: deliveries whose answer was lost, to be read back.
        recovered: changes found there although no answer, or no worker, had told so.
        spared: changes dropped because people had edited the fields that they set.
        waiting: changes that could have gone and had not when the run ended.
        scheduled: changes whose time has not come, or that wait for others to be delivered first.
        blocked: changes held because one that they depend on stopped.
        paused: whether a person has paused the destination.
    """

    sent: int = 0
    refused: int = 0
    dead: int = 0
    retried: int = 0
    unknown: int = 0
    recovered: int = 0
    spared: int = 0
    waiting: int = 0
    scheduled: int = 0
    blocked: int = 0
    paused: bool = False


class Worker:
    """Delivers one destination's changes through one sink."""

    def __init__(self, settings: Settings, config: Destination, sink: Sink) -> None:
        self.settings = settings
        self.destination = config.name
        self._config = config
        self._sink = sink
        self._owner = new_owner()
        self._batch = min(config.batch_size, sink.batch_size)
        # What cannot be read back is leased call by call: a killed worker then leaves little whose
        # fate nobody knows.
        self._window = self._batch if is_blind(sink) else config.batch_size
        self._leased_until = settings.clock.now()
        self.result = DeliverResult()
        self.trouble = ""  # what the last failure in transport said

    def take_over(self) -> None:
        """Turn leases that ran out, or whose worker died, into open questions."""
        now = self.settings.clock.now()
        with session(self.settings) as db:
            for row in db.scalars(self._rows(LEASED)).all():
                if row.lease_until is None or row.lease_until <= now or has_died(row.lease_owner):
                    move(
                        db, row, now, expect=(LEASED,), state=UNKNOWN, next_at=now, **_FREE,
                        last_error="The worker that held this ended before it could tell.",
                    )  # fmt: skip

    def settle(self) -> bool:
        """Decide changes whose fate is unknown: read back, or do as the sink says where it cannot.

        Returns:
            False when they could not be read; they are asked about again later.

        Raises:
            TalentLoopError: the system takes nothing from us at all.
        """
        now = self.settings.clock.now()
        with session(self.settings) as db:
            due = self._rows(UNKNOWN).where(OutboxRow.next_at <= now).order_by(OutboxRow.id)
            rows = db.scalars(due.limit(self._window)).all()
        for operation in sorted({row.operation for row in rows}):
            some = [row for row in rows if row.operation == operation]
            if is_blind(self._sink):
                harmless = self._sink.repeat_is_harmless(operation)
                self._decide_blindly(some, harmless=harmless)
                continue
            try:
                found = self._sink.read_back(operation, [row.entity_key for row in some])
            except SourceError as error:
                if isinstance(error, SourceAuthError):
                    raise
                self.trouble = scrub(error.what)[:_LONGEST_ERROR]
                self._keep_asking(some)
                return False
            self._decide(some, found)
        return True

    def _decide_blindly(self, rows: Sequence[OutboxRow], *, harmless: bool) -> None:
        now = self.settings.clock.now()
        with session(self.settings) as db:
            for row in rows:
                if not harmless:
                    values = {"reason_code": FATE_UNKNOWN, "last_error": _NOBODY_KNOWS}
                    self.result.dead += move(db, row, now, expect=(UNKNOWN,), state=DEAD, **values)
                elif row.attempts >= self._config.max_attempts:
                    self._give_up(db, row, now, UNKNOWN)
                else:
                    move(db, row, now, expect=(UNKNOWN,), state=PENDING, next_at=now)

    def _decide(self, rows: Sequence[OutboxRow], found: Mapping[str, Mapping[str, Any]]) -> None:
        now = self.settings.clock.now()
        with session(self.settings) as db:
            for row in rows:
                there = found.get(row.entity_key)
                if there is not None and not differences(decode(row.payload_json), there):
                    values = {"last_error": None, **arrival(row, now)}
                    done = move(db, row, now, expect=(UNKNOWN,), state=SENT, **values)
                    self.result.recovered += done
                elif row.attempts >= self._config.max_attempts:
                    self._give_up(db, row, now, UNKNOWN)
                else:
                    move(db, row, now, expect=(UNKNOWN,), state=PENDING, next_at=now)

    def _keep_asking(self, rows: Sequence[OutboxRow]) -> None:
        now = self.settings.clock.now()
        with session(self.settings) as db:
            for row in rows:
                if row.attempts >= self._config.max_attempts:
                    self._give_up(db, row, now, UNKNOWN)
                else:
                    later = now + self._wait(row, None)
                    move(db, row, now, expect=(UNKNOWN,), next_at=later, attempts=row.attempts + 1)

    def lease(self, most: int) -> list[OutboxRow]:
        """Take changes that are due, of one operation and at most one for each record.

        A record with a change in flight, of whatever operation, waits.
        """
        now = self.settings.clock.now()
        with session(self.settings) as db:
            if db.get_bind().dialect.name == "postgresql":
                db.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
            if is_paused(db, self._config.name):
                self.result.paused = True
                return []
            due = take_due(db, self._config, now, min(most, self._window))
            db.execute(
                update(OutboxRow)
                .where(OutboxRow.id.in_([row.id for row in due]), OutboxRow.state == PENDING)
                .values(
                    state=LEASED, lease_owner=self._owner, lease_until=now + self._config.lease,
                    attempts=OutboxRow.attempts + 1, updated_at=now,
                )
                .execution_options(synchronize_session=False)
            )  # fmt: skip
        self._leased_until = now + self._config.lease
        with session(self.settings) as db:
            mine = self._rows(LEASED).where(OutboxRow.lease_owner == self._owner)
            return list(db.scalars(mine.order_by(OutboxRow.id)).all())

    def is_paused(self) -> bool:
        """Whether a person has stopped this destination."""
        with session(self.settings) as db:
            self.result.paused = is_paused(db, self._config.name)
        return self.result.paused

    def deliver(self, rows: Sequence[OutboxRow]) -> bool:
        """Send leased changes, call by call, and record what became of them.

        Returns:
            False when nothing of a call arrived; what was left then waits as before.

        Raises:
            TalentLoopError: the system takes nothing from us at all (credentials, quota,
                configuration); the changes wait as before.
        """
        left = list(rows)
        while left:
            call, left = left[: self._batch], left[self._batch :]
            try:
                arrived = self._deliver_call(call)
            except BaseException:
                self._hand_back(left)
                raise
            if not arrived or self.result.paused:
                self._hand_back(left)
                return arrived
            left = self._still_mine(left)
        return True

    def _deliver_call(self, rows: Sequence[OutboxRow]) -> bool:
        try:
            items = spare_edits(self.settings, self._config, self._sink, rows)
        except SourceError as error:
            if isinstance(error, SourceAuthError):
                self._hand_back(rows)
                raise
            self._record([(row, _unsent(row, error)) for row in rows])
            return False
        self.result.spared += len(rows) - len(items)
        try:
            results = self._send(rows[0].operation, items)
        except TalentLoopError:
            self._hand_back(rows)
            raise
        except BaseException:  # a defect, or an interrupt, in the middle of sending
            self._record([(row, _lost(row)) for row in rows])
            raise
        self._record(results)
        return not items or any(found.state in ("sent", "refused") for _, found in results)

    def _still_mine(self, rows: list[OutboxRow]) -> list[OutboxRow]:
        """The changes still to send, their lease renewed when half of it is over."""
        now = self.settings.clock.now()
        if not rows or self._leased_until - now > self._config.lease / 2:
            return rows
        self._leased_until = now + self._config.lease
        with session(self.settings) as db:
            kept = db.scalars(
                update(OutboxRow)
                .where(
                    OutboxRow.id.in_([row.id for row in rows]),
                    OutboxRow.state == LEASED,
                    OutboxRow.lease_owner == self._owner,
                )
                .values(lease_until=self._leased_until)
                .returning(OutboxRow.id)
                .execution_options(synchronize_session=False)
            ).all()
        return [row for row in rows if row.id in set(kept)]

    def _send(
        self, operation: str, items: Sequence[tuple[OutboxRow, Payload]]
    ) -> list[tuple[OutboxRow, WriteResult]]:
        if not items:
            return []
        batch = [WriteItem(row.idem_key, row.entity_key, payload) for row, payload in items]
        found = {r.idempotency_key: r for r in self._sink.write(operation, batch)}
        return [(row, found.get(row.idem_key, _lost(row))) for row, _ in items]

    def _record(self, results: Iterable[tuple[OutboxRow, WriteResult]]) -> None:
        now = self.settings.clock.now()
        with session(self.settings) as db:
            self.result.paused = is_paused(db, self._config.name)
            told = list(results)
            self._sent(db, [(row, r.remote_ref) for row, r in told if r.state == "sent"], now)
            for row, found in told:
                if found.state != "sent":
                    getattr(self, f"_{found.state}")(db, row, found, now)

    def _sent(self, db: Session, rows: Sequence[tuple[OutboxRow, str]], now: datetime) -> None:
        self.result.sent += move_arrived(db, rows, now)

    def _refused(self, db: Session, row: OutboxRow, found: WriteResult, now: datetime) -> None:
        values = {"last_error": _words(found), "reason_code": REFUSED, **_FREE}
        self.result.refused += move(db, row, now, expect=(LEASED,), state=FAILED, **values)

    def _unknown(self, db: Session, row: OutboxRow, found: WriteResult, now: datetime) -> None:
        self.trouble = _words(found)
        values = {"next_at": now + self._config.settle, "last_error": self.trouble, **_FREE}
        self.result.unknown += move(db, row, now, expect=(LEASED,), state=UNKNOWN, **values)

    def _retry(self, db: Session, row: OutboxRow, found: WriteResult, now: datetime) -> None:
        self.trouble = row.last_error = _words(found)
        if row.attempts >= self._config.max_attempts:
            self._give_up(db, row, now, LEASED)
            return
        later = now + self._wait(row, found.retry_after_seconds)
        values = {"next_at": later, "last_error": self.trouble, **_FREE}
        self.result.retried += move(db, row, now, expect=(LEASED,), state=PENDING, **values)

    def _give_up(self, db: Session, row: OutboxRow, now: datetime, state: str) -> None:
        reason = f"Given up after {row.attempts} attempts. Last: {row.last_error}"
        values = {"last_error": reason[:_LONGEST_ERROR], "reason_code": EXHAUSTED, **_FREE}
        self.result.dead += move(db, row, now, expect=(state,), state=DEAD, **values)

    def _hand_back(self, rows: Sequence[OutboxRow]) -> None:
        """Undo a lease under which nothing was sent."""
        now = self.settings.clock.now()
        with session(self.settings) as db:
            for row in rows:
                move(
                    db, row, now, expect=(LEASED,), state=PENDING, attempts=row.attempts - 1,
                    **_FREE,
                )  # fmt: skip

    def _wait(self, row: OutboxRow, asked: float | None) -> timedelta:
        """How long to wait before the next attempt: doubling, spread by a fifth either way."""
        backoff = self._config.backoff_seconds
        seconds = min(backoff.longest, backoff.first * 2 ** max(0, row.attempts - 1))
        digest = hashlib.sha256(f"{row.idem_key}:{row.attempts}".encode()).digest()
        spread = 0.8 + 0.4 * digest[0] / 255
        return timedelta(seconds=max(seconds * spread, asked or 0.0))

    def _rows(self, state: str) -> Select[OutboxRow]:
        return select(OutboxRow).where(
            OutboxRow.destination == self._config.name, OutboxRow.state == state
        )


_NOBODY_KNOWS = (
    "Nobody can tell whether it arrived: the answer was lost, and the system cannot be read back. "
    "Look there; replay sends it again, confirm counts it as delivered."
)
_FREE: dict[str, None] = {"lease_owner": None, "lease_until": None}


def _lost(row: OutboxRow) -> WriteResult:
    return WriteResult(row.idem_key, "unknown", message="No answer about this change came back.")


def _unsent(row: OutboxRow, error: TalentLoopError) -> WriteResult:
    return WriteResult(row.idem_key, "retry", message=error.what)


def _words(found: WriteResult) -> str:
    """The system's own words, without what looks like a person's."""
    return scrub(found.message or "no reason given")[:_LONGEST_ERROR]
