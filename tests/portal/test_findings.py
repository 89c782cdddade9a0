"""Sentences from numbers: hand-made months, and what may be said about them."""

from __future__ import annotations

from datetime import date
from math import sqrt

import pytest

from portal.frame import Frame
from portal.views import findings
from portal.views.kpis import KpiMaker
from talentloop.reports import Withheld
from talentloop.reports.noise import Median, counts_differ, medians_differ, wilson
from talentloop.reports.privacy import Row
from talentloop.settings import Settings

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def frame(settings: Settings) -> Frame:
    return Frame(settings, "en", "auto", "/reports/monthly", [])


def _month(
    year: int, month: int, n: int, median: float, spread: float = 10.0, **more: object
) -> Row:
    row: Row = {
        "month_on": date(year, month, 1), "n_applications": 300, "n_accepted": n,
        "time_to_hire_p25_days": median - spread / 2, "time_to_hire_median_days": median,
        "time_to_hire_p75_days": median + spread / 2, "time_to_hire_p90_days": median + spread,
        "n_offers_decided": 40, "n_offers_accepted": 30, "offer_acceptance_rate": 0.75,
        "n_offers_decided_3m": 120, "n_offers_accepted_3m": 100, "offer_acceptance_rate_3m": 0.83,
        "offer_acceptance_rate_before": 0.8, "n_openings_due": 20, "n_openings_on_time": 15,
        "on_time_fill_rate": 0.75, "n_starts_due": 30, "n_started": 24, "n_starts_pending": 0,
        "join_rate": 0.8, "is_provisional": False,
    }  # fmt: skip
    return {**row, **more}  # type: ignore[dict-item]


def _maker(frame: Frame, *rows: Row) -> KpiMaker:
    return KpiMaker(frame, OCTOBER, rows)


def test_the_error_of_a_median_follows_from_its_quartiles() -> None:
    median = Median(30, 25, 35, 100)
    assert median.error == pytest.approx(1.2533 / 1.349 * 10 / sqrt(100))
    # 1.96 * sqrt(2) * 0.929 = 2.575
    assert not medians_differ(median, Median(32.5, 27.5, 37.5, 100))
    assert medians_differ(median, Median(32.7, 27.7, 37.7, 100))


def test_wilsons_interval_of_known_cases() -> None:
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=5e-4)
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-4)  # Newcombe 1998, table I
    assert wilson(10, 10)[1] == 1.0


def test_two_counts_of_a_whole() -> None:
    assert counts_differ(18, 6)  # 12 > 1.96 * sqrt(24) = 9.6
    assert not counts_differ(13, 8)


def test_a_clear_change_is_named_with_its_direction(frame: Frame) -> None:
    now, before, year = (
        _month(2026, 10, 85, 27.8),
        _month(2026, 9, 65, 24.7),
        _month(2025, 10, 81, 34.5),
    )
    found = findings.speed(frame, _maker(frame, year, before, now), [], 1)
    assert found.title == "6.7 days faster than a year ago, but 3.1 slower than last month"
    assert (
        found.text == "Median time to hire is 27.8 days (n=85), last month 24.7, a year ago 34.5."
    )


def test_a_change_within_the_margin_of_error_is_called_that(frame: Frame) -> None:
    rows = [_month(2025, 10, 20, 28.4), _month(2026, 9, 22, 27.0), _month(2026, 10, 21, 27.1)]
    found = findings.speed(frame, _maker(frame, *rows), [], 1)
    assert found.title == "1.3 days from a year ago, within the margin of error"


def test_a_month_of_few_people_gets_no_word_on_speed(frame: Frame) -> None:
    few = _month(2026, 10, 3, 20.0, n_accepted=Withheld("small"),
                 time_to_hire_median_days=Withheld("small"))  # fmt: skip
    assert "Under 5" in findings.speed(frame, _maker(frame, few), [], 1).title


def test_without_last_year_there_is_nothing_to_compare(frame: Frame) -> None:
    found = findings.speed(frame, _maker(frame, _month(2026, 10, 30, 27.1)), [], 1)
    assert found.title == "Median time to hire 27.1 days"


def test_the_department_that_moved_most_is_named_only_with_enough_people(frame: Frame) -> None:
    def department(name: str, now: float, then: float, n: int) -> Row:
        return {"department_id": name, "department_name": name, "department_name_en": name,
                "median_days": now, "median_days_last_year": then, "n_accepted": n,
                "n_last_year": n, "p25_days": now - 5, "p75_days": now + 5}  # fmt: skip

    maker = _maker(frame, _month(2026, 10, 30, 27.1))
    rows = [department("Sales", 20, 50, 9), department("R&D", 30, 36, 14)]
    text = findings.speed(frame, maker, rows, 3).text
    assert "R&D moved most within a year: 36.0 → 30.0 days (the last 3 months, n=14)" in text
    assert "moved most" not in findings.speed(frame, maker, rows[:1], 3).text
    wide = [department("Sales", 20, 20, 60), department("R&D", 30, 30, 60)]
    assert findings.department_title(frame, wide) == "Departments: R&D slowest, Sales fastest"
    near = [department("Sales", 20, 20, 12), department("R&D", 22, 22, 12)]
    assert "within the margin" in findings.department_title(frame, near)
    assert "too few" in findings.department_title(frame, rows[:1])


