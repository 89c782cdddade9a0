"""Commands that look: reports, queries, the state of the loop, what is missing."""

from __future__ import annotations

import csv
import sys
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

import duckdb
import typer

from cli.output import AsJson, console, errors, explained, print_json, print_table
from loop.doctor import examine
from loop.status import loop_status
from loop.summary import print_summary
from talentloop.errors import ConfigError
from talentloop.settings import get_settings


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
    for command in (report, query, status, doctor):
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
    name: Annotated[str, typer.Argument(help="Report to run; an unknown name lists them all.")],
    as_of: AsOfOption = None,
    param: Annotated[
        list[str] | None, typer.Option("--param", help="A parameter: name=value.")
    ] = None,
    form: FormatOption = Format.table,
) -> None:
    """Print a report from the published copy."""
    from talentloop.reports import run_report

    params = dict(_split_param(item) for item in param or [])
    result = run_report(get_settings(), name, params, as_of=_moment(as_of), progress=_tell)
    names = list(result.columns)
    _print_rows(names, [[row[name] for name in names] for row in result.rows], form)


def _split_param(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found:
        raise ConfigError(
            "A parameter has no value", where=f"--param {text}", remedy="Write it as name=value."
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


def _tell(text: str) -> None:
    errors.print(f"[dim]{text}[/]")


@explained
def query(
    sql: Annotated[str, typer.Argument(help="A query in DuckDB's SQL.")],
    as_of: AsOfOption = None,
    form: FormatOption = Format.table,
) -> None:
    """Run a read-only query on the published copy."""
    from talentloop.reports import open_at

    with open_at(get_settings(), _moment(as_of), _tell) as db:
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
        mark = {"ok": "[green]✓[/]", "missing": "[red]✗[/]", "optional": "[yellow]○[/]"}
        print_table(
            ["", "what", "found", "how to get it"],
            [[mark[f.state], f.what, f.found, f.remedy] for f in findings],
        )
    if any(finding.state == "missing" for finding in findings):
        raise typer.Exit(1)
