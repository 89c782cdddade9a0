"""Checks at the doors out: features before a model sees them, predictions and exports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from expectations.outcome import BatchRun, CheckReport, SuiteRun
from expectations.policy import load_policy
from expectations.rules import Batch
from expectations.store import keep_results, report
from expectations.tables import EXPORTS, FEATURES, TableSpec, feature_table
from talentloop.contracts import ENTITIES
from talentloop.errors import CheckFailedError, ConfigError
from talentloop.ids import new_load_id
from talentloop.settings import Settings
from talentloop.warehouse import Published, open_published

if TYPE_CHECKING:
    from expectations.gate import Gate

_PUBLISHED = "published"


def check_features(settings: Settings, model_name: str) -> CheckReport:
    """Check a model's feature table in the published copy, before training or scoring.

    Raises:
        CheckFailedError: it must not be used.
        PublishError: nothing has been published.
    """
    spec = feature_table(model_name)
    with open_published(settings) as db:
        rows = db.sql(f"select * from {spec.name}")
        batch = _batch(settings, db, rows)
        gate = _gate(settings)
        suites = _feature_suites(gate, model_name, spec, rows, batch, db)
    return _finish(settings, gate, [BatchRun(spec.name, _PUBLISHED, batch.load_id, suites)])


def _feature_suites(
    gate: Gate, model_name: str, spec: TableSpec, rows: pa.Table, batch: Batch, db: Published
) -> tuple[SuiteRun, ...]:
    from expectations.engine import gx
    from expectations.frames import to_frame
    from expectations.leak import label_expectations, label_facts
    from expectations.table_suite import feature_rules, table_suite

    frame = to_frame(rows)
    name = {"entity": spec.name, "source": _PUBLISHED, "load_id": batch.load_id}
    suite = table_suite(spec, batch, feature_rules(db.as_of, batch))
    first = gate.validate(suite, frame, id_column="application_key", **name)
    if not first.success:
        return (first,)
    facts = label_facts(frame, FEATURES)
    expectations = list(label_expectations(model_name, facts, batch.policy))
    if not expectations:
        return (first,)
    judged = gx.ExpectationSuite(name=f"label.{spec.name}", expectations=expectations)
    return first, gate.validate(judged, facts, **name)


def check_exports(settings: Settings, destination: str) -> CheckReport:
    """Check what is about to be written back to an outside system.

    Raises:
        CheckFailedError: an export must not be sent.
        ConfigError: nothing is exported to this destination.
    """
    if destination not in EXPORTS:
        raise ConfigError(
            f"Nothing is exported to {destination}",
            where="expectations/tables.py",
            remedy="Known are: " + ", ".join(EXPORTS) + ".",
        )
    from expectations.frames import to_frame
    from expectations.table_suite import table_suite

    gate = _gate(settings)
    runs = []
    with open_published(settings) as db:
        for spec in EXPORTS[destination]:
            rows = db.sql(f"select * from {spec.name}")
            batch = _batch(settings, db, rows)
            name = {"entity": spec.name, "source": _PUBLISHED, "load_id": batch.load_id}
            done = gate.validate(
                table_suite(spec, batch), to_frame(rows), id_column="application_id", **name
            )
            runs.append(BatchRun(spec.name, _PUBLISHED, batch.load_id, (done,)))
    return _finish(settings, gate, runs)


def check_predictions(settings: Settings, table: pa.Table) -> CheckReport:
    """Check predictions before they land.

    Args:
        table: rows in the columns of `contracts.Prediction`.

    Raises:
        CheckFailedError: they must not land.
    """
    from expectations.frames import to_frame
    from expectations.suites import prediction_suite

    gate = _gate(settings)
    source = str(table["source"][0]) if "source" in table.column_names and len(table) else "none"
    policy = load_policy(settings)
    batch = Batch(table.num_rows, source, gate.run_id, settings.clock.now(), policy)
    done = gate.validate(
        prediction_suite(table, batch),
        to_frame(table, ENTITIES["prediction"]),
        entity="prediction",
        source=source,
        load_id=gate.run_id,
    )
    return _finish(settings, gate, [BatchRun("prediction", source, gate.run_id, (done,))])


def _batch(settings: Settings, db: Published, rows: pa.Table) -> Batch:
    return Batch(rows.num_rows, _PUBLISHED, db.version, db.as_of, load_policy(settings))


def _gate(settings: Settings) -> Gate:
    from expectations.gate import Gate

    return Gate(settings, run_id=new_load_id(settings.clock), run_at=settings.clock.now())


def _finish(settings: Settings, gate: Any, runs: Sequence[BatchRun]) -> CheckReport:
    for run in runs:
        keep_results(settings, gate.run_id, run)
        report(settings, run, f"{run.entity} before it goes out")
    gate.docs.build(load_policy(settings).docs_keep)
    result = CheckReport(gate.run_id, runs)
    if result.failed:
        first = result.failed[0]
        raise CheckFailedError(
            f"{first.entity} failed its checks: {first.summary}",
            where=f"{first.source} {first.load_id}",
            remedy="See the data docs on the quality page; nothing was sent or trained.",
        )
    return result
