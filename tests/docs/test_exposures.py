"""dbt's exposures: nothing reads the marts without one."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from scripts.exposures import GENERIC, PAGES, VIEWS, reports_run_by
from talentloop.reports import all_reports
from talentloop.reports.lineage import relations_of
from talentloop.reports.registry import report_sql
from talentloop.settings import PROJECT_ROOT

MODELS = PROJECT_ROOT / "dbt" / "models"
PUBLISHED = sorted(n for n, s in all_reports().items() if s.origin == "published")


@pytest.fixture(scope="module")
def exposures() -> dict[str, dict[str, Any]]:
    """Every exposure by name."""
    content = yaml.safe_load((MODELS / "exposures.yml").read_text(encoding="utf-8"))
    return {entry["name"]: entry for entry in content["exposures"]}


def _read_by_eye(name: str) -> set[str]:
    """Names after `from` and `join` that are no CTE of the query: a second way to the relations."""
    text = re.sub(r"--.*", "", report_sql(name))
    own = set(re.findall(r"(\w+)\s+as\s+\(", text))
    named = set(re.findall(r"\b(?:from|join)\s+([a-z_0-9]+)", text))
    return {word for word in named - own if (word.split("_")[0] in _PREFIXES)}


_PREFIXES = {"fct", "dim", "mart", "meta", "talent", "feat", "exp", "restricted"}


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_relation_that_a_report_reads_stands_in_its_exposure(
    exposures: dict[str, dict[str, Any]], name: str
) -> None:
    declared = {ref[5:-2] for ref in exposures[f"report_{name}"]["depends_on"]}
    assert relations_of(name) == declared
    assert _read_by_eye(name) == declared


def test_every_exposure_reads_models_that_exist(exposures: dict[str, dict[str, Any]]) -> None:
    models = {file.stem for file in MODELS.rglob("*.sql")}
    read = {ref[5:-2] for entry in exposures.values() for ref in entry["depends_on"]}
    assert all(entry["depends_on"] for entry in exposures.values())
    assert read - models == set()
    assert {"restricted_person_identity", "feat_performance_6m__asof"} <= read


def test_every_page_that_runs_a_report_has_an_exposure() -> None:
    named = {module for _, modules in PAGES.values() for module in modules} | GENERIC
    running = {file.stem for file in VIEWS.glob("*.py") if reports_run_by(file.stem)}
    assert len(running) > 4
    assert running - named == set()
