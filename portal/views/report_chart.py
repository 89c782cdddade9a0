"""The chart that a report's description asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from portal.charts.forest import Axis, Estimate, Mark, axis
from portal.charts.scale import share
from portal.charts.survival import Day, Group, Survival, survival
from portal.charts.trend import Month, Trend, trend
from portal.frame import Frame
from portal.views.values import count, figure
from talentloop.reports import ReportResult
from talentloop.reports.privacy import Row
from talentloop.reports.spec import Chart
from talentloop.reports.text import DECIMALS

MOST_CURVES = 2
MOST_MARKS = 60


@dataclass(frozen=True)
class Bar:
    """A row of a bar chart; `share` is percent of the longest."""

    label: str
    text: str
    share: float


@dataclass(frozen=True)
class Interval:
    """A row of an interval chart."""

    label: str
    text: str
    span: str
    mark: Mark


@dataclass(frozen=True)
class ReportChart:
    """One chart; the part that its kind names is there."""

    kind: str
    title: str
    bars: Sequence[Bar] = ()
    intervals: Sequence[Interval] = ()
    axis: Axis | None = None
    trend: Trend | None = None
    curve: Survival | None = None
    is_cut: bool = False


def report_chart(frame: Frame, result: ReportResult) -> ReportChart | None:
    """The chart of a result, or None where none is declared or nothing can be drawn."""
    chart = result.meta.spec.chart
    drawn = [r for r in result.rows if chart is not None and figure(r, chart.value) is not None]
    if chart is None or not drawn:
        return None
    title = result.columns[chart.value].label.text(frame.lang)
    is_cut = len(drawn) > MOST_MARKS
    if chart.kind == "bars":
        bars = _bars(frame, result, chart, drawn[:MOST_MARKS])
        return ReportChart("bars", title, bars=bars, is_cut=is_cut)
    if chart.kind == "intervals":
        rows, scale = _intervals(frame, result, chart, drawn[:MOST_MARKS])
        return ReportChart("intervals", title, intervals=rows, axis=scale, is_cut=is_cut)
    if chart.kind == "trend":
        return ReportChart("trend", title, trend=trend(_months(frame, result.rows, chart)))
    groups = _groups(frame, result, chart, drawn)
    curve = survival(groups[:MOST_CURVES], None)
    return ReportChart("curve", title, curve=curve, is_cut=len(groups) > MOST_CURVES)


def _name(frame: Frame, result: ReportResult, row: Row, label: str) -> str:
    """What a column calls a mark, in the page's language where the report has both."""
    if row[label] is not None and f"{label}_en" in row:
        return frame.pick(row[label], row[f"{label}_en"])
    return frame.words.cell(row[label], result.columns[label])


def _label(frame: Frame, result: ReportResult, chart: Chart, row: Row) -> str:
    """A mark's name; of several columns those that say something, and what is in no group is the
    whole company."""
    if len(chart.labels) == 1:
        return _name(frame, result, row, chart.labels[0])
    names = [_name(frame, result, row, label) for label in chart.labels if row[label] is not None]
    return " · ".join(names) or frame.label("cohort_grouping", "company")


def _bars(frame: Frame, result: ReportResult, chart: Chart, rows: Sequence[Row]) -> list[Bar]:
    longest = max(figure(row, chart.value) or 0.0 for row in rows)
    column = result.columns[chart.value]
    return [
        Bar(
            _label(frame, result, chart, row),
            frame.words.cell(row[chart.value], column),
            share(figure(row, chart.value) or 0.0, longest),
        )
        for row in rows
    ]


def _intervals(
    frame: Frame, result: ReportResult, chart: Chart, rows: Sequence[Row]
) -> tuple[list[Interval], Axis]:
    column = result.columns[chart.value]
    estimates = [
        Estimate(
            figure(row, chart.value) or 0.0,
            figure(row, chart.lower or ""),
            figure(row, chart.upper or ""),
        )
        for row in rows
    ]
    decimals = DECIMALS.get(column.format, 0) + (2 if column.format == "percent" else 0)
    scale = axis(estimates, least=10.0**-decimals)
    drawn = []
    for row, estimate in zip(rows, estimates, strict=True):
        span = ""
        if estimate.lower is not None:
            ends = (frame.words.cell(v, column) for v in (estimate.lower, estimate.upper))
            span = frame.t("report.span", lower=next(ends), upper=next(ends))
        text = frame.words.cell(row[chart.value], column)
        drawn.append(Interval(_label(frame, result, chart, row), text, span, scale.mark(estimate)))
    return drawn, scale


def _months(frame: Frame, rows: Sequence[Row], chart: Chart) -> list[Month]:
    months = ((row, row[chart.labels[0]]) for row in rows)
    return [
        Month(
            frame.month_short(month),
            frame.month(month),
            count(row, chart.n or ""),
            figure(row, chart.p25 or ""),
            figure(row, chart.value),
            figure(row, chart.p75 or ""),
            figure(row, chart.p90 or ""),
        )
        for row, month in months
        if isinstance(month, date)
    ]


def _groups(frame: Frame, result: ReportResult, chart: Chart, rows: Sequence[Row]) -> list[Group]:
    """Curves, the largest first."""
    names = {id(row): _label(frame, result, chart, row) for row in rows}
    groups = []
    for name, grouped in groupby(rows, lambda row: names[id(row)]):
        lines = list(grouped)
        n_open = count(lines[0], chart.n_open or "") or 0
        days = [
            Day(
                count(row, chart.x or "") or 0,
                figure(row, chart.value) or 0.0,
                figure(row, chart.lower or "") or 0.0,
                figure(row, chart.upper or "") or 0.0,
                count(row, chart.n or "") or 0,
            )
            for row in lines
        ]
        groups.append(Group(name, days[0].at_risk, n_open, None, days))
    return sorted(groups, key=lambda group: -group.n)
