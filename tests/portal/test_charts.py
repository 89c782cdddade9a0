"""Geometry: where marks stand."""

from __future__ import annotations

import pytest

from portal.charts.forest import Estimate, axis
from portal.charts.histogram import Quantiles, boxes, histogram
from portal.charts.scale import share, spread, zero_scale
from portal.charts.small import heat_step, interval, spark_points
from portal.charts.survival import Day, Group, survival
from portal.charts.trend import Month, trend


@pytest.mark.parametrize(
    ("largest", "top", "step"),
    [(43, 45, 15), (41.6, 45, 15), (100, 100, 25), (7, 8, 2), (0.188, 0.2, 0.05), (1, 1, 0.25)],
)
def test_axes_begin_at_zero_and_end_on_a_round_number(
    largest: float, top: float, step: float
) -> None:
    scale = zero_scale(largest, 200)
    assert (scale.top, scale.step) == (pytest.approx(top), pytest.approx(step))
    assert scale.ticks[0] == 0
    assert scale.ticks[-1] == pytest.approx(top)
    assert len(scale.ticks) <= 5


def test_an_axis_of_nothing_is_still_an_axis() -> None:
    assert zero_scale(0, 100).ticks == [0.0, 1.0]
    assert zero_scale(10, 100).at(99) == 100  # never beyond the plot
    assert share(1, 0) == 0
    assert axis([Estimate(0.0), Estimate(0.004)]).ticks == [0.0, 0.5, 1.0]
    assert axis([Estimate(0.0), Estimate(0.004)], least=0.001).high == 0.004


def test_labels_keep_their_order_and_their_distance() -> None:
    placed = spread([50, 52, 53, 190], 15, 0, 200)
    assert placed == [50, 65, 80, 190]
    assert spread([198, 199, 200], 15, 0, 200) == [170, 185, 200]


def _month(n: int, median: float | None, provisional: bool = False) -> Month:
    low, high = (None, None) if median is None else (median - 5, median + 5)
    return Month(f"{n}月", f"2026 年 {n} 月", 20, low, median, high, high, provisional)


def test_a_trend_has_a_point_per_month_and_a_gap_where_few_were_hired() -> None:
    chart = trend([_month(1, 20), _month(2, None), _month(3, 30), _month(4, 40)])
    assert [p.x for p in chart.points] == [0, 33.333, 66.667, 100]
    assert chart.points[1].y is None
    assert chart.scale.top == 45
    assert chart.medians == ["0.0,55.556", "66.667,33.333 100.0,11.111"]
    assert len(chart.bands) == 1  # a single month makes no band
    assert [end.line for end in chart.ends] == ["p90", "p75", "median", "p25"]
    assert [p.is_labelled for p in chart.points] == [True, False, False, True]


def test_a_month_that_is_not_over_hangs_on_a_dashed_line() -> None:
    chart = trend([_month(1, 20), _month(2, 24), _month(3, 30, provisional=True)])
    assert chart.provisional == "50.0,40.0 100.0,25.0"
    assert chart.medians == ["0.0,50.0 50.0,40.0"]


def test_one_month_alone_and_no_figures_at_all() -> None:
    assert trend([_month(1, 20)]).points[0].x == 0
    empty = trend([_month(1, None), _month(2, None)])
    assert empty.medians == []
    assert empty.first is None
    assert empty.ends == []


def _days(*shares: float) -> list[Day]:
    return [Day(i, s, max(s - 0.1, 0), min(s + 0.1, 1), 10) for i, s in enumerate(shares)]


def test_a_waiting_curve_is_a_staircase() -> None:
    group = Group("R&D", 20, 2, 2.0, _days(1.0, 0.8, 0.4, *[0.02] * 60))
    chart = survival([group], 14)
    assert chart.horizon == 21
    steps = chart.curves[0].steps.split()
    assert steps[:5] == ["0.0,0.0", "4.762,0.0", "4.762,20.0", "9.524,20.0", "9.524,60.0"]
    assert chart.limit_x == pytest.approx(66.667)
    assert chart.day_ticks == [(0, 0.0), (7, 33.333), (14, 66.667), (21, 100.0)]
    assert survival([group], 40).limit_x is None


def test_the_interval_of_a_median_is_read_off_the_band() -> None:
    slow = Group("a", 20, 0, 3.0, _days(1.0, 0.9, 0.65, 0.5, 0.3))
    assert slow.median_interval == (3, 4)  # the band's edges pass one half on days 3 and 4
    assert Group("b", 20, 0, None, _days(1.0, 0.9)).median_interval[1] == float("inf")


BOX = Quantiles(30, 11, 14, 18, 24, 32, 40, 46)


def test_bars_stand_on_zero_and_share_the_axis_with_their_box() -> None:
    chart = histogram([(0, 5, 0), (5, 10, 4), (10, 15, 8), (45, 50, 1)], BOX)
    assert [b.n for b in chart.bars] == [4, 8, 1]
    tallest = chart.bars[1]
    assert (tallest.y, tallest.height) == (0, 150)
    assert all(bar.y + bar.height == pytest.approx(150) for bar in chart.bars)
    assert chart.x(10) == pytest.approx(tallest.x)
    assert chart.days.top >= 50


def test_a_small_group_has_no_box() -> None:
    few = Quantiles(9, 1, 2, 3, 4, 5, 6, 7)
    drawn, scale = boxes([("referral", BOX), ("campus", few)], 10)
    assert drawn[0].middle == pytest.approx(100 * 24 / scale.top)
    assert drawn[1].body is None
    assert scale.top >= 40


def test_small_marks_stay_inside_their_row() -> None:
    assert spark_points([1, None, 3, 5], 1, 5) == ["66.67,14.00 100.00,3.00"]
    mark = interval(0.5, 0.4, 1.2, 1.0)
    assert (mark.point, mark.left, mark.width) == (50, 40, 60)
    assert interval(0.5, None, None, 1.0).width == 0


def test_the_heat_ramp_keeps_zero_blank_and_the_largest_dark() -> None:
    assert [heat_step(n, 42) for n in (0, 1, 9, 42)] == [0, 1, 3, 5]
    assert heat_step(0, 0) == 0
