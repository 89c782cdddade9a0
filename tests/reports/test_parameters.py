"""Parameters from a URL or a command line."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from talentloop.reports import ParameterError, get_report
from talentloop.reports.parameters import last_month, resolve, used_in

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)


def test_the_last_month_is_the_last_that_had_ended_in_the_business_zone() -> None:
    just_before = datetime(2026, 10, 31, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    just_after = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)  # 1 November there
    assert last_month(just_before, "Asia/Shanghai") == date(2026, 9, 1)
    assert last_month(just_after, "Asia/Shanghai") == date(2026, 10, 1)
    assert last_month(just_after, "UTC") == date(2026, 9, 1)


def _resolve(name: str, **given: object) -> dict[str, object]:
    return dict(resolve(name, get_report(name), given, AS_OF, "Asia/Shanghai"))


def test_texts_become_typed_values_and_gaps_take_defaults() -> None:
    found = _resolve("department_efficiency", month="2026-05", window="6")
    assert found == {"month": date(2026, 5, 1), "window": 6}
    assert _resolve("department_efficiency")["month"] == date(2026, 10, 1)
    assert _resolve("deliveries")["month"] == date(2026, 11, 1)  # the month that runs
    assert _resolve("talent_list", high_potential="1")["high_potential"] is True
    assert _resolve("funnel", department="")["department"] is None


@pytest.mark.parametrize(
    ("name", "given", "says"),
    [
        ("funnel", {"to": "2026-13"}, "YYYY-MM"),
        ("funnel", {"to": "October"}, "YYYY-MM"),
        ("department_efficiency", {"window": "13"}, "from 1 to 12"),
        ("department_efficiency", {"window": "-1"}, "from 1 to 12"),
        ("stage_survival", {"stage": "'; drop table"}, "one of applied"),
        ("talent_list", {"high_potential": "maybe"}, "1 or 0"),
        ("funnel", {"colour": "red"}, "Its parameters: department"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_remedy(
    name: str, given: dict[str, object], says: str
) -> None:
    with pytest.raises(ParameterError, match=says):
        _resolve(name, **given)


def test_only_the_values_that_a_query_names_are_bound() -> None:
    assert used_in("select $b, $a, $b", {"a": 1, "b": 2, "c": 3}) == {"a": 1, "b": 2}


def test_a_text_parameter_is_bound_and_never_pasted(published: object) -> None:
    from talentloop.reports import run_report

    result = run_report(published, "funnel_selection", {"department": "RD' or '1'='1"})  # type: ignore[arg-type]
    assert result.rows == []
