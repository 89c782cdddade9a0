"""Delivering under a fault: effects at the stand-in, against those of an undisturbed delivery."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from connectors.fault_matrix.cells import FAULTS, Cell
from connectors.fault_matrix.pull import note_hits
from connectors.fault_matrix.systems import Trial
from connectors.outbox import EnqueueResult, deliver, load_destination, reconcile, replay
from connectors.outbox.changes import Queue
from connectors.outbox.destination import Destination, Operation
from connectors.outbox.rows import APPLIED, CONFIRMED, FAILED, SUPERSEDED, WAITING
from talentloop.errors import TalentLoopError
from talentloop.landing import LandingZone
from talentloop.ops import session
from talentloop.ops.models import OutboxRow
from talentloop.settings import Settings

#: (collection, fields) → how often a record of it was really changed.
Effects = Counter[tuple[str, tuple[str, ...]]]
_RECORDS = 12
_RUNS = 8
_SCORED_AT = datetime(2026, 10, 20, 8, 30, tzinfo=UTC)


def application_keys(settings: Settings, source: str) -> list[tuple[str, str]]:
    """(application, candidate) of some open applications that were pulled."""
    columns = ["source_id", "candidate_id", "status_code", "load_id"]
    rows = LandingZone(settings).read("application", source=source, columns=columns).to_pylist()
    newest = {row["source_id"]: row for row in sorted(rows, key=lambda row: row["load_id"])}
    open_ones = [row for row in newest.values() if row["status_code"] == "open"]
    return [(row["source_id"], row["candidate_id"]) for row in open_ones[:_RECORDS]]


def queue(trial: Trial, keys: list[tuple[str, str]], shift: float = 0) -> None:
    """Queue results for some applications, as the loop does from the published copy.

    Args:
        shift: restates every score, so that each record has something new to be told.
    """
    config = _destination(trial)
    for name, operation in config.operations.items():
        if operation.export is not None:
            rows = [_row(operation, key, number, shift) for number, key in enumerate(keys)]
            Queue(trial.settings, config, name, EnqueueResult()).take(rows)


def _destination(trial: Trial) -> Destination:
    if trial.system.destination is None:
        raise AssertionError(f"nothing is delivered to {trial.system.name}")
    return load_destination(trial.settings, trial.system.destination)


def _row(operation: Operation, key: tuple[str, str], number: int, shift: float) -> dict[str, Any]:
    """A row of an export, in the columns that the operation reads."""
    row = {column: _value(column, number, shift) for column in operation.columns}
    row.update({name: value for name, value in operation.where.items() if name in row})
    application, candidate = key
    joined = operation.key != "application_id"
    row[str(operation.key)] = f"{candidate}|{application}" if joined else application
    return row


def _value(column: str, number: int, shift: float) -> Any:
    if column.startswith("is_"):
        return True
    if column.startswith("n_"):
        return 2
    if column.endswith("_at"):
        return _SCORED_AT
    if column.endswith("_0_100"):
        return 60.0 + number + shift
    if column in ("probability", "lower", "upper"):
        return 0.5 + number / 100 + shift / 1000
    return "1"


def effects(trial: Trial) -> Effects:
    """What was really changed at the stand-in so far."""
    found: Effects = Counter()
    for effect in trial.state()["effects"]:
        found[effect["collection"], tuple(effect["fields"])] += effect["times"]
    return found


def work_off(trial: Trial, cell: Cell) -> None:
    """Deliver as a scheduler would, until nothing waits; at last with the fault gone."""
    destination = str(trial.system.destination)
    for run in range(_RUNS):
        try:
            cell.settled += deliver(trial.settings, destination).unknown
        except TalentLoopError:
            cell.stopped += 1
        if not _count(trial, WAITING):
            break
        if run == _RUNS - 2:
            note_hits(trial, cell)
            trial.faults()


def finish(trial: Trial, cell: Cell, expected: Effects) -> Cell:
    """Faults off, refused changes replayed, everything read back; then count the effects."""
    destination = str(trial.system.destination)
    note_hits(trial, cell)
    trial.faults()
    refused = _count(trial, (FAILED,))
    if refused:
        cell.note = f"{refused} refused with a reason, replayed"
    replay(trial.settings, by="fault matrix", destination=destination, refused=True)
    work_off(trial, cell)
    reconcile(trial.settings, destination)
    found = effects(trial)
    cell.expected = sum(expected.values())
    cell.lost = sum((expected - found).values())
    cell.twice = sum((found - expected).values())
    unproven = _count(trial, None) - _count(trial, (CONFIRMED,))
    if unproven:
        readable = _count(trial, APPLIED)
        cell.note = f"{cell.note} {unproven} not confirmed".strip()
        cell.lost += _count(trial, None) - readable
    return cell


def under_switches(trial: Trial, fault: str, keys: Any, expected: Effects) -> Cell:
    """A delivery while the stand-in misbehaves."""
    switches = FAULTS[fault].switches
    counted = any(name.endswith("_every") for name in switches)
    cell = Cell(fired=0 if counted else None)
    queue(trial, keys)
    trial.faults(**switches)
    work_off(trial, cell)
    return finish(trial, cell, expected)


def by_two_workers(trial: Trial, keys: Any, expected: Effects) -> Cell:
    """Queued twice, delivered by two workers at once, and once more."""
    cell = Cell(note="two workers at once")
    queue(trial, keys)
    queue(trial, keys)
    cells = [Cell(), Cell()]
    workers = [threading.Thread(target=work_off, args=(trial, part)) for part in cells]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    queue(trial, keys)
    work_off(trial, cell)
    return finish(trial, cell, expected)


def without_name(trial: Trial, keys: Any, expected: Effects) -> Cell:
    """A delivery while the name of the host leads nowhere, and one when it is back."""
    cell = Cell()
    queue(trial, keys)
    with trial.dead_dns():
        try:
            deliver(trial.settings, str(trial.system.destination), patience_seconds=0)
        except TalentLoopError:
            cell.stopped += 1
    work_off(trial, cell)
    return finish(trial, cell, expected)


def renamed(trial: Trial, keys: Any, expected: Effects) -> Cell:
    """A delivery while a field that it sets has another name there."""
    config = _destination(trial)
    operation = next(o for o in config.operations.values() if o.export is not None)
    field = f"{operation.entity}.{next(iter(operation.fields))}"
    cell = Cell()
    queue(trial, keys)
    trial.faults(**{f"rename:{field}": "renamed_by_vendor"})
    try:
        deliver(trial.settings, str(trial.system.destination), patience_seconds=0)
    except TalentLoopError:
        cell.stopped += 1
    return finish(trial, cell, expected)


def _count(trial: Trial, states: tuple[str, ...] | None) -> int:
    query = select(func.count()).select_from(OutboxRow).where(OutboxRow.state != SUPERSEDED)
    if states is not None:
        query = query.where(OutboxRow.state.in_(states))
    with session(trial.settings) as db:
        return db.scalar(query) or 0
