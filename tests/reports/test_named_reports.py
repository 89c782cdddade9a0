"""Every report that this project promises by name is compared, and leads to the rows behind it."""

from __future__ import annotations

import pytest

from talentloop.reports import all_reports, get_report
from talentloop.reports.spec import ReportSpec

NAMED = (
    "funnel", "hiring_funnel", "time_to_hire", "time_to_fill", "stage_ageing", "source_quality",
    "offers", "interviewer_load", "score_distribution", "top_ten", "retention_by_cohort",
    "interview_validity", "cost", "monthly_hiring_efficiency", "data_completeness", "before_after",
)  # fmt: skip
#: Counts that lead nowhere, and why.
ALONE = {
    ("data_completeness", "n_records"): "all records of a source are no list to look through",
    ("data_completeness", "n_stated"): "records that lack nothing call for nothing",
}
COUNTS = {"value", "n", "k", "n_open", "n_censored"}


@pytest.mark.parametrize("name", NAMED)
def test_a_named_report_is_compared_or_says_why_not(name: str) -> None:
    spec = get_report(name)
    if spec.compare is None:
        assert spec.incomparable is not None
        assert spec.incomparable.zh != spec.incomparable.en
        return
    by_periods = get_report(spec.compare.report) if spec.compare.report else spec
    assert by_periods.compare is not None
    assert by_periods.compare.report is None
    assert by_periods.parameters.keys() & {"month", "to", "day", "until"}
    assert by_periods.audience == spec.audience or spec.audience != "leader"


def test_only_a_comparison_is_not_compared() -> None:
    assert [name for name in NAMED if get_report(name).compare is None] == ["before_after"]


@pytest.mark.parametrize("name", NAMED)
def test_every_count_of_a_named_report_leads_to_its_rows(name: str) -> None:
    """A count is a number of records, or what a figure was counted from."""
    spec = get_report(name)
    if spec.audience == "leader":
        assert spec.detail is not None
        spec = get_report(spec.detail)
    counts = {
        key
        for key, column in spec.columns.items()
        if column.format == "integer" and column.metric is not None and column.role in COUNTS
    }
    assert counts
    assert counts - spec.drill.keys() - {key for of, key in ALONE if of == name} == set()


def test_the_report_for_those_who_see_rows_has_the_figures_of_that_for_leaders() -> None:
    pairs = [(n, s, s.detail) for n, s in all_reports().items() if s.detail]
    assert {name for name, *_ in pairs} >= {"monthly_hiring_efficiency", "source_quality"}
    for name, spec, detail in pairs:
        twin = get_report(str(detail))
        assert spec.audience == "leader"
        assert twin.audience == "analyst"
        assert list(twin.columns) == list(spec.columns), name
        assert not any(column.protect for column in twin.columns.values())


def test_a_report_is_not_both_compared_and_incomparable() -> None:
    given = get_report("before_after").model_dump(by_alias=True)
    given |= {"compare": {"by": []}, "parameters": {"month": {"type": "month"}}}
    with pytest.raises(ValueError, match="is compared, or says why it is not"):
        ReportSpec.model_validate(given)
