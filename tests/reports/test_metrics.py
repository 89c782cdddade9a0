"""The metric registry and the reporting options."""

from __future__ import annotations

from pathlib import Path

import pytest

from talentloop.codes import LANGS
from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.metrics import MetricRegistry, load_metrics
from talentloop.reports import all_reports
from talentloop.reports.options import ReportingOptions
from talentloop.settings import PROJECT_ROOT, Settings


def test_every_definition_is_complete_in_both_languages(settings: Settings) -> None:
    registry = load_metrics(settings)
    assert len(registry.metrics) > 20
    for key, metric in registry.metrics.items():
        parts = (metric.name, metric.meaning, metric.formula, metric.grain)
        for lang in LANGS:
            assert all(part.text(lang).strip() for part in parts), key


def test_every_number_of_a_leader_page_has_a_definition(settings: Settings) -> None:
    known = load_metrics(settings).metrics
    shown = {
        column.metric
        for spec in all_reports().values() if spec.audience == "leader"
        for column in spec.columns.values() if column.metric is not None
    }  # fmt: skip
    assert {"time_to_hire", "offer_acceptance_rate", "join_rate", "retention_90d_rate"} <= shown
    assert shown <= known.keys()


def test_a_rate_names_its_numerator_and_denominator(settings: Settings) -> None:
    for key, metric in load_metrics(settings).metrics.items():
        if metric.unit == "percent" and key.endswith("_rate"):
            assert metric.numerator is not None, key


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
