"""The metric registry and the reporting options."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from talentloop.codes import LANGS
from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.metrics import REPORT, MetricRegistry, load_metrics
from talentloop.reports import all_reports, get_report
from talentloop.reports.options import ReportingOptions
from talentloop.settings import PROJECT_ROOT, Settings

Column = dict[str, Any]
_NUMBERS = {"bigint", "integer", "double", "hugeint"}
#: Where a page names the metric of a number; a card whose heading names none does not open.
_NAMED = re.compile(r"(?:Kpi|definition|_share)\(['\"]([a-z][a-z0-9_]+)['\"]")


def test_every_definition_is_complete_in_both_languages(settings: Settings) -> None:
    registry = load_metrics(settings)
    assert len(registry.metrics) > 20
    for key, metric in registry.metrics.items():
        parts = (metric.name, metric.meaning, metric.formula, metric.grain)
        for lang in LANGS:
            assert all(part.text(lang).strip() for part in parts), key


def test_every_part_of_a_definition_is_given_or_said_not_to_apply(settings: Settings) -> None:
    metrics = load_metrics(settings).metrics
    assert {key: m.unstated for key, m in metrics.items() if m.unstated} == {}


def test_every_number_of_a_report_has_a_definition(settings: Settings) -> None:
    known = load_metrics(settings).metrics
    numbers = [
        (f"{name}.{key}", column)
        for name, spec in all_reports().items()
        for key, column in spec.columns.items()
        if column.is_number
    ]
    assert len(numbers) > 100
    assert [
        where for where, column in numbers
        if column.role != "attribute" and column.metric not in known
    ] == []  # fmt: skip


def test_every_number_of_a_page_has_a_definition(settings: Settings) -> None:
    """Tiles and cards name their metric in code; each name is an entry."""
    named = {
        key
        for file in [*(PROJECT_ROOT / "portal").rglob("*.html"), *(PROJECT_ROOT / "portal").rglob("*.py")]
        for key in _NAMED.findall(file.read_text(encoding="utf-8"))
    }  # fmt: skip
    assert {"time_to_hire", "join_rate", "accepted_offers", "model_probability"} <= named
    assert named - load_metrics(settings).metrics.keys() == set()


@pytest.fixture(scope="module")
def mart_columns() -> dict[str, dict[str, Column]]:
    """Columns of every mart as its YAML describes them."""
    return {
        model["name"]: {column["name"]: column for column in model["columns"]}
        for file in (PROJECT_ROOT / "dbt" / "models" / "marts").rglob("*.yml")
        for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", [])
    }


def _named_by(mart_columns: dict[str, dict[str, Column]], origin: str) -> dict[str, str | None]:
    """The metric that each column of a mart, or of a report, names."""
    if origin.startswith(REPORT):
        columns = get_report(origin.removeprefix(REPORT)).columns
        return {name: column.metric for name, column in columns.items()}
    return {
        name: column["config"]["meta"].get("metric")
        for name, column in mart_columns[origin].items()
    }


def test_every_metric_is_computed_by_columns_that_name_it(
    settings: Settings, mart_columns: dict[str, dict[str, Column]]
) -> None:
    for key, metric in load_metrics(settings).metrics.items():
        assert metric.computed_by, f"nobody computes {key}"
        for origin, columns in metric.computed_by.items():
            named = _named_by(mart_columns, origin)
            assert columns, f"{key}: {origin}"
            assert [c for c in columns if named.get(c) != key] == [], f"{key}: {origin}"


def test_every_mart_column_that_names_a_metric_is_listed_as_computing_it(
    settings: Settings, mart_columns: dict[str, dict[str, Column]]
) -> None:
    metrics = load_metrics(settings).metrics
    unlisted = [
        f"{mart}.{column} names {metric}"
        for mart in mart_columns
        for column, metric in _named_by(mart_columns, mart).items()
        if metric is not None
        and (metric not in metrics or column not in metrics[metric].computed_by.get(mart, []))
    ]
    assert unlisted == []


def test_every_aggregate_number_of_a_mart_names_its_metric(
    mart_columns: dict[str, dict[str, Column]],
) -> None:
    """Or says with `no_metric` why it has none."""
    numbers = [
        (f"{mart}.{name}", column["config"]["meta"])
        for mart, columns in mart_columns.items()
        for name, column in columns.items()
        if column["config"]["meta"]["class"] == "aggregate" and column.get("data_type") in _NUMBERS
    ]
    assert len(numbers) > 50
    assert [where for where, meta in numbers if not (meta.keys() & {"metric", "no_metric"})] == []


def test_a_rate_names_its_numerator_and_denominator(settings: Settings) -> None:
    for key, metric in load_metrics(settings).metrics.items():
        if metric.unit == "percent" and key.endswith("_rate"):
            assert metric.numerator is not None, key


def test_no_rate_is_of_a_stock(settings: Settings) -> None:
    """How many are at each stage today says nothing about how many go on."""
    views = {key: metric.view for key, metric in load_metrics(settings).metrics.items()}
    assert views["stage_ageing"] == "stock"
    rates = {key for key in views if key.endswith("_rate")}
    assert len(rates) > 10
    assert {key for key in rates if views[key] == "stock"} == set()


def _written(tmp_path: Path, old: str, new: str) -> Path:
    text = (PROJECT_ROOT / "config" / "metrics.yml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "metrics.yml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("    formula:", "    formular:", "metrics.applications.formula"),
        ("owner: hr_analytics", "owner: nobody", "nobody"),
        ("view: flow", "view: cashflow", "view"),
        ("    denominator:", "    maturity:", "numerator and denominator"),
        ("not_applicable: [", "not_applicable: [formula, ", "not_applicable"),
        ("not_applicable: [", "not_applicable: [exclusions, ", "exclusions cannot be given"),
    ],
)
def test_a_definition_that_does_not_fit_is_refused(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        load_model(_written(tmp_path, old, new), MetricRegistry)


def test_an_undefined_metric_is_an_error(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="no entry 'happiness'"):
        load_metrics(settings).get("happiness")


def test_a_time_zone_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "reporting.yml"
    path.write_text("time_zone: Asia/Peking\nstale_after_hours: 30\nstage_limits_days: {}\n")
    with pytest.raises(ConfigError, match="Asia/Peking"):
        load_model(path, ReportingOptions)
