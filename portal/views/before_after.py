"""The user's own before and after: two windows of equal length around a chosen day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.cards import Desk
from portal.frame import Frame
from portal.views.filters import Choice, coded_choices, named_choices
from portal.views.values import count, figure
from talentloop.reports import ReportResult
from talentloop.reports.comparison import Verdict, judge
from talentloop.reports.maturity import cases_of, played_by, value_columns
from talentloop.reports.noise import Median, wilson
from talentloop.reports.privacy import Row
from talentloop.reports.spec import Role

#: Whether less is better; a change of these may be called better or worse.
LESS_IS_BETTER = {"decision_days": True, "hire_median_days": True, "touches": True,
                  "automation_share": False, "on_time_share": False}  # fmt: skip


@dataclass(frozen=True)
class Side:
    """A figure of one window in words, with its interval and cases."""

    value: str
    interval: str
    n: str


@dataclass(frozen=True)
class Line:
    """One figure in both windows."""

    metric: str
    label: str
    before: Side
    after: Side
    change: str
    verdict: Verdict
    tone: str


@dataclass(frozen=True)
class BeforeAfterPage:
    """Everything on the page; without rows the chosen day lies ahead."""

    result: ReportResult
    change_on: date | None
    days: int
    asked_days: int
    lines: list[Line]
    shown: list[str]
    not_shown: list[str]
    departments: Sequence[Choice]
    families: Sequence[Choice]


def before_after_page(
    desk: Desk, change_on: str | None, days: str | None, department: str | None, family: str | None
) -> BeforeAfterPage:
    """The page for a day, a length and a part of the company."""
    frame = desk.frame
    given = {"change_on": change_on, "days": days, "department": department, "job_family": family}
    result = desk.report("before_after", **{k: v for k, v in given.items() if v})
    choices = desk.report("filter_choices").rows
    departments = named_choices(frame, choices, department)
    families = coded_choices(frame, choices, "job_family", "job_family", family)
    asked = int(str(result.meta.parameters["days"]))
    if not result.rows:
        return BeforeAfterPage(result, None, 0, asked, [], [], [], departments, families)
    before, after = result.rows
    lines = [_line(frame, result, name, before, after) for name in value_columns(result.meta.spec)]
    first = after["from_on"]
    return BeforeAfterPage(
        result,
        first if isinstance(first, date) else None,
        count(after, "n_days") or 0,
        asked,
        lines,
        [line.label for line in lines if line.verdict == "larger"],
        [line.label for line in lines if line.verdict != "larger"],
        departments,
        families,
    )


def _line(frame: Frame, result: ReportResult, name: str, before: Row, after: Row) -> Line:
    spec, column = result.meta.spec, result.columns[name]
    difference, verdict = judge(spec, name, after, before)
    tone = "plain"
    if verdict == "larger" and difference:
        tone = "good" if (difference < 0) == LESS_IS_BETTER[name] else "bad"
    return Line(
        str(column.metric),
        column.label.text(frame.lang),
        _side(frame, result, name, before),
        _side(frame, result, name, after),
        "" if difference is None else frame.words.change(difference, column),
        verdict,
        tone,
    )


def _side(frame: Frame, result: ReportResult, name: str, row: Row) -> Side:
    spec, column = result.meta.spec, result.columns[name]
    cases = cases_of(spec, column)
    n = count(row, cases) if cases else None
    ends = _ends(result, name, row, n)
    interval = ""
    if ends is not None:
        lower, upper = (frame.words.cell(v, column) for v in ends)
        interval = frame.t("report.span", lower=lower, upper=upper)
    return Side(frame.words.cell(row[name], column), interval, "" if n is None else f"{n:,}")


def _ends(result: ReportResult, name: str, row: Row, n: int | None) -> tuple[float, float] | None:
    """The 95 % interval: as the report gives it, Wilson's for a share, a median's by quartiles."""
    column = result.columns[name]

    def played(role: Role) -> float | None:
        other = played_by(result.meta.spec, column, role)
        return figure(row, other) if other else None

    lower, upper, k = played("lower"), played("upper"), played("k")
    if lower is not None and upper is not None:
        return lower, upper
    if not n or k is not None:
        return wilson(k, n) if k is not None and n else None
    value, p25, p75 = figure(row, name), played("p25"), played("p75")
    if value is None or p25 is None or p75 is None:
        return None
    return Median(value, p25, p75, n).interval
