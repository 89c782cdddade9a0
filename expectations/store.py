"""Outcomes in the operations database: results, the state of loads, incidents."""

from __future__ import annotations

from expectations.outcome import BatchRun
from talentloop.ops import session
from talentloop.ops.incidents import open_incident, resolve_incident
from talentloop.ops.loads import mark_checked
from talentloop.ops.models import CheckResult
from talentloop.settings import Settings

INCIDENT_KIND = "check_failed"


def keep_results(settings: Settings, run_id: str, batch: BatchRun) -> None:
    """Store one row per suite of a batch."""
    now = settings.clock.now()
    with session(settings) as db:
        for suite in batch.suites:
            db.add(
                CheckResult(
                    run_id=run_id,
                    suite=suite.suite,
                    entity=suite.entity,
                    source=suite.source,
                    load_id=suite.load_id,
                    success=suite.success,
                    evaluated=suite.evaluated,
                    failed=len(suite.critical),
                    failures_json=suite.failures_json(),
                    docs_path=suite.docs_path,
                    checked_at=now,
                )
            )


def keep_load(settings: Settings, run_id: str, batch: BatchRun) -> None:
    """Store a load's results, then its state, then open or close its incident.

    A kill in between leaves the load waiting, so the next run checks it again.
    """
    keep_results(settings, run_id, batch)
    state = "passed" if batch.success else "failed"
    mark_checked(settings, batch.load_id, batch.entity, state, batch.summary)
    report(settings, batch, f"load {batch.load_id} of {batch.entity} from {batch.source}")


def report(settings: Settings, batch: BatchRun, place: str) -> None:
    """Open an incident for a failed batch; close the one that a passing batch had."""
    if batch.success:
        resolve_incident(
            settings, kind=INCIDENT_KIND, where=place, resolution="The checks pass now."
        )
        return
    open_incident(
        settings,
        kind=INCIDENT_KIND,
        where=place,
        title=f"Checks failed: {batch.entity} from {batch.source}",
        detail=batch.summary,
        remedy="See the data docs. Correct at the source and ingest again, or set the load aside "
        "with `talentloop quarantine reject-load`. The published copy keeps serving.",
    )
