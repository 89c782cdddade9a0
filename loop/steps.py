"""The steps of the loop: each wraps one engine, records its run, and returns its counts.

The DAGs, the command line and the tests call these same functions. Engines are imported inside,
so that a DAG file parses without loading Great Expectations, xgboost or MLflow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from talentloop import ops
from talentloop.errors import CheckFailedError, DeliveryError
from talentloop.landing import LandingZone
from talentloop.ops.loads import is_waiting
from talentloop.ops.models import ModelAlias
from talentloop.ops.steps import last_run, step
from talentloop.settings import Settings

Counts = dict[str, Any]
Progress = Callable[[str], None]


def run_init(settings: Settings) -> None:
    """Set up all state: the operations database, the landing zone, the folders."""
    ops.migrate(settings)
    LandingZone(settings).prepare()


def run_ingest(
    settings: Settings,
    source: str,
    *,
    full: bool = False,
    path: Path | None = None,
    progress: Progress | None = None,
) -> Counts:
    """Pull what changed in a source and land it.

    Args:
        source: a configured source, or the path of a source file.
        full: read everything again, and mark what the source no longer has as deleted.
        path: folder of a file source, where its file leaves it open.
    """
    from connectors.ingest import ingest

    with step(settings, f"ingest:{source}") as counts:
        result = ingest(settings, source, full=full, path=path, progress=progress)
        counts.update(result.totals())
        counts["news"] = result.news()
    return counts


def run_check(settings: Settings) -> Counts:
    """Check every landed load that waits for it.

    Raises:
        CheckFailedError: a load failed; it stays out of the warehouse until corrected.
    """
    from expectations import check_pending

    with step(settings, "check") as counts:
        report = check_pending(settings)
        counts.update(checked=len(report.runs), failed=len(report.failed))
        if report.failed:
            first = report.failed[0]
            raise CheckFailedError(
                f"{len(report.failed)} of {len(report.runs)} checked loads failed",
                where=f"{first.entity} from {first.source}, load {first.load_id}: {first.summary}",
                remedy="See the data docs on the quality page. Correct at the source and ingest "
                "again, or `talentloop quarantine reject-load LOAD_ID`.",
            )
    return counts


def run_build(
    settings: Settings, *, full_refresh: bool = False, select: str | None = None
) -> Counts:
    """Build the warehouse from all checked loads."""
    from talentloop.warehouse import build

    with step(settings, "build") as counts:
        result = build(settings, full_refresh=full_refresh, select=select)
        counts.update(models=result.count("model"), tests=result.count("test"))
        counts["waiting"] = result.waiting
        counts["as_of"] = result.as_of.isoformat()
    return counts


def run_publish(settings: Settings) -> Counts:
    """Publish the last build."""
    from talentloop.warehouse import publish

    with step(settings, "publish") as counts:
        done = publish(settings)
        counts.update(version=done.version, tables=len(done.tables), rows=sum(done.tables.values()))
    return counts


def run_freeze(
    settings: Settings, month: date | None = None, *, progress: Progress | None = None
) -> Counts:
    """Freeze the figures of a month that has ended, and log what changed in frozen months.

    Before the first publication there is nothing to freeze.
    """
    from talentloop.reports.freezing import freeze, note_restatements
    from talentloop.warehouse import list_versions

    with step(settings, "freeze") as counts:
        if month is None and not list_versions(settings):
            counts.update(frozen=0, restated=0, reason="nothing has been published yet")
            return counts
        frozen_month, frozen = freeze(settings, month, progress)
        counts.update(month=f"{frozen_month:%Y-%m}", frozen=frozen)
        counts["restated"] = note_restatements(settings)
    return counts


def run_train(settings: Settings, model: str) -> Counts:
    """Check a model's features, train it when its data changed, and promote it if it earned it."""
    from expectations import check_features
    from ml import train

    with step(settings, f"train:{model}") as counts:
        check_features(settings, model)
        result = train(settings, model)
        counts.update(skipped=result.skipped, reason=result.reason, promoted=result.promoted)
        counts["version"] = result.version
        counts["news"] = _unheard_champion(settings, model)
    return counts


