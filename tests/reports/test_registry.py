"""The report registry: every description fits its query, its metrics and its code lists."""

from __future__ import annotations

import re

import pytest

from portal.views.report import HIDDEN, THEMES, catalogue_page
from talentloop.codes import LANGS, load_code_lists
from talentloop.errors import ConfigError
from talentloop.metrics import load_metrics
from talentloop.reports import all_reports, get_report, run_report
from talentloop.reports.operations import _READERS
from talentloop.reports.registry import report_sql
from talentloop.reports.spec import ReportSpec
from talentloop.settings import Settings
from talentloop.warehouse import open_published

PUBLISHED = sorted(n for n, s in all_reports().items() if s.origin == "published")
OPERATIONS = sorted(n for n, s in all_reports().items() if s.origin == "operations")


def test_the_registry_is_not_empty() -> None:
    assert len(PUBLISHED) > 20
    assert len(OPERATIONS) > 5


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_report_gives_the_columns_it_declares(running: Settings, name: str) -> None:
    parameters = {}
    if "person" in get_report(name).parameters:
        with open_published(running) as db:
            query = "select person_key from talent_profile where overall_score_0_100 > 0 limit 1"
            parameters["person"] = db.sql(query)[0][0].as_py()
    result = run_report(running, name, parameters)
    assert list(result.columns) == list(get_report(name).columns)
    assert all(list(row) == list(result.columns) for row in result.rows)


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_parameter_is_used_and_every_placeholder_declared(name: str) -> None:
    placeholders = set(re.findall(r"\$([a-z_]+)", report_sql(name))) - {"zone"}
    assert placeholders == set(get_report(name).parameters)


@pytest.mark.parametrize("name", sorted(all_reports()))
def test_metrics_and_code_lists_exist(settings: Settings, name: str) -> None:
    codes, metrics = load_code_lists(settings), load_metrics(settings)
    for column in get_report(name).columns.values():
        if column.codes is not None:
            assert codes.codes(column.codes)
        if column.metric is not None:
            assert metrics.get(column.metric)


def test_every_report_has_its_place_in_the_catalogue(settings: Settings) -> None:
    listed = {name for reports in catalogue_page().values() for name in reports}
    assert listed == {n for n, s in all_reports().items() if "person" not in s.parameters}
    assert set(THEMES) == {*load_code_lists(settings).codes("theme")}


def test_every_control_and_choice_has_a_label(settings: Settings) -> None:
    codes = load_code_lists(settings)
    controls = {n: p for s in all_reports().values() for n, p in s.parameters.items()}
    assert controls.keys() - HIDDEN - {"person"} <= {*codes.codes("parameter")}
    for name, spec in all_reports().items():
        for parameter in spec.parameters.values():
            if parameter.choices is not None:
                assert parameter.codes is not None, name
                assert {*parameter.choices} <= {*codes.codes(parameter.codes)}, name


def test_leader_reports_protect_counts_of_people() -> None:
    exempt = {"n_applications", "n_openings", "n_departments", "n_resolved", "n_open"}
    for name, spec in all_reports().items():
        if spec.audience != "leader":
            continue
        protected = {n for n, c in spec.columns.items() if c.protect is not None}
        assert protected, name
        assert "n_accepted" not in spec.columns or "n_accepted" in protected, name
        assert not protected & exempt - {"n_open"}, name


def test_no_published_report_reads_identity_or_protected_data() -> None:
    for name in PUBLISHED:
        assert "restricted" not in report_sql(name)
        classes = {c.data_class for c in get_report(name).columns.values()}
        assert not classes & {"identity", "protected", "compensation"}, name


def test_performance_columns_are_classed_as_such() -> None:
    for name in ("person_reviews", "person_employment"):
        columns = get_report(name).columns
        assert any(c.data_class == "hr_performance" for c in columns.values())
    assert get_report("person_reviews").columns["rating_0_100"].data_class == "hr_performance"


def test_every_operations_report_has_a_reader() -> None:
    assert set(OPERATIONS) == set(_READERS)


def test_an_unknown_report_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="monthly_hiring_efficiency"):
        get_report("monthly_hiring")


def test_a_description_with_an_unknown_protector_is_refused() -> None:
    column = {"zh": "人数", "en": "n", "class": "aggregate", "format": "integer",
              "protect": {"kind": "statistic", "n": "nobody"}}  # fmt: skip
    with pytest.raises(ValueError, match="unknown column nobody"):
        ReportSpec.model_validate(
            {"title": {"zh": "题", "en": "t"}, "about": {"zh": "关", "en": "a"}, "view": "flow",
             "audience": "leader", "theme": "system", "columns": {"n": column}}
        )  # fmt: skip


def test_code_lists_speak_both_languages(settings: Settings) -> None:
    codes = load_code_lists(settings)
    for name in codes.names():
        for code in codes.codes(name):
            assert all(codes.label(name, code, lang).strip() for lang in LANGS)


def test_a_code_without_a_label_is_shown_as_it_is(settings: Settings) -> None:
    codes = load_code_lists(settings)
    assert codes.label("stage", "panel_2", "zh") == "panel_2"
    assert codes.label("source_channel", None, "en") == "Not recorded"
    assert codes.label("stage", None, "en") == "—"
