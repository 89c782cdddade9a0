"""From a figure to its rows: as many rows as the figure says, and no access beyond the report's."""

from __future__ import annotations

import pytest

from talentloop.errors import ConfigError
from talentloop.reports import all_reports, drill_target, find_target, get_report, run_report
from talentloop.settings import Settings

DRILLS = sorted((name, column) for name, spec in all_reports().items() for column in spec.drill)
HIDDEN = {"identity", "protected", "compensation"}


@pytest.mark.parametrize(("name", "column"), DRILLS)
def test_a_figure_leads_to_as_many_rows_as_it_says(
    running: Settings, name: str, column: str
) -> None:
    result, followed = run_report(running, name), 0
    for row in result.rows:
        target = drill_target(result, row, column)
        if target is not None:
            listed = run_report(running, target.report, target.parameters)
            assert listed.rows[0]["n_total"] == row[column], row
            followed += 1
    assert followed or all(not row[column] for row in result.rows)


@pytest.mark.parametrize(("name", "column"), DRILLS)
def test_rows_behind_a_figure_name_nobody_and_are_not_for_leaders(name: str, column: str) -> None:
    spec, drill = get_report(name), get_report(name).drill[column]
    target = get_report(drill.report)
    assert spec.audience != "leader"
    assert target.audience in ("analyst", "recruiter")
    assert not {c.data_class for c in target.columns.values()} & HIDDEN
    assert set(drill.keep) <= spec.parameters.keys()
    assert {*drill.keep, *drill.row, *drill.fixed} <= target.parameters.keys()


def test_no_report_for_leaders_leads_to_rows() -> None:
    leaders = [spec for spec in all_reports().values() if spec.audience == "leader"]
    assert len(leaders) > 5
    assert not any(spec.drill for spec in leaders)


def test_a_cell_is_named_by_its_row(running: Settings) -> None:
    result = run_report(running, "cohort_hire_rate")
    month = f"{result.rows[-2]['cohort_month_on']:%Y-%m}"
    target = find_target(result, "n_applications", {"cohort_month_on": month})
    assert target.report == "application_list"
    assert run_report(running, target.report, target.parameters).rows


@pytest.mark.parametrize(
    ("column", "where", "says"),
    [
        ("open_share", {}, "does not lead to rows"),
        ("n_applications", {}, "10 rows fit"),
        ("n_applications", {"happiness": "1"}, "does not exist"),
    ],
)
def test_a_cell_that_cannot_be_found_is_explained(
    running: Settings, column: str, where: dict[str, str], says: str
) -> None:
    result = run_report(running, "cohort_hire_rate")
    with pytest.raises(ConfigError, match=says):
        find_target(result, column, where)
