"""Pulling under a fault: what landed, against what an undisturbed pull lands."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import delete, func, select

from connectors.fault_matrix.cells import FAULTS, Cell
from connectors.fault_matrix.systems import Trial
from connectors.ingest import ingest
from connectors.mapping import load_mapping
from connectors.registry import find_source
from talentloop.contracts import ENTITIES
from talentloop.errors import TalentLoopError
from talentloop.landing import LandingZone
from talentloop.ops import session
from talentloop.ops.models import Cursor, QuarantineRow
from talentloop.settings import Settings

#: (entity, source id) → hash of what landed last.
Landed = dict[tuple[str, str], str]
_RUNS = 6


def landed(settings: Settings, source: str) -> Landed:
    """The newest landed version of every record of a source."""
    zone = LandingZone(settings)
    return {
        (entity, row["source_id"]): row["payload_hash"]
        for entity in ENTITIES
        for row in zone.newest_hashes(entity, source).to_pylist()
    }


def repeated(settings: Settings, source: str) -> int:
    """Record versions that landed more than once."""
    zone, twice = LandingZone(settings), 0
    for entity in ENTITIES:
        columns = ["source_id", "payload_hash"]
        rows = zone.read(entity, source=source, columns=columns).to_pylist()
        versions = Counter((row["source_id"], row["payload_hash"]) for row in rows)
        twice += sum(count - 1 for count in versions.values())
    return twice


def pull(trial: Trial, cell: Cell, *, full: bool = False) -> None:
    """Run ingest as a scheduler would, until it succeeds; at last with the fault gone."""
    for run in range(_RUNS):
        try:
            ingest(trial.settings, trial.system.name, full=full)
            return
        except TalentLoopError:
            cell.stopped += 1
            if run == _RUNS - 2:
                note_hits(trial, cell)
                trial.faults()
    raise AssertionError(f"{trial.system.name} could not be pulled with its faults off")


def note_hits(trial: Trial, cell: Cell) -> None:
    """Add up how often the faults have fired, before they are switched off."""
    if cell.fired is not None:
        cell.fired += sum(trial.state()["fired"].values())


def compared(trial: Trial, cell: Cell, expected: Landed) -> Cell:
    """Compare what landed with what should have."""
    name = trial.system.name
    found = landed(trial.settings, name)
    cell.expected = len(expected)
    cell.lost = sum(found.get(key) != digest for key, digest in expected.items())
    cell.twice = repeated(trial.settings, name)
    return cell


def under_switches(trial: Trial, fault: str, expected: Landed, *, often: bool = False) -> Cell:
    """A pull while the stand-in misbehaves.

    Args:
        often: misbehave twice as often, for a system that is asked seldom.
    """
    switches = {
        name: value // 2 if often and name.endswith("_every") else value
        for name, value in FAULTS[fault].switches.items()
    }
    counted = any(name.endswith("_every") or name == "duplicate_rows" for name in switches)
    cell = Cell(fired=0 if counted else None)
    trial.faults(**switches)
    pull(trial, cell)
    note_hits(trial, cell)
    trial.faults()
    if fault == "page_drift" and not cell.fired:
        return Cell(applies=False, note="every list is read in one page")
    return compared(trial, cell, expected)


def next_day_under_skew(trial: Trial, fault: str, expected: Landed) -> Cell:
    """Two pulls, a day apart, from a tenant whose clock is wrong; ours is weeks away anyway."""
    cell = Cell()
    trial.faults(**FAULTS[fault].switches)
    pull(trial, cell)
    trial.advance(1)
    pull(trial, cell)
    late = compared(trial, cell, expected).lost
    if late:
        # Some lists have no filter for changes: what was corrected later than they are read again,
        # the periodic full read finds. It must find all of it.
        pull(trial, cell, full=True)
        cell.note = f"{late} old corrections seen by the full read only"
    return compared(trial, cell, expected)


def read_twice(trial: Trial, expected: Landed) -> Cell:
    """The same records again: cursors gone, then a full read."""
    cell = Cell()
    pull(trial, cell)
    with session(trial.settings) as db:
        db.execute(delete(Cursor))
    pull(trial, cell)
    pull(trial, cell, full=True)
    return compared(trial, cell, expected)


def without_name(trial: Trial, expected: Landed) -> Cell:
    """A pull while the name of the host leads nowhere, and one when it is back."""
    cell = Cell(note="named, and nothing landed meanwhile")
    with trial.dead_dns():
        try:
            ingest(trial.settings, trial.system.name)
        except TalentLoopError:
            cell.stopped += 1
    if landed(trial.settings, trial.system.name) or not cell.stopped:
        cell.note = "the dead name was not noticed"
        cell.fired = 0
    pull(trial, cell)
    return compared(trial, cell, expected)


def required_fields(settings: Settings, source: str) -> list[str]:
    """`STREAM.FIELD` of source fields that required columns are made from, but no keys."""
    mapping = load_mapping(find_source(settings, source).mapping_file, settings)
    found = {}
    for stream, rules in mapping.streams.items():
        for record in rules.records:
            for plan in record.plans:
                is_key = plan.contract.name in ("source_id", "source_updated_at")
                if plan.path and plan.is_required and not is_key:
                    head = plan.path.partition("[")[0].partition(".")[0].partition("/")[0]
                    found[f"{stream}.{head}"] = True
    return list(found)


def renamed(trial: Trial, field: str, expected: Landed) -> Cell:
    """A pull after a required field got another name, and a full one when the mapping fits again."""
    cell = Cell(note=f"{field}: stopped or quarantined, and named")
    name = trial.system.name
    trial.faults(**{f"rename:{field}": "renamed_by_vendor"})
    try:
        ingest(trial.settings, name)
    except TalentLoopError:
        cell.stopped += 1
    with session(trial.settings) as db:
        noticed = db.scalar(select(func.count()).select_from(QuarantineRow)) or 0
    silent = landed(trial.settings, name) == expected
    if not cell.stopped and not noticed:
        if silent:
            return Cell(applies=False, note="the stand-in does not rename this field")
        cell.fired, cell.note = 0, f"{field} went without a word"
    trial.faults()
    pull(trial, cell, full=True)
    return compared(trial, cell, expected)
