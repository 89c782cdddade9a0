"""Running a report on a published version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
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
from talentloop.warehouse import Published, open_as_of, open_published
from talentloop.warehouse.as_of import Progress


def run_report(
    settings: Settings,
    name: str,
    params: Mapping[str, object] | None = None,
    as_of: date | datetime | None = None,
    *,
    db: Published | None = None,
    progress: Progress | None = None,
) -> ReportResult:
    """Run a registered report.

    Args:
        params: parameters by name, as texts or typed; left out ones take their default.
        as_of: answer as the data would have been seen then: at an instant, or at the end of a day
            in the business time zone; default the current version. Reports about operations are
            live.
        db: an open published copy to read instead of opening one.
        progress: told in a sentence when the answer takes time.

    Raises:
        ConfigError: an unknown report; a ParameterError for an unknown parameter or a value of the
            wrong kind.
        PublishError: nothing is published, or nothing was known yet at `as_of`.
    """
    spec = get_report(name)
    if spec.origin == "operations":
        return _run_operations(settings, name, spec, params or {})
    if db is not None:
        return _run(settings, name, spec, params or {}, db)
    with open_at(settings, as_of, progress) as opened:
        return _run(settings, name, spec, params or {}, opened)


def open_at(
    settings: Settings, as_of: date | datetime | None, progress: Progress | None = None
) -> Published:
    """The warehouse as of an instant or the end of a day; without one the current copy.

    Raises:
        PublishError: nothing is published, or nothing was known yet at that time.
    """
    if as_of is None:
        return open_published(settings)
    at = as_of if isinstance(as_of, datetime) else end_of_day(settings, as_of)
    return open_as_of(settings, at, progress)


def run_compared(
    settings: Settings,
    name: str,
    params: Mapping[str, object] | None = None,
    as_of: date | datetime | None = None,
    *,
    progress: Progress | None = None,
) -> Comparison:
    """A report with its previous period and the year before beside each figure.

    Raises:
        ConfigError: as `run_report`, and when the report is not compared.
        PublishError: as `run_report`.
    """
    with open_at(settings, as_of, progress) as db:

        def run(report: str, values: Mapping[str, object]) -> ReportResult:
            return run_report(settings, report, values, db=db)

        return compare_report(settings, run(name, params or {}), run)


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


def end_of_day(settings: Settings, day: date) -> datetime:
    """The last instant of a day in the business time zone."""
    following = datetime.combine(day + timedelta(days=1), time(), load_options(settings).zone)
    return following.astimezone(UTC) - timedelta(microseconds=1)


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
