"""Reports on the simulated company: the rows behind each figure add up to it, and a period that
covers what a report looks at by itself gives the same figures."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from connectors.sandbox.company import CLOCK_START
from talentloop import ops
from talentloop.reports import Withheld, drill_target, get_report, run_report
from talentloop.reports.privacy import Row
from talentloop.settings import Settings
from talentloop.warehouse import publish
from tests.warehouse.landed import Warehouse

DRILLED = (
    "funnel", "hiring_funnel", "time_to_hire", "time_to_fill", "time_to_fill_period",
    "stage_ageing", "source_detail", "offers", "interviewer_load", "score_distribution", "top_ten",
    "retention_by_cohort", "retention_period", "interview_validity", "validity_period", "cost",
    "monthly_detail", "data_completeness", "before_after",
)  # fmt: skip
EVER = {"from": "2000-01", "to": "2100-01"}
#: The months that estimates by unit, family and channel look at (config/rules/estimates.yml).
RECENT = {"from": "2025-12", "to": "2026-11"}
GROUPS = ("department_id", "job_family_code", "source_channel_code", "month_on")


@pytest.fixture(scope="module")
def company(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The first build, published into a home of its own."""
    home: Path = tmp_path_factory.mktemp("rows") / "home"
    settings = Settings(home=home, now=CLOCK_START, sandbox_size="test")
    ops.migrate(settings)
    settings.warehouse_file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(warehouse.first, settings.warehouse_file)
    shutil.copytree(warehouse.target, settings.warehouse_file.parent / "dbt")
    publish(settings)
    return settings


@pytest.mark.parametrize("name", DRILLED)
def test_the_rows_behind_a_figure_add_up_to_it(company: Settings, name: str) -> None:
    spec, result = get_report(name), run_report(company, name)
    sample = result.rows[:: max(1, len(result.rows) // 12)]
    followed: set[str] = set()
    for row in sample:
        for column in spec.drill:
            target = drill_target(result, row, column)
            if target is None:
                continue
            followed.add(column)
            if spec.columns[column].format == "currency":
                listed = run_report(company, target.report, {**target.parameters, "limit": 100_000})
                amounts = [float(str(line["cost_amount"])) for line in listed.rows]
                assert sum(amounts) == pytest.approx(row[column]), (row, target)
            else:
                listed = run_report(company, target.report, target.parameters)
                assert listed.rows[0]["n_total"] == row[column], (row, target)
    assert followed


def _same(mine: Sequence[Row], theirs: Sequence[Row], keys: Sequence[str]) -> None:
    """Figures of both are equal, row by row; few people are withheld in one, unsaid in the other."""
    others = {tuple(row.get(key) for key in keys): row for row in theirs}
    assert mine
    for row in mine:
        other = others[tuple(row.get(key) for key in keys)]
        for name in row.keys() & other.keys():
            a, b = (None if isinstance(v, Withheld) else v for v in (row[name], other[name]))
            if isinstance(a, float):
                assert a == pytest.approx(b, abs=1e-6), (name, row)
            else:
                assert a == b, (name, row)


@pytest.mark.parametrize("grouping", ["company", "unit", "job_family", "month"])
def test_time_to_fill_of_the_same_openings_is_the_same(company: Settings, grouping: str) -> None:
    whole = run_report(company, "time_to_fill", {"grouping": grouping}).rows
    months = EVER if grouping == "month" else RECENT
    period = run_report(company, "time_to_fill_period", {"grouping": grouping, **months}).rows
    assert len(whole) == len(period)
    _same(whole, period, GROUPS)


@pytest.mark.parametrize("horizon", ["90_days", "180_days", "365_days", "probation"])
@pytest.mark.parametrize("grouping", ["company", "unit", "job_family", "channel", "month"])
def test_retention_of_the_same_starters_is_the_same(
    company: Settings, grouping: str, horizon: str
) -> None:
    """A period tells no interval of passing probation."""
    given = {"grouping": grouping, "horizon": horizon}
    whole = run_report(company, "retention_by_cohort", given).rows
    months = EVER if grouping == "month" else RECENT
    period = run_report(company, "retention_period", {**given, **months}).rows
    if horizon == "probation":
        ends = ("retention_lower", "retention_upper")
        whole = [{k: v for k, v in row.items() if k not in ends} for row in whole]
    _same(whole, period, GROUPS)


def test_source_quality_of_all_applications_is_the_same(company: Settings) -> None:
    whole = run_report(company, "source_quality").rows
    period = run_report(company, "source_quality_period", EVER).rows
    _same(whole, period, ["source_channel_code"])


@pytest.mark.parametrize("months", [3, 6, 12])
def test_validity_of_all_ratings_is_the_same(company: Settings, months: int) -> None:
    whole = run_report(company, "interview_validity", {"after_months": months}).rows
    given = {"after_months": months, "month": "2026-11", "window": 60}
    _same(whole, run_report(company, "validity_period", given).rows, ["dimension_code"])


def test_the_tenth_of_today_is_the_last_of_the_top_ten(company: Settings) -> None:
    listed = run_report(company, "top_ten").rows
    levels = run_report(company, "top_ten_level").rows
    assert {r["dimension_code"] for r in levels} == {r["dimension_code"] for r in listed}
    for level in levels:
        scores = [r for r in listed if r["dimension_code"] == level["dimension_code"]]
        lowest = min(float(str(r["score_0_100"])) for r in scores)
        assert round(lowest, 1) == level["tenth_0_100"]
        assert (len(scores), scores[0]["n_persons"]) == (level["n_listed"], level["n_persons"])
