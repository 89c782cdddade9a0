"""From a figure to the rows behind it: which report lists them, with which parameters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from talentloop.errors import ConfigError
from talentloop.reports.parameters import Value
from talentloop.reports.privacy import Cell, Row, Withheld
from talentloop.reports.result import ReportResult


@dataclass(frozen=True)
class Target:
    """The report that lists the rows behind a cell, and its parameters."""

    report: str
    parameters: dict[str, Value]


def drill_target(result: ReportResult, row: Row, column: str) -> Target | None:
    """Where a cell leads, or None: nothing is declared, nothing is counted, it is withheld."""
    drill = result.meta.spec.drill.get(column)
    if drill is None or row[column] in (None, 0) or isinstance(row[column], Withheld):
        return None
    given: dict[str, Value] = {name: result.meta.parameters[name] for name in drill.keep}
    for name, source in drill.row.items():
        value = row[source]
        if isinstance(value, Withheld | float):
            return None
        if value is not None or name not in given:
            given[name] = value
    given |= drill.fixed
    return Target(drill.report, {name: value for name, value in given.items() if value is not None})


def find_target(result: ReportResult, column: str, where: dict[str, str]) -> Target:
    """Where the cell of the one row leads whose cells read as given.

    Raises:
        ConfigError: the column leads nowhere, or not exactly one row fits.
    """
    name, spec = result.meta.name, result.meta.spec
    unknown = sorted(where.keys() - spec.columns.keys())
    if column not in spec.drill or unknown:
        wrong = unknown[0] if unknown else column
        leading = ", ".join(spec.drill) or "none"
        raise ConfigError(
            f"Column {wrong!r} of report {name} does not {'exist' if unknown else 'lead to rows'}",
            where=f"report {name}",
            remedy=f"Columns that lead to rows: {leading}.",
        )
    fitting = [row for row in result.rows if all(_reads(row[k], v) for k, v in where.items())]
    target = drill_target(result, fitting[0], column) if len(fitting) == 1 else None
    if target is None:
        found = (
            "One row fits, and nothing lies behind"
            if len(fitting) == 1
            else f"{len(fitting)} rows fit"
        )
        raise ConfigError(
            f"{found}: {column} of report {name}",
            where=f"report {name}",
            remedy="Name one row with --where COLUMN=VALUE, once for each column needed.",
        )
    return target


def _reads(value: Cell, text: str) -> bool:
    """Whether a cell is what a person typed; a month may be typed as YYYY-MM."""
    if isinstance(value, date) and len(text) == len("2026-11"):
        return f"{value:%Y-%m}" == text
    return ("" if value is None else str(value)) == text
