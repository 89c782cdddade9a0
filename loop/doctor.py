"""What a machine needs to run TalentLoop, what it has, and how to get the rest."""

from __future__ import annotations

import importlib.metadata
import shutil
import sys
from dataclasses import dataclass
from importlib import resources
from typing import Literal

from talentloop import ops
from talentloop.errors import TalentLoopError
from talentloop.settings import Settings
from talentloop.warehouse import open_published

_PACKAGES = ("apache-airflow", "dbt-core", "dbt-duckdb", "duckdb", "great-expectations", "mlflow",
             "xgboost", "fastapi")  # fmt: skip
_LEAST_FREE_GIB = 5


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `missing` stops work, `optional` only a feature."""

    what: str
    state: Literal["ok", "missing", "optional"]
    found: str
    remedy: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Look at everything that the loop needs."""
    return [
        _python(),
        *(_package(name) for name in _PACKAGES),
        _httpfs(),
        _dbt_project(settings),
        _configuration(settings),
        _hiring_rules(settings),
        _disk(settings),
        _operations(settings),
        _published(settings),
        _chromium(),
        _tesseract(),
    ]


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] == (3, 11):
        return Finding("Python 3.11", "ok", version)
    return Finding("Python 3.11", "missing", version, "Install Python 3.11, then `make setup`.")


def _package(name: str) -> Finding:
    try:
        return Finding(name, "ok", importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, "missing", "not installed", "Run `make setup`.")


def _httpfs() -> Finding:
    what = "DuckDB httpfs (encryption, S3)"
    try:
        version = importlib.metadata.version("duckdb-extension-httpfs")
        present = resources.files("duckdb_extension_httpfs").joinpath("extensions").is_dir()
    except (importlib.metadata.PackageNotFoundError, ModuleNotFoundError):
        present, version = False, "not installed"
    return Finding(what, "ok" if present else "missing", version, "" if present else "`make setup`")


def _dbt_project(settings: Settings) -> Finding:
    path = settings.project / "dbt" / "dbt_project.yml"
    state: Literal["ok", "missing"] = "ok" if path.exists() else "missing"
    return Finding("dbt project", state, str(path), "" if path.exists() else "Use a full checkout.")


def _configuration(settings: Settings) -> Finding:
    from connectors.registry import list_sources

    try:
        names = [source.name for source in list_sources(settings)]
    except TalentLoopError as error:
        return Finding("configuration", "missing", f"{error.what}: {error.where}", error.remedy)
    if not names:
        return Finding("configuration", "missing", "no source", f"Add one to {settings.config}.")
    return Finding("configuration", "ok", "sources: " + ", ".join(names))


def _hiring_rules(settings: Settings) -> Finding:
    from interview.intake.rules import load_rule_sets
    from interview.questions.bank import load_bank

    what = "screening rules and questions"
    try:
        rules, questions = load_rule_sets(settings), load_bank(settings)
    except TalentLoopError as error:
        return Finding(what, "missing", f"{error.what}: {error.where}", error.remedy)
    return Finding(what, "ok", f"{len(rules)} rule sets, {len(questions)} question templates")


def _disk(settings: Settings) -> Finding:
    folder = settings.home if settings.home.exists() else settings.project
    free = shutil.disk_usage(folder).free / 2**30
    enough = free >= _LEAST_FREE_GIB
    remedy = "" if enough else f"Free some space, or move state with TALENTLOOP_HOME: {folder}"
    return Finding(
        f"{_LEAST_FREE_GIB} GiB free", "ok" if enough else "missing", f"{free:.0f} GiB", remedy
    )


def _operations(settings: Settings) -> Finding:
    url = ops.database_url(settings).render_as_string(hide_password=True)
    if ops.is_reachable(settings):
        return Finding("operations database", "ok", url)
    return Finding("operations database", "missing", url, "Run `talentloop init`.")


def _published(settings: Settings) -> Finding:
    try:
        with open_published(settings) as db:
            return Finding("published copy", "ok", db.version)
    except TalentLoopError as error:
        return Finding("published copy", "optional", error.what, error.remedy)


def _chromium() -> Finding:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path:
        return Finding("Chromium (page tests, screenshots)", "ok", path)
    return Finding(
        "Chromium (page tests, screenshots)", "optional", "not installed",
        "Debian: apt-get install chromium fonts-noto-cjk (`make test` tries it).",
    )  # fmt: skip


def _tesseract() -> Finding:
    from interview.intake.ocr import missing_languages

    what, missing = "tesseract (scanned résumés)", missing_languages()
    if missing == ():
        return Finding(what, "ok", "Chinese and English")
    lacking = "not installed" if missing is None else f"lacks {', '.join(missing)}"
    return Finding(
        what, "optional", lacking,
        "Debian: apt-get install tesseract-ocr tesseract-ocr-chi-sim.",
    )  # fmt: skip
