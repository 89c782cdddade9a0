"""Funnel and time to hire for analysts: filter, chart, table, rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from portal.cards import Card, Desk
from portal.charts.histogram import Box, Histogram, Quantiles, boxes, histogram
from portal.charts.scale import Scale
from portal.charts.small import heat_step
from portal.charts.survival import Day, Group, Survival, survival
from portal.frame import Frame
from portal.views.filters import Asked, Filters, read_filters
from portal.views.values import count, figure
from talentloop.reports import ReportResult
from talentloop.reports.privacy import Row
from talentloop.reports.text import number, percent

FEW = 10  # resolved applications before a title names a stage or a box is drawn
ENOUGH_TO_COMPARE = 30


@dataclass(frozen=True)
class FunnelCard:
    """Stages of the cohort with their bars."""

    title: str
    result: ReportResult
    entered: int
    accepted: Row | None


@dataclass(frozen=True)
class SelectionCard:
    """What the filters select."""

    n: int
    n_open: int
    n_hired: int
    left_out: list[tuple[str, int]]


@dataclass(frozen=True)
class WaitCard:
    """Curves of the stage with the longest wait."""

    title: str
    stage: str
    chart: Survival
    result: ReportResult
    limit: int | None


@dataclass(frozen=True)
class HeatCell:
    """One cell of stage by age."""

    n: int
    step: int
    is_over: bool


@dataclass(frozen=True)
class AgeingCard:
    """Open applications by stage and age, and the longest waits."""

    title: str
    rows: list[tuple[str, list[HeatCell]]]
    n_open: int
    result: ReportResult
    longest: ReportResult


@dataclass(frozen=True)
class SpreadCard:
    """The distribution of time to hire, as a whole and by channel."""

    title: str
    chart: Histogram
    result: ReportResult
    channel_title: str
    boxes: list[Box]
    scale: Scale
    middle: float
    by_channel: ReportResult


@dataclass(frozen=True)
class FunnelPage:
    """Everything on the page."""

    filters: Filters
    selection: SelectionCard
    funnel: Card[FunnelCard]
    waits: Card[WaitCard | None]
    ageing: Card[AgeingCard]
    spread: Card[SpreadCard | None]
    cohorts: Card[ReportResult]


def funnel_page(desk: Desk, asked: Asked) -> FunnelPage:
    """The page for the filters of an address."""
    filters = read_filters(desk, asked)
    selection = _selection(desk, filters)
    funnel = desk.card("funnel", lambda: _funnel(desk, filters))
    stage = _slowest(funnel.content.result.rows if funnel.content else [])
    return FunnelPage(
        filters,
        selection,
        funnel,
        desk.card("stage_survival", lambda: _waits(desk, filters, stage or "interview")),
        desk.card("stage_ageing", lambda: _ageing(desk, filters)),
        desk.card("time_to_hire", lambda: _spread(desk, filters)),
        desk.card("cohort_hire_rate", lambda: desk.report("cohort_hire_rate")),
    )


def _selection(desk: Desk, filters: Filters) -> SelectionCard:
    rows = desk.report("funnel_selection", **filters.cohort).rows
    kept = next((r for r in rows if r["exclusion_reason_code"] is None), None)
    left_out = [
        (desk.frame.label("exclusion_reason", r["exclusion_reason_code"]), count(r, "n") or 0)
        for r in rows
        if r["exclusion_reason_code"] is not None
    ]
    return SelectionCard(
        count(kept, "n") or 0, count(kept, "n_open") or 0, count(kept, "n_hired") or 0, left_out
    )


def _steps(rows: Sequence[Row]) -> list[Row]:
    """Stages that end in a decision: neither the application itself nor the acceptance."""
    return [r for r in rows if r["stage_code"] not in ("applied", "hired")]


def _slowest(rows: Sequence[Row]) -> str | None:
    known = [r for r in _steps(rows) if figure(r, "median_days") is not None]
    if not known:
        return None
    return str(max(known, key=lambda r: figure(r, "median_days") or 0)["stage_code"])


def _funnel(desk: Desk, filters: Filters) -> FunnelCard:
    frame, result = desk.frame, desk.report("funnel", **filters.cohort)
    accepted = next((r for r in result.rows if r["stage_code"] == "hired"), None)
    entered = max((count(r, "n_entered") or 0 for r in result.rows), default=0)
    return FunnelCard(_funnel_title(frame, filters, result.rows), result, entered, accepted)


def _funnel_title(frame: Frame, filters: Filters, rows: Sequence[Row]) -> str:
    where = filters.name_of(filters.departments) or frame.t("monthly.company")
    ready = [r for r in _steps(rows) if (count(r, "n_resolved") or 0) >= FEW]
    if not ready:
        return frame.t("funnel.title_plain", where=where)
    lowest = min(ready, key=lambda r: figure(r, "pass_rate") or 0)
    slowest = max(ready, key=lambda r: figure(r, "median_days") or 0)
    key = "funnel.title_same" if lowest is slowest else "funnel.title_two"
    return frame.t(
        key,
        where=where,
        low=frame.label("stage", lowest["stage_code"]),
        rate=percent(figure(lowest, "pass_rate") or 0),
        slow=frame.label("stage", slowest["stage_code"]),
        days=number(figure(slowest, "median_days") or 0, 1),
    )


def _waits(desk: Desk, filters: Filters, stage: str) -> WaitCard | None:
    parameters = {k: v for k, v in filters.cohort.items() if k != "department"}
    result = desk.report("stage_survival", stage=stage, **parameters)
    groups = _groups(desk.frame, result.rows)
    chosen = filters.name_of(filters.departments)
    shown = _two_groups(groups, chosen)
    if not shown:
        return None
    limit = desk.frame.options.stage_limits_days.get(stage)
    title = _wait_title(desk.frame, stage, shown)
    return WaitCard(title, stage, survival(shown, limit), result, limit)


def _groups(frame: Frame, rows: Sequence[Row]) -> list[Group]:
    made = []
    for _, grouped in groupby(rows, key=lambda r: r["department_id"]):
        days = list(grouped)
        first = days[0]
        made.append(
            Group(
                frame.pick(first["department_name"], first["department_name_en"]),
                count(first, "n") or 0,
                count(first, "n_open") or 0,
                figure(first, "median_days"),
                [
                    Day(
                        count(d, "day") or 0,
                        figure(d, "share_waiting") or 0.0,
                        figure(d, "share_lower") or 0.0,
                        figure(d, "share_upper") or 0.0,
                        count(d, "n_at_risk") or 0,
                    )
                    for d in days
                ],
            )
        )
    return made


def _two_groups(groups: Sequence[Group], chosen: str | None) -> list[Group]:
    """The chosen department and the largest other, or the slowest and the fastest large ones."""
    large = [g for g in groups if g.n >= ENOUGH_TO_COMPARE and g.median_days is not None]
    large.sort(key=lambda g: -(g.median_days or 0))
    if chosen is None:
        return [large[0], large[-1]] if len(large) > 1 else large
    own = [g for g in groups if g.name == chosen and g.n >= FEW]
    others = sorted((g for g in large if g.name != chosen), key=lambda g: -g.n)
    shown = [*own, *others[: 1 if own else 2]]
    return sorted(shown, key=lambda g: -(g.median_days or 1e9))


def _wait_title(frame: Frame, stage: str, shown: Sequence[Group]) -> str:
    label = frame.label("stage", stage)
    known = [g for g in shown if g.median_days is not None]
    if not known:
        return frame.t("funnel.wait_plain", stage=label)
    one = known[0]
    values = {"stage": label, "one": one.name, "days": number(one.median_days or 0, 1)}
    if len(known) == 1:
        return frame.t("funnel.wait_one", **values)
    other = known[1]
    apart = other.median_interval[1] < one.median_interval[0]
    return frame.t(
        "funnel.wait_two" if apart else "funnel.wait_noise",
        **values,
        other=other.name,
        days_other=number(other.median_days or 0, 1),
    )


def _ageing(desk: Desk, filters: Filters) -> AgeingCard:
    frame, result = desk.frame, desk.report("stage_ageing", **filters.now)
    largest = max((count(r, "n") or 0 for r in result.rows), default=0)
    rows, over = [], []
    for stage, grouped in groupby(result.rows, key=lambda r: str(r["stage_code"])):
        limit = frame.options.stage_limits_days.get(stage)
        cells = []
        for row in grouped:
            n, start = count(row, "n") or 0, count(row, "from_days") or 0
            late = limit is not None and start >= limit and n > 0
            cells.append(HeatCell(n, heat_step(n, largest), late))
        over.append((sum(c.n for c in cells if c.is_over), stage, limit))
        rows.append((frame.label("stage", stage), cells))
    n_open = sum(c.n for _, cells in rows for c in cells)
    longest = desk.report("longest_waits", **filters.now)
    return AgeingCard(_ageing_title(frame, over, n_open), rows, n_open, result, longest)


def _ageing_title(frame: Frame, over: Sequence[tuple[int, str, int | None]], n_open: int) -> str:
    if not n_open:
        return frame.t("funnel.ageing_none")
    worst = max(over, key=lambda item: item[0], default=(0, "", None))
    if not worst[0]:
        return frame.t("funnel.ageing_fine")
    stage = frame.label("stage", worst[1])
    return frame.translator.counted("funnel.ageing_title", worst[0], stage=stage, limit=worst[2])


def _quantiles(row: Row) -> Quantiles:
    names = ("p5", "p10", "p25", "median", "p75", "p90", "p95")
    return Quantiles(count(row, "n") or 0, *(figure(row, f"{n}_days") or 0.0 for n in names))


def _spread(desk: Desk, filters: Filters) -> SpreadCard | None:
    frame = desk.frame
    by_channel = desk.report("time_to_hire_by_channel", **filters.cohort)
    if not by_channel.rows or (count(by_channel.rows[0], "n") or 0) < FEW:
        return None
    result = desk.report("time_to_hire_distribution", **filters.cohort)
    bins = [
        (count(r, "from_days") or 0, count(r, "below_days") or 0, count(r, "n") or 0)
        for r in result.rows
    ]
    whole, groups = _quantiles(by_channel.rows[0]), []
    for row in by_channel.rows[1:]:
        code = row["source_channel_code"]
        groups.append((str(code) if code is not None else None, _quantiles(row)))
    drawn, scale = boxes(groups, FEW)
    inside = [b for b in drawn if b.median is not None and whole.p25 <= b.median <= whole.p75]
    known = [b for b in drawn if b.median is not None]
    all_inside = len(inside) == len(known)
    return SpreadCard(
        frame.t("funnel.spread_title", days=number(whole.p90, 1)),
        histogram(bins, whole),
        result,
        frame.t("funnel.channels_inside" if all_inside else "funnel.channels_outside"),
        drawn,
        scale,
        round(scale.at(whole.median), 2),
        by_channel,
    )
