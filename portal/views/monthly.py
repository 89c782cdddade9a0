"""The monthly page for leaders: three sentences, six figures, then where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.cards import Card, Desk
from portal.charts.scale import zero_scale
from portal.charts.small import Interval, interval, spark_points
from portal.charts.trend import Month, Trend, trend
from portal.frame import Frame
from portal.views import findings
from portal.views.findings import Finding
from portal.views.kpis import Kpi, KpiMaker, median_of
from portal.views.values import count, figure
from talentloop.reports import ReportResult
from talentloop.reports.parameters import last_month
from talentloop.reports.privacy import Row
from talentloop.reports.spec import Column, Format
from talentloop.reports.text import DECIMALS, rounded

WINDOWS = (1, 3, 6, 12)


@dataclass(frozen=True)
class TrendCard:
    """Time to hire over thirteen months."""

    title: str
    chart: Trend
    result: ReportResult


@dataclass(frozen=True)
class StageCard:
    """Days per stage, this year and last."""

    title: str
    result: ReportResult
    longest: float
    sum_of_medians: float | None
    overall: float | None
    n: int | None


@dataclass(frozen=True)
class DepartmentCard:
    """Departments over the shortest window in which most stand alone."""

    title: str
    result: ReportResult
    window: int
    sparks: dict[str, list[str]]
    pooled: Row | None


@dataclass(frozen=True)
class DeclineCard:
    """Reasons for declining over the shortest window that names any."""

    title: str
    result: ReportResult
    window: int
    n: int
    largest: float


@dataclass(frozen=True)
class CohortCard:
    """How far one month's applicants came."""

    title: str
    result: ReportResult
    cohort: date
    n_open: int
    applied: int


@dataclass(frozen=True)
class SourceCard:
    """Hire rate by channel with its interval on one scale."""

    title: str
    result: ReportResult
    top: float
    marks: dict[str, Interval]
    n: int


@dataclass(frozen=True)
class FrozenLine:
    """A figure as it stood at month end, and as later data have it."""

    metric: str
    frozen: str
    now: str
    change: str


@dataclass(frozen=True)
class FrozenCard:
    """The month's frozen figures; none before the month was frozen."""

    title: str
    lines: list[FrozenLine]
    as_of: datetime
    result: ReportResult


@dataclass(frozen=True)
class MonthlyCards:
    """The cards of a month that has figures."""

    headline: Card[list[Finding]]
    kpis: Card[list[Kpi]]
    trend: Card[TrendCard]
    stages: Card[StageCard]
    departments: Card[DepartmentCard]
    declines: Card[DeclineCard]
    cohort: Card[CohortCard | None]
    sources: Card[SourceCard]
    frozen: Card[FrozenCard | None]


@dataclass(frozen=True)
class MonthlyPage:
    """Everything on the page; without figures it names the nearest month that has some."""

    month: date
    months: Sequence[Row]
    nearest: date | None
    is_partial: bool
    cards: MonthlyCards | None


def monthly_page(desk: Desk, month: date | None) -> MonthlyPage:
    """The page of a month; default the last one that had ended when the data were observed."""
    chosen = month or last_month(desk.db.as_of, desk.frame.options.time_zone)
    months = desk.report("month_list").rows
    row = next((r for r in months if r["month_on"] == chosen), None)
    if row is None:
        return MonthlyPage(chosen, months, _nearest(months, chosen), False, None)
    is_partial = bool(row["is_partial"])
    return MonthlyPage(chosen, months, chosen, is_partial, _cards(desk, chosen, is_partial))


