"""Sentences made from numbers: what the month shows, and no more than its intervals allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.frame import Frame
from portal.views.kpis import KpiMaker, median_of
from portal.views.values import count, figure
from talentloop.reports import Withheld
from talentloop.reports.noise import Median, counts_differ, medians_differ, wilson
from talentloop.reports.privacy import LEAST, Row
from talentloop.reports.text import number, percent, rounded

ENOUGH = 10  # people behind a median before a title may rank it


@dataclass(frozen=True)
class Finding:
    """One of the three sentences on top: a bold statement and what supports it."""

    title: str
    text: str


def _days_between(one: Median, other: Median) -> str:
    return number(abs(rounded(one.value, 1) - rounded(other.value, 1)), 1)


def speed(frame: Frame, maker: KpiMaker, departments: Sequence[Row], window: int) -> Finding:
    """How the month's median compares with the same month of last year and with last month."""
    now, before = median_of(maker.row(0)), median_of(maker.row(1))
    year = median_of(maker.row(12))
    if now is None:
        return Finding(frame.t("finding.speed_few"), frame.t("finding.speed_few_text"))
    title = _speed_title(frame, now, year)
    if before is not None and medians_differ(now, before):
        key = "finding.than_last_slower" if now.value > before.value else "finding.than_last_faster"
        title += frame.t(key, days=_days_between(now, before))
    parts = [frame.t("finding.speed_now", days=number(now.value, 1), n=now.n)]
    if before is not None:
        parts.append(frame.t("finding.speed_before", days=number(before.value, 1)))
    if year is not None:
        parts.append(frame.t("finding.speed_year", days=number(year.value, 1)))
    text = frame.t("finding.comma").join(parts) + frame.t("finding.stop")
    return Finding(title, text + _department_note(frame, departments, window))


def _speed_title(frame: Frame, now: Median, year: Median | None) -> str:
    if year is None:
        return frame.t("finding.speed_title_alone", days=number(now.value, 1))
    if not medians_differ(now, year):
        return frame.t("finding.speed_title_noise", days=_days_between(now, year))
    key = "finding.speed_title_slower" if now.value > year.value else "finding.speed_title_faster"
    return frame.t(key, days=_days_between(now, year))


def _department_note(frame: Frame, departments: Sequence[Row], window: int) -> str:
    """The department that moved most within a year, where enough people stand behind it."""
    moved = []
    for row in departments:
        now, then = figure(row, "median_days"), figure(row, "median_days_last_year")
        n, n_then = count(row, "n_accepted") or 0, count(row, "n_last_year") or 0
        is_single = row["department_id"] not in ("all", "pooled")
        if now is not None and then is not None and is_single and min(n, n_then) >= ENOUGH:
            moved.append((abs(now - then), now, then, n, row))
    if not moved:
        return ""
    _, now, then, n, row = max(moved, key=lambda item: item[0])
    return frame.t(
        "finding.department_note",
        name=frame.pick(row["department_name"], row["department_name_en"]),
        then=number(then, 1),
        now=number(now, 1),
        n=n,
        period=frame.t("period.months", n=window) if window > 1 else frame.t("period.this_month"),
    )


def longest_stage(frame: Frame, stages: Sequence[Row]) -> Finding:
    """Where accepted applicants waited longest, and which stage changed most within a year."""
    known = [(figure(row, "median_days"), row) for row in stages]
    measured = [(days, row) for days, row in known if days is not None]
    if not measured:
        return Finding(frame.t("finding.stage_few"), frame.t("finding.stage_few_text", n=LEAST))
    days, row = max(measured, key=lambda item: item[0])
    title = frame.t(
        "finding.stage_title", stage=frame.label("stage", row["stage_code"]), days=number(days, 1)
    )
    then = figure(row, "median_days_last_year")
    text = (
        frame.t("finding.stage_year", days=number(then, 1))
        if then is not None
        else frame.t("finding.stage_no_year")
    )
    return Finding(title, text + _moved_stage(frame, measured, row))


def _moved_stage(frame: Frame, measured: Sequence[tuple[float, Row]], longest: Row) -> str:
    moved = []
    for days, row in measured:
        then = figure(row, "median_days_last_year")
        if then is not None and row is not longest:
            moved.append((abs(rounded(days, 1) - rounded(then, 1)), days, then, row))
    if not moved or max(moved, key=lambda m: m[0])[0] < 0.5:
        return ""
    _, days, then, row = max(moved, key=lambda m: m[0])
    return frame.t(
        "finding.stage_moved",
        stage=frame.label("stage", row["stage_code"]),
        then=number(then, 1),
        now=number(days, 1),
    )