def _unheard_champion(settings: Settings, model: str) -> bool:
    """Whether the champion has not scored yet: new, or announced by a run that was killed."""
    champion = _champion(settings, model)
    scored = last_run(settings, f"score:{model}")
    heard = scored.counts.get("version") if scored else None
    return champion is not None and champion != heard


def _champion(settings: Settings, model: str) -> str | None:
    with ops.session(settings) as db:
        alias = db.get(ModelAlias, (model, "champion"))
    return alias.model_version if alias else None


def run_score(settings: Settings, model: str) -> Counts:
    """Score with a model's champion and land what changed."""
    with step(settings, f"score:{model}") as counts:
        if _champion(settings, model) is None:
            counts.update(reason="there is no champion yet", news=False)
            return counts
        from expectations import check_features
        from ml import score

        check_features(settings, model)
        result = score(settings, model)
        counts.update(rows=result.rows, landed=result.landed, reason=result.reason)
        counts["version"] = result.model_version
        counts["news"] = bool(result.landed) or is_waiting(settings, "prediction")
    return counts


def run_resolve_identity(settings: Settings) -> Counts:
    """Compare the records of the published copy, land the links that changed, propose doubtful
    pairs; records, rule and decisions that are what they were are not compared again."""
    from ml.identity import resolve

    last = last_run(settings, "resolve_identity")
    with step(settings, "resolve_identity") as counts:
        result = resolve(settings, seen_version=last.counts.get("version") if last else None)
        counts.update(records=result.records, auto=result.auto, proposed=result.proposed)
        counts.update(landed=result.landed, reason=result.reason, version=result.data_version)
        # A person's decision lands links by itself, and announces nothing.
        counts["news"] = bool(result.landed) or is_waiting(settings, "person_link")
    return counts


def run_retention(settings: Settings, *, only_count: bool = False) -> Counts:
    """Delete personal data about interviews that has served; or only count it."""
    from talentloop.ops.retention import delete_outlived

    if only_count:
        return asdict(delete_outlived(settings, only_count=True))
    with step(settings, "retention") as counts:
        counts.update(asdict(delete_outlived(settings)))
    return counts


def run_deliver(settings: Settings, destination: str) -> Counts:
    """Queue what changed since the last delivery, and deliver what is due."""
    from connectors.outbox import deliver, enqueue, load_destination
    from expectations import check_exports

    operations = load_destination(settings, destination).operations.values()
    with step(settings, f"deliver:{destination}") as counts:
        if any(operation.export for operation in operations):
            check_exports(settings, destination)
        queued = enqueue(settings, destination)
        sent = deliver(settings, destination)
        counts.update(queued=queued.queued, withdrawn=queued.withdrawn, **vars(sent))
        if (sent.waiting and not sent.paused) or sent.dead:
            raise DeliveryError(
                f"{sent.waiting} changes still wait and {sent.dead} were given up",
                where=f"outbox of {destination}",
                remedy="What waits is tried again by itself. What was given up: read the reasons "
                "with `talentloop outbox list --state DEAD`, then `talentloop outbox replay`.",
            )
    return counts


def run_reconcile(settings: Settings, destination: str) -> Counts:
    """Read back what was sent and compare."""
    from connectors.outbox import reconcile

    with step(settings, f"reconcile:{destination}") as counts:
        result = reconcile(settings, destination)
        counts.update(match=result.match, drift=result.drift, missing=result.missing)
    return counts


def source_names(settings: Settings) -> list[str]:
    """Configured sources."""
    from connectors.registry import list_sources

    return [source.name for source in list_sources(settings)]


def model_names(settings: Settings) -> list[str]:
    """Configured models: one file each under `config/models/`."""
    return sorted(path.stem for path in (settings.config / "models").glob("*.yml"))


def destination_names(settings: Settings) -> Sequence[str]:
    """Configured destinations of the write-back."""
    return sorted(path.stem for path in (settings.config / "destinations").glob("*.yml"))
