"""Checking landed loads: which wait, what they hold, what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import obstore.exceptions
import pyarrow as pa

from expectations.outcome import BatchRun, CheckReport, Failure, SuiteRun
from expectations.policy import CheckPolicy, load_policy
from expectations.rules import Batch
from expectations.store import INCIDENT_KIND, keep_load
from talentloop.contracts import ENTITIES
from talentloop.errors import CheckFailedError
from talentloop.ids import new_load_id
from talentloop.landing import LandedFile, LandingZone
from talentloop.logs import get_logger
from talentloop.ops import audit
from talentloop.ops.cursors import list_cursors
from talentloop.ops.incidents import resolve_incident
from talentloop.ops.loads import adopt_orphans, loads, mark_checked
from talentloop.ops.models import Load
from talentloop.settings import Settings

if TYPE_CHECKING:
    from expectations.gate import Gate
    from expectations.landed import LandedHistory

log = get_logger(__name__)
Progress = Callable[[str], None]


def check_pending(settings: Settings, *, progress: Progress | None = None) -> CheckReport:
    """Check every load that waits, and again every load that failed before.

    A load that failed because something else had not landed yet passes once it has. A failing
    load raises nothing: it is marked, stays out of the warehouse, and is in the report.

    Raises:
        ConfigError: `config/checks.yml` is missing or wrong.
    """
    zone = LandingZone(settings)
    adopt_orphans(settings, zone.files())
    waiting = [load for load in loads(settings) if load.check_state in ("pending", "failed")]
    return _check(settings, zone, waiting, progress)


def recheck(settings: Settings, load_id: str) -> CheckReport:
    """Check one load again, whatever its state; for use after a correction.

    Raises:
        CheckFailedError: no such load is in the landing zone.
    """
    found = [load for load in _named(settings, load_id) if load.check_state != "rejected"]
    if not found:
        raise _unknown(load_id)
    return _check(settings, LandingZone(settings), found, None)


def reject_load(settings: Settings, load_id: str, reason: str, *, actor: str = "operator") -> int:
    """Take a load out of the way for good; its files are kept under `_rejected/`.

    The records it held are pulled again by the next full ingest of their source.

    Args:
        reason: why, for the audit trail; no personal data.
        actor: who decided.

    Returns:
        Number of files set aside.

    Raises:
        CheckFailedError: no such load is known.
    """
    found = _named(settings, load_id)
    if not found:
        raise _unknown(load_id)
    zone = LandingZone(settings)
    for load in found:
        # The state comes first: a kill before the move leaves a file that the build ignores.
        mark_checked(settings, load.load_id, load.entity, "rejected", reason)
        if any(file.path == load.path for file in zone.files(load.entity, load.source)):
            zone.set_aside(LandedFile(load.entity, load.source, load.load_id, load.path))
        resolve_incident(
            settings, kind=INCIDENT_KIND, where=_place(load), resolution=f"Set aside: {reason}"
        )
        detail = {"entity": load.entity, "source": load.source, "reason": reason}
        audit.record(settings, actor, "reject_load", load.load_id, detail)
    return len(found)


def _named(settings: Settings, load_id: str) -> list[Load]:
    return [load for load in loads(settings) if load.load_id == load_id]


def _place(load: Load) -> str:
    return f"load {load.load_id} of {load.entity} from {load.source}"


def _unknown(load_id: str) -> CheckFailedError:
    return CheckFailedError(
        "There is no such load to check or reject",
        where=f"load {load_id}",
        remedy="`talentloop status` and the quality page list the loads.",
    )


def _check(
    settings: Settings, zone: LandingZone, waiting: Sequence[Load], progress: Progress | None
) -> CheckReport:
    run_id = new_load_id(settings.clock)
    if not waiting:
        return CheckReport(run_id)
    from expectations.gate import Gate  # Great Expectations takes seconds to import
    from expectations.landed import LandedHistory

    policy = load_policy(settings)
    gate = Gate(settings, run_id=run_id, run_at=settings.clock.now())
    history = LandedHistory(zone)
    runs = []
    for load in waiting:
        run = _check_load(settings, zone, gate, history, load, policy)
        keep_load(settings, run_id, run)
        runs.append(run)
        if progress is not None:
            progress(f"{load.entity} from {load.source}: {run.summary}")
    gate.docs.build(policy.docs_keep)
    log.info("loads_checked", run=run_id, loads=len(runs), failed=sum(not r.success for r in runs))
    return CheckReport(run_id, runs)


def _check_load(
    settings: Settings,
    zone: LandingZone,
    gate: Gate,
    history: LandedHistory,
    load: Load,
    policy: CheckPolicy,
) -> BatchRun:
    from expectations.facts import gather
    from expectations.frames import to_frame
    from expectations.suites import entity_suite, facts_suite

    try:
        rows = zone.read(load.entity, source=load.source, load_id=load.load_id)
    except (
        OSError,
        ValueError,
        KeyError,
        pa.ArrowException,
        obstore.exceptions.BaseError,
    ) as error:
        return _unreadable(load, _problem(error))
    if load.rows >= 0 and rows.num_rows != load.rows:
        return _unreadable(load, f"{rows.num_rows} rows, {load.rows} landed")
    batch = Batch(
        rows=rows.num_rows,
        source=load.source,
        load_id=load.load_id,
        observed_at=_observed_at(settings, load),
        policy=policy,
    )
    facts = gather(load.entity, rows, batch, history)
    name = {"entity": load.entity, "source": load.source, "load_id": load.load_id}
    frame = to_frame(rows, ENTITIES[load.entity])
    suites = (
        gate.validate(entity_suite(load.entity, batch), frame, **name),
        gate.validate(facts_suite(load.entity, facts, batch), facts.frame(), **name),
    )
    return BatchRun(load.entity, load.source, load.load_id, suites)


def _problem(error: Exception) -> str:
    # Arrow's own messages may quote values; the schema mismatches among them name columns only.
    return str(error) if type(error) is ValueError else type(error).__name__


def _unreadable(load: Load, problem: str) -> BatchRun:
    failure = Failure(
        expectation="landed_file_to_be_readable",
        text=f"the landed file holds what was landed, in the contract's columns ({problem})",
        column="",
        severity="critical",
    )
    suite = SuiteRun(
        f"landing.{load.entity}", load.entity, load.source, load.load_id, 1, (failure,)
    )
    return BatchRun(load.entity, load.source, load.load_id, (suite,))


def _observed_at(settings: Settings, load: Load) -> datetime:
    """The source's own clock at its last read; our clock for sources without cursors."""
    seen = [c.watermark for c in list_cursors(settings) if c.source == load.source]
    return max(seen, default=load.landed_at)
