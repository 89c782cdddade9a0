"""The figures of a report beside those of earlier periods, as tiles or as a table."""

from __future__ import annotations

from dataclasses import dataclass

from portal.frame import Frame
from portal.views.kpis import Compare, Kpi
from talentloop.reports import Comparison
from talentloop.reports.comparison import Change, Compared
from talentloop.reports.periods import EARLIER, When
from talentloop.reports.spec import Column, ReportSpec
from talentloop.reports.text import number


@dataclass(frozen=True)
class ChangeText:
    """An earlier figure and its change in words."""

    then: str
    change: str
    verdict: str
    is_larger: bool


@dataclass(frozen=True)
class ComparedLine:
    """One line of the comparison."""

    by: list[str]
    label: str
    now: str
    n: str
    is_provisional: bool
    changes: list[ChangeText]


@dataclass(frozen=True)
class ComparedTable:
    """The comparison of a report that has several rows."""

    heads: list[str]
    lines: list[ComparedLine]


def shown_columns(frame: Frame, spec: ReportSpec) -> list[str]:
    """The columns to show: of a name in two languages, the one of the page."""
    names = list(spec.columns)
    other = {n.removesuffix("_en") if frame.lang == "en" else n for n in names if n.endswith("_en")}
    return [n for n in names if n not in other]


def heading(frame: Frame, spec: ReportSpec, name: str) -> str:
    """The heading of a column; a name in two languages has one heading."""
    base = spec.columns.get(name.removesuffix("_en"), spec.columns[name])
    return base.label.text(frame.lang)


def period_texts(compared: Comparison | None) -> dict[str, str]:
    """The compared periods in words."""
    if compared is None:
        return {}
    return {str(when): str(period) for when, period in compared.periods.items()}


def periods_text(frame: Frame, compared: Comparison | None) -> str:
    """The compared periods as a sentence."""
    if compared is None:
        return ""
    periods, several = period_texts(compared), len(whens(compared)) > 1
    return frame.t("report.compared" if several else "report.compared_one", **periods)


def whens(compared: Comparison | None) -> list[When]:
    """The earlier periods to show; a year before twelve months is the period before them."""
    if compared is None:
        return []
    ends = {when: period.ends for when, period in compared.periods.items()}
    return [when for when in EARLIER if when == "previous" or ends[when] != ends["previous"]]


def _change(frame: Frame, column: Column, change: Change) -> ChangeText:
    verdict = frame.label("change_verdict", change.verdict)
    then = frame.words.cell(change.then.value, column) if change.then else ""
    difference = ""
    if change.difference is not None:
        difference = frame.words.change(change.difference, column)
    return ChangeText(then, difference, verdict, change.verdict == "larger")


def tile(frame: Frame, compared: Comparison, figure: Compared) -> Kpi:
    """A figure that stands alone in its report, as a tile."""
    column = compared.result.columns[figure.column]
    compares = []
    for when in EARLIER:
        text = _change(frame, column, figure.changes[when])
        note = "" if text.is_larger or not text.then else text.verdict
        then = text.then or text.verdict
        compares.append(Compare(frame.t(f"compare.{when}"), then, text.change, note=note))
    meta = _count(figure)
    badge = frame.t("badge.provisional") if figure.now.is_provisional else None
    value = frame.words.cell(figure.now.value, column)
    return Kpi(str(column.metric), value, "", meta and f"n = {meta}", compares, badge)


def _count(figure: Compared) -> str:
    """The cases that a figure rests on, in words; empty where the report does not say."""
    n = figure.now.n
    if isinstance(n, int | float):
        return number(n, 0 if float(n).is_integer() else 1)  # person-years are not whole
    return "" if n is None else str(n)


def compared_table(frame: Frame, compared: Comparison) -> ComparedTable:
    """The comparison of a report with several rows."""
    spec, columns = compared.result.meta.spec, compared.result.columns
    shown, rows = shown_columns(frame, spec), [figure.row for figure in compared.figures]
    told = [name for name in compared.by if any(row[name] is not None for row in rows)]
    by = [name for name in told if name in shown]
    lines = [
        ComparedLine(
            [frame.words.cell(figure.row[name], columns[name]) for name in by],
            columns[figure.column].label.text(frame.lang),
            frame.words.cell(figure.now.value, columns[figure.column]),
            _count(figure),
            figure.now.is_provisional,
            [
                _change(frame, columns[figure.column], figure.changes[when])
                for when in whens(compared)
            ],
        )
        for figure in compared.figures
        if not _is_nothing(figure)
    ]
    return ComparedTable([heading(frame, spec, name) for name in by], lines)


def _is_nothing(figure: Compared) -> bool:
    """Whether nothing was counted, now or before."""
    then = [change.then.value for change in figure.changes.values() if change.then]
    return not any(value != 0 for value in (figure.now.value, *then))