def _cards(desk: Desk, month: date, is_partial: bool) -> MonthlyCards:
    frame, year = desk.frame, desk.report("monthly_hiring_efficiency", month=month)
    maker = KpiMaker(frame, month, year.rows, is_partial)
    departments = desk.card("department_efficiency", lambda: _departments(desk, month))
    stages = desk.card("stage_time", lambda: _stages(desk, month, maker))
    return MonthlyCards(
        headline=desk.card("headline", lambda: _headline(frame, maker, departments, stages)),
        kpis=desk.card("kpis", lambda: maker.all(desk.report("retention_90d", month=month).rows)),
        trend=desk.card("trend", lambda: _trend(frame, maker, year)),
        stages=stages,
        departments=departments,
        declines=desk.card("decline_reasons", lambda: _declines(desk, month)),
        cohort=desk.card("cohort_reach", lambda: _cohort(desk, month)),
        sources=desk.card("source_quality", lambda: _sources(desk)),
        frozen=desk.card("frozen_figures", lambda: _frozen(desk, month)),
    )


def _nearest(months: Sequence[Row], month: date) -> date | None:
    found = [r["month_on"] for r in months if isinstance(r["month_on"], date)]
    return min(found, key=lambda m: abs((m - month).days), default=None)


def _headline(
    frame: Frame, maker: KpiMaker, departments: Card[DepartmentCard], stages: Card[StageCard]
) -> list[Finding]:
    rows = departments.content.result.rows if departments.content else []
    window = departments.content.window if departments.content else 1
    stage_rows = stages.content.result.rows if stages.content else []
    return [
        findings.speed(frame, maker, rows, window),
        findings.longest_stage(frame, stage_rows),
        findings.offers(frame, maker.row(0)),
    ]


def _trend(frame: Frame, maker: KpiMaker, year: ReportResult) -> TrendCard:
    months = [
        Month(
            frame.month_short(row["month_on"]),
            frame.month(row["month_on"]),
            count(row, "n_accepted"),
            figure(row, "time_to_hire_p25_days"),
            figure(row, "time_to_hire_median_days"),
            figure(row, "time_to_hire_p75_days"),
            figure(row, "time_to_hire_p90_days"),
            is_provisional=_is_running(frame, row["month_on"]),
        )
        for row in year.rows
        if isinstance(row["month_on"], date)
    ]
    title = findings.trend_title(frame, median_of(maker.row(0)), median_of(maker.row(12)))
    return TrendCard(title, trend(months), year)


def _is_running(frame: Frame, month: date) -> bool:
    """Whether the month had not ended when the data were observed."""
    return frame.edition is not None and month > last_month(
        frame.edition.as_of, frame.options.time_zone
    )


def _stages(desk: Desk, month: date, maker: KpiMaker) -> StageCard:
    result = desk.report("stage_time", month=month)
    medians = [figure(r, "median_days") for r in result.rows]
    before = [figure(r, "median_days_last_year") for r in result.rows]
    longest = max([v for v in (*medians, *before) if v is not None], default=1.0)
    known = [v for v in medians if v is not None]
    overall = median_of(maker.row(0))
    title = desk.frame.t("title.stages_plain")
    if known:
        row = next(r for r in result.rows if figure(r, "median_days") == max(known))
        title = desk.frame.t("title.stages", stage=desk.frame.label("stage", row["stage_code"]))
    return StageCard(
        title,
        result,
        longest,
        sum(known) if len(known) == len(medians) else None,
        overall.value if overall else None,
        overall.n if overall else None,
    )


def _departments(desk: Desk, month: date) -> DepartmentCard:
    """The shortest window in which at most a third of the departments must be pooled."""
    for window in WINDOWS:
        result = desk.report("department_efficiency", month=month, window=window)
        pooled = next((r for r in result.rows if r["department_id"] == "pooled"), None)
        whole = next((r for r in result.rows if r["department_id"] == "all"), None)
        hidden = count(pooled, "n_departments") or 0
        if hidden * 3 <= (count(whole, "n_departments") or 0):
            break
    series = {str(r["department_id"]): _trend_values(r) for r in result.rows}
    every = [v for values in series.values() for v in values if v is not None]
    low, high = min(every, default=0.0), max(every, default=1.0)
    sparks = {key: spark_points(values, low, high) for key, values in series.items()}
    title = findings.department_title(desk.frame, result.rows)
    return DepartmentCard(title, result, window, sparks, pooled)


