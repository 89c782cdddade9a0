"""Running a report on a published version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from talentloop.errors import PublishError
from talentloop.metrics import load_metrics
from talentloop.reports.comparison import Comparison, compare_report
from talentloop.reports.operations import read_operations
from talentloop.reports.options import load_options
from talentloop.reports.parameters import resolve, used_in
from talentloop.reports.privacy import Cell, Row, protect_row
from talentloop.reports.registry import get_report, report_sql
from talentloop.reports.result import ReportMeta, ReportResult
from talentloop.reports.spec import ReportSpec
from talentloop.settings import Settings
from talentloop.warehouse import Published, list_versions, open_published


def run_report(
    settings: Settings,
    name: str,
    params: Mapping[str, object] | None = None,
    as_of: date | None = None,
    *,
    db: Published | None = None,
) -> ReportResult:
    """Run a registered report.

    Args:
        params: parameters by name, as texts or typed; left out ones take their default.
        as_of: read the newest published version whose data reach at most to this day (in the
            business time zone); default the current version. Reports about operations are live.
        db: an open published copy to read instead of opening one.

    Raises:
        ConfigError: an unknown report; a ParameterError for an unknown parameter or a value of the
            wrong kind.
        PublishError: nothing is published, or no version reaches back to `as_of`.
    """
    spec = get_report(name)
    if spec.origin == "operations":
        return _run_operations(settings, name, spec, params or {})
    if db is not None:
        return _run(settings, name, spec, params or {}, db)
    version = version_as_of(settings, as_of) if as_of is not None else None
    with open_published(settings, version) as opened:
        return _run(settings, name, spec, params or {}, opened)


def run_compared(
    settings: Settings,
    name: str,
    params: Mapping[str, object] | None = None,
    as_of: date | None = None,
) -> Comparison:
    """A report with its previous period and the year before beside each figure.

    Raises:
        ConfigError: as `run_report`, and when the report is not compared.
        PublishError: as `run_report`.
    """
    version = version_as_of(settings, as_of) if as_of is not None else None
    with open_published(settings, version) as db:

        def run(values: Mapping[str, object]) -> ReportResult:
            return run_report(settings, name, values, db=db)

        return compare_report(settings, run(params or {}), run)


def _run_operations(
    settings: Settings, name: str, spec: ReportSpec, params: Mapping[str, object]
) -> ReportResult:
    now = settings.clock.now()
    values = resolve(name, spec, params, now, load_options(settings).time_zone)
    rows = read_operations(settings, name, values)
    if rows:
        _check_columns(name, spec, list(rows[0]))
    meta = ReportMeta(name, spec, "", now, now, False, values, load_metrics(settings).version, now)
    return ReportResult(spec.columns, rows, meta)


def version_as_of(settings: Settings, day: date) -> str:
    """The newest published version whose data reach at most to the end of a day.

    Raises:
        PublishError: every version that is still kept is younger; names those there are.
    """
    zone = load_options(settings).zone
    versions = list_versions(settings)
    fitting = [v for v in versions if v.as_of.astimezone(zone).date() <= day]
    if fitting:
        return max(fitting, key=lambda v: (v.as_of, v.published_at)).version
    kept = ", ".join(f"{v.as_of.astimezone(zone):%Y-%m-%d} ({v.version})" for v in versions)
    raise PublishError(
        f"No published version reaches back to {day}",
        where=str(settings.published_dir),
        remedy=f"Choose one of: {kept}." if kept else "Publish first: `talentloop publish`.",
    )


def _run(
    settings: Settings, name: str, spec: ReportSpec, params: Mapping[str, object], db: Published
) -> ReportResult:
    values = resolve(name, spec, params, db.as_of, load_options(settings).time_zone)
    sql = report_sql(name)
    table = db.sql(sql, used_in(sql, {**values, "zone": load_options(settings).time_zone}))
    _check_columns(name, spec, table.column_names)
    rows: list[Row] = [
        protect_row({key: _plain(value) for key, value in row.items()}, spec.columns)
        for row in table.to_pylist()
    ]
    meta = ReportMeta(
        name=name,
        spec=spec,
        version=db.version,
        as_of=db.as_of,
        published_at=db.published_at,
        is_simulated=db.is_simulated,
        parameters=values,
        registry_version=load_metrics(settings).version,
        generated_at=settings.clock.now(),
    )
    return ReportResult(spec.columns, rows, meta)


def _check_columns(name: str, spec: ReportSpec, found: list[str]) -> None:
    if found != list(spec.columns):
        raise PublishError(
            f"Report {name} gives the columns {', '.join(found)}, not those it declares",
            where=f"talentloop/reports/specs/{name}.yml",
            remedy=f"Declared are: {', '.join(spec.columns)}. Bring file and query together.",
        )


def _plain(value: Any) -> Cell:
    """A database value as a plain Python one: whole decimals as int, others as float."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    plain: Cell = value
    return plain
