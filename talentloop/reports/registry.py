"""The report registry: one YAML file and one SQL file per report; twins share the other's query."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.reports.spec import ReportSpec, TwinSpec

_HERE = Path(__file__).parent
_SHARED = re.compile(r"/\* use ([a-z_]+) \*/")


@lru_cache(maxsize=1)
def all_reports() -> dict[str, ReportSpec]:
    """Every registered report by its name.

    Raises:
        ConfigError: a description is malformed.
    """
    found = {f.stem: load_model(f, ReportSpec) for f in sorted(_HERE.glob("specs/*.yml"))}
    twins = {name: twin.beside(found[twin.of]) for name, twin in _twins().items()}
    return dict(sorted((found | twins).items()))


@lru_cache(maxsize=1)
def _twins() -> dict[str, TwinSpec]:
    return {f.stem: load_model(f, TwinSpec) for f in sorted(_HERE.glob("specs/twins/*.yml"))}


def report_names() -> list[str]:
    """Names that `talentloop report` accepts."""
    return list(all_reports())


def get_report(name: str) -> ReportSpec:
    """The description of a report.

    Raises:
        ConfigError: there is no report of that name.
    """
    reports = all_reports()
    if name not in reports:
        raise ConfigError(
            f"There is no report {name!r}",
            where="talentloop/reports/specs",
            remedy=f"Choose one of: {', '.join(reports)}.",
        )
    return reports[name]


@lru_cache(maxsize=64)
def report_sql(name: str) -> str:
    """The report's query, with `$parameter` where its parameters go, and `$zone` for the business
    time zone.

    A line `/* use NAME */` stands for the query of `sql/shared/NAME.sql`, so that a selection
    that several reports share is written once.
    """
    twin = _twins().get(name)
    text = (_HERE / "sql" / f"{twin.of if twin else name}.sql").read_text(encoding="utf-8")
    return _SHARED.sub(lambda match: _shared(match[1]), text)


def _shared(name: str) -> str:
    return (_HERE / "sql" / "shared" / f"{name}.sql").read_text(encoding="utf-8").rstrip()