def _trend_values(row: Row) -> list[float | None]:
    return [float(v) if v else None for v in str(row["trend"] or "").split(";")]


def _declines(desk: Desk, month: date) -> DeclineCard:
    """The shortest window in which a reason stands alone; at last, a year."""
    for window in WINDOWS:
        result = desk.report("decline_reasons", month=month, window=window)
        named = [r for r in result.rows if r["decline_reason_code"] != "pooled"]
        if len(named) > 1:
            break
    largest = max((figure(r, "n") or 0 for r in result.rows), default=0.0)
    n = count(result.rows[0], "n_total") or 0 if result.rows else 0
    title = findings.decline_title(desk.frame, result.rows)
    return DeclineCard(title, result, window, n, largest)


def _cohort(desk: Desk, month: date) -> CohortCard | None:
    result = desk.report("cohort_reach", month=month)
    if not result.rows:
        return None
    first, last = result.rows[0], result.rows[-1]
    cohort, share = first["cohort_month_on"], figure(last, "share_of_applied")
    applied = count(first, "n_reached") or 0
    title = desk.frame.t("title.cohort_plain")
    if share is not None:
        per, key = (100, "title.cohort") if share >= 0.01 else (1000, "title.cohort_thousand")
        title = desk.frame.t(key, n=round(per * share))
    assert isinstance(cohort, date)  # noqa: S101 - the report declares a month
    return CohortCard(title, result, cohort, count(first, "n_open") or 0, applied)


def _sources(desk: Desk) -> SourceCard:
    result = desk.report("source_quality")
    uppers = [figure(r, "hire_rate_upper") for r in result.rows]
    top = zero_scale(max([u for u in uppers if u is not None], default=0.1), 100, parts=4).top
    marks = {
        str(r["source_channel_code"]): interval(
            figure(r, "hire_rate") or 0.0,
            figure(r, "hire_rate_lower"),
            figure(r, "hire_rate_upper"),
            top,
        )
        for r in result.rows
        if figure(r, "hire_rate") is not None
    }
    title = findings.source_title(desk.frame, result.rows)
    n = sum(count(r, "n_applications") or 0 for r in result.rows)
    return SourceCard(title, result, top, marks, n)


def _frozen(desk: Desk, month: date) -> FrozenCard | None:
    result = desk.report("frozen_figures", month=month)
    if not result.rows:
        return None
    lines = [_frozen_line(desk.frame, row) for row in result.rows]
    n = sum(bool(row["is_restated"]) for row in result.rows)
    title = desk.frame.t("frozen.some", n=n) if n else desk.frame.t("frozen.none")
    as_of = result.rows[0]["frozen_as_of"]
    assert isinstance(as_of, datetime)  # noqa: S101 - the report declares a time
    return FrozenCard(title, lines, as_of, result)


def _frozen_line(frame: Frame, row: Row) -> FrozenLine:
    metric = str(row["metric"])
    unit = frame.metric(metric).unit
    column = _COLUMN_OF_UNIT[unit if unit in _COLUMN_OF_UNIT else "count"]
    frozen, later = figure(row, "value_frozen"), figure(row, "value_restated")
    change = ""
    if frozen is not None and later is not None:
        scale, digits = (100, 1) if unit == "percent" else (1, DECIMALS[column.format])
        shown = rounded(scale * later, digits) - rounded(scale * frozen, digits)
        change = frame.words.change(shown / scale, column)
    now = frame.words.cell(row["value_restated"], column) if row["is_restated"] else ""
    return FrozenLine(metric, frame.words.cell(row["value_frozen"], column), now, change)


def _column(form: Format) -> Column:
    return Column.model_validate({"zh": "值", "en": "Value", "class": "aggregate", "format": form})


_COLUMN_OF_UNIT = {
    "count": _column("integer"), "days": _column("days"), "percent": _column("percent"),
}  # fmt: skip