def offers(frame: Frame, row: Row | None) -> Finding:
    """How many answered offers were accepted, over a month or, where few declined, over three."""
    suffix = ""
    if row is not None and isinstance(row["offer_acceptance_rate"], Withheld):
        suffix = "_3m"
    k = count(row, f"n_offers_accepted{suffix}")
    n = count(row, f"n_offers_decided{suffix}")
    if k is None or not n:
        return Finding(frame.t("finding.offers_few"), frame.t("finding.offers_few_text"))
    period = frame.t("period.months", n=3) if suffix else frame.t("period.this_month")
    title = frame.t("finding.offers_title", share=number(100 * k / n, 0), period=period)
    text = frame.t("finding.offers_text", k=number(k, 0), n=number(n, 0), period=period)
    return Finding(title, text + _against_before(frame, row, k, n))


def _against_before(frame: Frame, row: Row | None, k: int, n: int) -> str:
    before = figure(row, "offer_acceptance_rate_before")
    if before is None:
        return frame.t("finding.offers_no_before")
    lower, upper = wilson(k, n)
    if lower <= before <= upper:
        return frame.t("finding.offers_noise", rate=percent(before))
    key = "finding.offers_higher" if k / n > before else "finding.offers_lower"
    return frame.t(key, rate=percent(before))


def trend_title(frame: Frame, now: Median | None, year: Median | None) -> str:
    """Title of the trend card."""
    if now is None or year is None:
        return frame.t("title.trend_plain")
    if not medians_differ(now, year):
        return frame.t("title.trend_noise")
    key = "title.trend_longer" if now.value > year.value else "title.trend_shorter"
    return frame.t(key, days=_days_between(now, year))


def department_title(frame: Frame, rows: Sequence[Row]) -> str:
    """Title of the department card: slowest and fastest, if chance does not explain them."""
    ranked = []
    for row in rows:
        value, p25, p75 = (figure(row, c) for c in ("median_days", "p25_days", "p75_days"))
        n = count(row, "n_accepted") or 0
        if row["department_id"] in ("all", "pooled") or n < ENOUGH:
            continue
        if value is not None and p25 is not None and p75 is not None:
            ranked.append((Median(value, p25, p75, n), row))
    if len(ranked) < 2:
        return frame.t("title.departments_few")
    slow, fast = max(ranked, key=lambda r: r[0].value), min(ranked, key=lambda r: r[0].value)
    if not medians_differ(slow[0], fast[0]):
        return frame.t("title.departments_noise")
    return frame.t(
        "title.departments",
        slow=frame.pick(slow[1]["department_name"], slow[1]["department_name_en"]),
        fast=frame.pick(fast[1]["department_name"], fast[1]["department_name_en"]),
    )


def decline_title(frame: Frame, rows: Sequence[Row]) -> str:
    """Title of the decline card: the leading reason, or the two that chance does not separate."""
    named = [(count(r, "n") or 0, r) for r in rows if r["decline_reason_code"] != "pooled"]
    named.sort(key=lambda item: -item[0])
    if not named:
        return frame.t("title.declines_few")
    first = frame.label("decline_reason", named[0][1]["decline_reason_code"])
    if len(named) == 1 or counts_differ(named[0][0], named[1][0]):
        return frame.t("title.declines", reason=first)
    second = frame.label("decline_reason", named[1][1]["decline_reason_code"])
    return frame.t("title.declines_two", one=first, two=second)


def source_title(frame: Frame, rows: Sequence[Row]) -> str:
    """Title of the source card: the best channel, if its interval lies above all others."""
    known = [r for r in rows if figure(r, "hire_rate") is not None]
    if len(known) < 2:
        return frame.t("title.sources_few")
    top, others = known[0], known[1:]
    ceiling = max(figure(r, "hire_rate_upper") or 0.0 for r in others)
    if (figure(top, "hire_rate_lower") or 0.0) <= ceiling:
        return frame.t("title.sources_noise")
    return frame.t("title.sources", name=frame.label("source_channel", top["source_channel_code"]))
