"""Commands that look: reports, queries, the state of the loop, what is missing."""

from __future__ import annotations

import csv
import sys
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import duckdb
import typer

from cli.output import AsJson, console, explained, print_json, print_table, tell
from cli.tables import mark
from loop.doctor import examine
from loop.status import loop_status
from loop.summary import print_summary
from talentloop.errors import CheckFailedError, ConfigError
from talentloop.settings import get_settings

if TYPE_CHECKING:
    from talentloop.reports import Comparison, ReportResult
    from talentloop.warehouse.reconcile import Reconciled


class Format(StrEnum):
    """How rows are printed."""

    table = "table"
    json = "json"
    csv = "csv"


AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="As it would have been seen at the end of this day, or at this ISO instant.",
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print the rows.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    for command in (report, query, status, doctor, docs, verify, metrics):
        app.command()(command)


def _print_rows(columns: list[str], rows: list[list[Any]], form: Format) -> None:
    if form is Format.json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif form is Format.csv:
        writer = csv.writer(sys.stdout)
        writer.writerows([columns, *rows])
    else:
        print_table(columns, rows)


@explained
def report(
    name: Annotated[
        str | None, typer.Argument(help="Report to run; without a name, all are listed.")
    ] = None,
    as_of: AsOfOption = None,
    param: Annotated[
        list[str] | None, typer.Option("--param", help="A parameter: name=value.")
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Beside the previous period and the year before.")
    ] = False,
    drill: Annotated[
        str | None, typer.Option("--drill", metavar="COLUMN", help="The rows behind a figure.")
    ] = None,
    where: Annotated[
        list[str] | None, typer.Option("--where", help="The row to drill into: column=value.")
    ] = None,
    form: FormatOption = Format.table,
) -> None:
    """Print a report from the published copy."""
    from talentloop.reports import find_target, run_compared, run_report

    settings, at = get_settings(), _moment(as_of)
    if name is None:
        _print_rows(["report", "theme", "标题", "title"], _report_list(), form)
        return
    params = dict(_split_param("--param", item) for item in param or [])
    if compare:
        _print_comparison(run_compared(settings, name, params, as_of=at, progress=tell), form)
        return
    result = run_report(settings, name, params, as_of=at, progress=tell)
    if drill is not None:
        cell = dict(_split_param("--where", item) for item in where or [])
        target = find_target(result, drill, cell)
        result = run_report(settings, target.report, target.parameters, as_of=at, progress=tell)
    _print_result(result, form)


def _print_result(result: ReportResult, form: Format) -> None:
    """For a person with as many decimals as on a page; keys and codes as `--where` takes them."""
    from talentloop.reports.text import CellText

    columns = result.columns
    rows: list[list[Any]] = [[row[name] for name in columns] for row in result.rows]
    if form is Format.table:
        words = CellText.of(get_settings(), "en")
        rows = [
            [
                words.cell(value, column) if isinstance(value, float) else value
                for value, column in zip(row, columns.values(), strict=True)
            ]
            for row in rows
        ]
    _print_rows(list(columns), rows, form)


def _print_comparison(comparison: Comparison, form: Format) -> None:
    """One line a figure for a person, one row with every column for a program."""
    from talentloop.reports import as_lines, as_result
    from talentloop.reports.text import CellText

    if form is Format.table:
        print_table(*as_lines(comparison, CellText.of(get_settings(), "en")))
    else:
        _print_result(as_result(comparison), form)


def _report_list() -> list[list[Any]]:
    from talentloop.reports import all_reports

    found = [[n, s.theme, s.title.zh, s.title.en] for n, s in all_reports().items()]
    return sorted(found, key=lambda row: (str(row[1]), row[0]))


def _split_param(option: str, text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found:
        raise ConfigError(
            f"{option} has no value", where=f"{option} {text}", remedy="Write it as name=value."
        )
    return name, value


def _moment(text: str | None) -> date | datetime | None:
    """A day, or an instant with its time zone."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise ConfigError(
            "The time is neither a day nor an instant with a time zone",
            where=f"--as-of {text}",
            remedy="Write it as 2026-10-31 or 2026-10-31T12:00:00+08:00.",
        )
    return at


@explained
def query(
    sql: Annotated[str, typer.Argument(help="A query in DuckDB's SQL.")],
    as_of: AsOfOption = None,
    form: FormatOption = Format.table,
) -> None:
    """Run a read-only query on the published copy."""
    from talentloop.reports import open_at

    with open_at(get_settings(), _moment(as_of), tell) as db:
        try:
            result = db.sql(sql)
        except duckdb.Error as error:
            raise ConfigError(
                f"The query does not run: {str(error).splitlines()[0]}",
                where=f"published version {db.version}",
                remedy="`talentloop query 'show tables'` lists what there is; it is read-only.",
            ) from None
    rows = [list(row.values()) for row in result.to_pylist()]
    _print_rows(result.column_names, rows, form)


@explained
def status(as_json: AsJson = False) -> None:
    """Show the state of the loop; exit 0 whether or not it is closed (see `closed` in --json)."""
    settings = get_settings()
    found = loop_status(settings)
    if as_json:
        print_json(found)
    else:
        print_summary(console, settings, found, {}, [])


@explained
def doctor(as_json: AsJson = False) -> None:
    """Say what is missing and how to get it; exit 1 when something needed is."""
    findings = examine(get_settings())
    if as_json:
        print_json([vars(finding) for finding in findings])
    else:
        print_table(
            ["", "what", "found", "how to get it"],
            [[mark(f.state), f.what, f.found, f.remedy] for f in findings],
        )
    if any(finding.state == "missing" for finding in findings):
        raise typer.Exit(1)


@explained
def docs() -> None:
    """Write the page about every model and column of the last build; the portal links it."""
    from talentloop.warehouse.docs import write_model_docs

    console.print(f"[green]✓[/] {write_model_docs(get_settings())}")


@explained
def verify(as_json: AsJson = False) -> None:
    """Compare source, landing and warehouse: counts and checksums; exit 5 when a row was altered."""
    from talentloop.warehouse.reconcile import reconcile

    found = reconcile(get_settings())
    if as_json:
        print_json([{**vars(row), "is_whole": row.is_whole} for row in found])
    else:
        heads = ["", "entity", "logged", "landed", "staged", "current", "mart", "held", "rejected",
                 "altered"]  # fmt: skip
        print_table(heads, [_reconciled(row) for row in found])
    if not all(row.is_whole for row in found):
        raise typer.Exit(CheckFailedError.exit_code)


@explained
def metrics() -> None:
    """Print synchronisation and write-back as OpenMetrics text, as the portal serves it."""
    from connectors.openmetrics import openmetrics

    sys.stdout.write(openmetrics(get_settings()))


def _reconciled(row: Reconciled) -> list[Any]:
    altered = ", ".join((*row.changed_files, *row.changed_columns))
    return [mark("ok" if row.is_whole else "missing"), row.entity, row.n_logged, row.n_landed,
            row.n_staged, row.n_current, row.n_mart, row.n_held, row.n_rejected, altered]  # fmt: skip