def test_the_longest_stage_and_the_one_that_moved(frame: Frame) -> None:
    stages: list[Row] = [
        {"stage_code": "interview", "median_days": 10.5, "median_days_last_year": 12.5},
        {"stage_code": "ai_interview", "median_days": 2.8, "median_days_last_year": 6.8},
        {"stage_code": "offer", "median_days": Withheld("small"), "median_days_last_year": 3.0},
    ]
    found = findings.longest_stage(frame, stages)
    assert found.title == "The longest stage is Panel interview: 10.5 days"
    assert found.text == (
        "A year ago it was 12.5 days. Of the others, AI interview moved most, from 6.8 to 2.8 days."
    )
    assert "Under 5" in findings.longest_stage(frame, stages[2:]).title


def test_offers_are_compared_with_the_year_before_them(frame: Frame) -> None:
    found = findings.offers(frame, _month(2026, 10, 30, 27.0))
    assert found.title == "75 of every 100 answered offers accepted, this month"
    assert "within the margin of error" in found.text  # 80 % lies in Wilson's 60 to 86 %
    higher = _month(2026, 10, 30, 27.0, n_offers_accepted=39)
    assert "credit nothing yet" in findings.offers(frame, higher).text


def test_where_few_declined_three_months_speak(frame: Frame) -> None:
    row = _month(2026, 10, 30, 27.0, offer_acceptance_rate=Withheld("above", 0.89),
                 n_offers_accepted=Withheld("above", 35, is_count=True))  # fmt: skip
    found = findings.offers(frame, row)
    assert found.title == "83 of every 100 answered offers accepted, the last 3 months"
    assert "100 of 120" in found.text
    hidden = {**row, "n_offers_accepted_3m": Withheld("small")}
    assert findings.offers(frame, hidden).title == "Too few answered offers for a rate"


def test_a_leading_reason_must_lead_by_more_than_chance(frame: Frame) -> None:
    def reasons(*counts: tuple[str, int]) -> list[Row]:
        return [{"decline_reason_code": code, "n": n} for code, n in counts]

    title = findings.decline_title
    assert (
        title(frame, reasons(("salary", 30), ("location", 8)))
        == "Pay is the main reason for declining"
    )
    assert title(frame, reasons(("location", 9), ("family", 8), ("pooled", 20))) == (
        "Declining: Location and Family lead, order within error"
    )
    assert "each under 5" in title(frame, reasons(("pooled", 8)))


def test_a_source_is_best_only_above_every_other_interval(frame: Frame) -> None:
    def source(code: str, lower: float, rate: float, upper: float) -> Row:
        return {"source_channel_code": code, "hire_rate": rate, "hire_rate_lower": lower,
                "hire_rate_upper": upper}  # fmt: skip

    clear = [source("headhunter", 0.14, 0.16, 0.19), source("referral", 0.10, 0.12, 0.13)]
    assert findings.source_title(frame, clear).startswith("Agency converts best")
    close = [source("headhunter", 0.12, 0.16, 0.19), source("referral", 0.10, 0.12, 0.13)]
    assert findings.source_title(frame, close) == "Hire rates of the sources overlap"


def test_the_six_tiles_compare_displayed_values(frame: Frame) -> None:
    rows = [_month(2025, 10, 81, 34.46), _month(2026, 9, 65, 24.74), _month(2026, 10, 85, 27.84)]
    tiles = _maker(frame, *rows).all([])
    assert [t.metric for t in tiles] == [
        "accepted_offers", "time_to_hire", "offer_acceptance_rate", "on_time_fill_rate",
        "join_rate", "retention_90d_rate",
    ]  # fmt: skip
    accepted, speed = tiles[:2]
    assert [(c.value, c.change) for c in accepted.compares] == [("65", "+20"), ("81", "+4")]
    # 27.8 - 24.7 and 27.8 - 34.5, not 27.84 - 24.74.
    assert [(c.value, c.change, c.tone) for c in speed.compares] == [
        ("24.7", "3.1 slower", "bad"), ("34.5", "6.7 faster", "good"),
    ]  # fmt: skip
    assert tiles[5].compares[0].value == "no history"


def test_changes_within_noise_have_no_colour(frame: Frame) -> None:
    rows = [_month(2026, 9, 20, 26.9), _month(2026, 10, 20, 27.8)]
    assert _maker(frame, *rows).all([])[1].compares[0].tone == "plain"


def test_few_openings_give_a_count_and_no_rate(frame: Frame) -> None:
    row = _month(2026, 10, 20, 27.8, n_openings_due=6, n_openings_on_time=3)
    tile = _maker(frame, row).all([])[3]
    assert (tile.value, tile.unit) == ("3/6", "")
    assert "Under 10 due" in tile.meta


def test_those_not_yet_due_make_the_join_rate_provisional(frame: Frame) -> None:
    row = _month(2026, 10, 20, 27.8, n_starts_pending=27, join_rate=Withheld("above", 0.93))
    tile = _maker(frame, row).all([])[4]
    assert (tile.value, tile.unit, tile.badge) == (">93", "%", "Provisional")
    assert tile.meta == "30 due, 27 not yet"


def test_a_month_that_is_not_over_is_compared_with_none(frame: Frame) -> None:
    rows = [_month(2026, 9, 65, 24.7), _month(2026, 10, 8, 27.8)]
    tiles = KpiMaker(frame, OCTOBER, rows, is_partial=True).all([])
    assert {c.change for t in tiles[:5] for c in t.compares} == {""}
