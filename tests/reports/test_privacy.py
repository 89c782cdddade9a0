"""Few people are withheld: counts, parts, statistics, rates."""

from __future__ import annotations

import pytest

from talentloop.reports import Withheld, get_report
from talentloop.reports.privacy import protect_row, rate

SMALL = Withheld("small")


@pytest.mark.parametrize(
    ("k", "n", "expected"),
    [
        (31, 41, 31 / 41),
        (0, 0, None),  # nothing was counted
        (3, 4, SMALL),  # fewer than 5 in all
        (30, 33, Withheld("above", 0.87)),  # at most 4 did not: more than 29 / 33 = 87.9 %
        (100, 100, Withheld("above", 0.95)),  # 96 / 100 would not be "more than"
        (2, 40, Withheld("below", 0.11)),  # at most 4 did: less than 4 / 40 = 10 %
        (5, 10, 0.5),  # five on either side is enough
    ],
)
def test_a_rate_of_few_people_becomes_a_bound(k: int, n: int, expected: object) -> None:
    assert rate(k, n, k / n if n else None) == expected


def test_a_month_of_few_people_shows_no_figure_of_them() -> None:
    columns = get_report("monthly_hiring_efficiency").columns
    row = dict.fromkeys(columns, None) | {
        "n_applications": 40, "n_accepted": 3, "time_to_hire_median_days": 20.0,
        "n_offers_decided": 12, "n_offers_accepted": 9, "offer_acceptance_rate": 0.75,
        "n_starts_due": 12, "n_started": 6, "join_rate": 0.5,
    }  # fmt: skip
    shown = protect_row(row, columns)
    assert shown["n_accepted"] == SMALL
    assert shown["time_to_hire_median_days"] == SMALL
    assert shown["n_offers_accepted"] == Withheld("above", 7, is_count=True)
    assert shown["offer_acceptance_rate"] == Withheld("above", 0.66)
    assert shown["n_started"] == 6
    assert shown["join_rate"] == 0.5
    assert shown["n_applications"] == 40


def test_zero_is_not_a_person() -> None:
    columns = get_report("decline_reasons").columns
    shown = protect_row(
        {"decline_reason_code": "salary", "n": 0, "share": 0.0, "n_total": 0}, columns
    )
    assert shown["n"] == 0


def test_the_true_value_cannot_be_read_from_what_is_shown() -> None:
    """Every split of the same total that is withheld shows the same."""
    shown = {str(rate(k, 20, k / 20)) for k in (16, 17, 18, 19, 20)}
    assert len(shown) == 1
