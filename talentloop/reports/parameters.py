"""Report parameters: texts from a URL or a command line become typed values, or a clear error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from talentloop.errors import ConfigError
from talentloop.reports.spec import Parameter, ReportSpec

Value = str | int | bool | date | None


class ParameterError(ConfigError):
    """A parameter, from a URL or a command line, that a report does not accept."""


MONTHS = 6  # a period whose beginning is not given ends with `to` and covers so many
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_PLACEHOLDER = re.compile(r"\$([a-z_]+)")


def last_month(as_of: datetime, zone: str) -> date:
    """First day of the last month that had ended, in the business time zone, at that instant."""
    local = as_of.astimezone(ZoneInfo(zone)).date()
    return (local.replace(day=1) - timedelta(days=1)).replace(day=1)


def shift(month: date, n: int) -> date:
    """The first day of the month so many months later; before, when negative."""
    index = month.year * 12 + month.month - 1 + n
    return date(index // 12, index % 12 + 1, 1)


def _refuse(report: str, name: str, value: object, expected: str) -> ParameterError:
    return ParameterError(
        f"Parameter {name} of report {report} does not accept {value!r}",
        where=f"report {report}",
        remedy=f"Give {expected}.",
    )


def _month(report: str, name: str, value: object) -> date:
    if isinstance(value, date):
        return value.replace(day=1)
    match = _MONTH.fullmatch(str(value))
    if match is None:
        raise _refuse(report, name, value, "a month as YYYY-MM")
    return date(int(match[1]), int(match[2]), 1)


def _day(report: str, name: str, value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise _refuse(report, name, value, "a day as YYYY-MM-DD") from None


def _integer(report: str, name: str, value: object, parameter: Parameter) -> int:
    least = parameter.least if parameter.least is not None else 0
    most = parameter.most if parameter.most is not None else 1_000_000
    text = str(value)
    if not text.isdecimal() or not least <= int(text) <= most:
        raise _refuse(report, name, value, f"a whole number from {least} to {most}")
    return int(text)


def _typed(report: str, name: str, value: object, parameter: Parameter) -> Value:
    if value is None or value == "":
        return None
    if parameter.type == "month":
        return _month(report, name, value)
    if parameter.type == "date":
        return _day(report, name, value)
    if parameter.type == "integer":
        return _integer(report, name, value, parameter)
    if parameter.type == "flag":
        if str(value).lower() not in ("1", "0", "true", "false"):
            raise _refuse(report, name, value, "1 or 0")
        return str(value).lower() in ("1", "true")
    text = str(value)
    if parameter.choices is not None and text not in parameter.choices:
        raise _refuse(report, name, value, f"one of {', '.join(parameter.choices)}")
    return text


def resolve(
    report: str, spec: ReportSpec, given: Mapping[str, object], as_of: datetime, zone: str
) -> dict[str, Value]:
    """Every parameter of the report with its value.

    Raises:
        ParameterError: an unknown parameter, or a value of the wrong kind.
    """
    unknown = sorted(set(given) - set(spec.parameters))
    if unknown:
        known = ", ".join(spec.parameters) or "none"
        raise ParameterError(
            f"Report {report} has no parameter {unknown[0]!r}",
            where=f"report {report}",
            remedy=f"Its parameters: {known}.",
        )
    values: dict[str, Value] = {}
    for name, parameter in spec.parameters.items():
        value = given.get(name)
        if value is None or value == "":
            value = parameter.default
            if value == "last_month":
                value = last_month(as_of, zone)
            elif value == "this_month":
                value = shift(last_month(as_of, zone), 1)
        values[name] = _typed(report, name, value, parameter)
    end = values.get("to")
    if "from" in values and values["from"] is None and isinstance(end, date):
        values["from"] = shift(end, 1 - MONTHS)
    return values


def written(value: Value, parameter: Parameter) -> str:
    """A value as an address or a command line gives it back."""
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}" if parameter.type == "date" else f"{value:%Y-%m}"
    return "" if value is None else str(int(value)) if isinstance(value, bool) else str(value)


def used_in(sql: str, values: Mapping[str, Value]) -> dict[str, Value]:
    """The values that the query names; DuckDB refuses one that it does not."""
    return {name: values[name] for name in sorted(set(_PLACEHOLDER.findall(sql)))}
