"""A report beside the same report one period earlier and one year earlier.

All three are read from one published version, so that they differ by period and by nothing else.
A figure that will still change is never set against one that is final: both are shown, the
difference is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal

from talentloop.codes import Lang
from talentloop.errors import ConfigError
from talentloop.reports import noise
from talentloop.reports.maturity import cases_of, is_provisional, number, played_by, value_columns
from talentloop.reports.options import load_options
from talentloop.reports.parameters import last_month
from talentloop.reports.periods import EARLIER, Period, When, periods_of
from talentloop.reports.privacy import Cell, Row
from talentloop.reports.registry import get_report
from talentloop.reports.result import ReportResult
from talentloop.reports.spec import Column, Compare, ReportSpec, Role
from talentloop.reports.text import DECIMALS, CellText, rounded
from talentloop.settings import Settings

Verdict = Literal["larger", "within", "unjudged", "mixed", "withheld", "none"]
JUDGED_FROM = 10  # cases on both sides before a median or a share is judged
Run = Callable[[str, Mapping[str, object]], ReportResult]


@dataclass(frozen=True)
class Figure:
    """One figure of one period.

    Attributes:
        n: the cases it rests on, where the report says.
        is_provisional: whether it will still change.
    """

    value: Cell
    n: Cell
    is_provisional: bool


@dataclass(frozen=True)
class Change:
    """An earlier figure and what changed since; `difference` is of the displayed values."""

    then: Figure | None
    difference: float | None
    verdict: Verdict


@dataclass(frozen=True)
class Compared:
    """One figure of one row with its changes."""

    column: str
    row: Row
    now: Figure
    changes: dict[When, Change]


@dataclass(frozen=True)
class Comparison:
    """A result, its periods, and each of its figures with what it was before.

    Attributes:
        result: of the period itself, by the report that looks at periods.
    """

    result: ReportResult
    periods: dict[When, Period]
    figures: list[Compared]

    @property
    def by(self) -> list[str]:
        """The columns that tell rows apart."""
        compare = self.result.meta.spec.compare
        return compare.by if compare else []

    @property
    def columns(self) -> list[str]:
        """The columns that are compared."""
        return list(dict.fromkeys(figure.column for figure in self.figures))


def compare_report(settings: Settings, result: ReportResult, run: Run) -> Comparison:
    """Set a result beside its previous period and the same period a year before.

    Args:
        run: runs the same report with other parameters on the same published version.

    Raises:
        ConfigError: the report does not say how it is compared.
    """
    base = _of_periods(result, run)
    spec, name, values = base.meta.spec, base.meta.name, base.meta.parameters
    if spec.compare is None:
        raise ConfigError(
            f"Report {name} is not compared with other periods",
            where=f"talentloop/reports/specs/{name}.yml",
            remedy="Choose a report that has `compare`, or declare it there.",
        )
    options = load_options(settings)
    today = result.meta.as_of.astimezone(options.zone).date()
    last = last_month(result.meta.as_of, options.time_zone)
    periods = periods_of(values, today, last, spec.compare.months)
    if any(values[key] is None for key in periods["now"].parameters if key in ("from", "to")):
        base = run(name, {**values, **periods["now"].parameters})
    now = _Rows(spec, spec.compare, base.rows, periods["now"], today)
    earlier: dict[When, _Rows] = {}
    for when in EARLIER:
        rows = run(name, {**values, **periods[when].parameters}).rows
        earlier[when] = _Rows(spec, spec.compare, rows, periods[when], today)
    figures = [
        now.compared(key, column, earlier) for key in now.keys for column in compared_columns(spec)
    ]
    return Comparison(base, periods, figures)


def _of_periods(result: ReportResult, run: Run) -> ReportResult:
    """The result of the report that looks at periods, with the parameters that both have."""
    compare = result.meta.spec.compare
    if compare is None or compare.report is None:
        return result
    accepted = get_report(compare.report).parameters
    shared = {k: v for k, v in result.meta.parameters.items() if k in accepted and v is not None}
    return run(compare.report, shared)


def compared_columns(spec: ReportSpec) -> list[str]:
    """The columns whose figures are compared."""
    chosen = spec.compare.columns if spec.compare else []
    return chosen or value_columns(spec)


@dataclass(frozen=True)
class _Rows:
    """The rows of one period, found by what tells them apart."""

    spec: ReportSpec
    compare: Compare
    rows: list[Row]
    period: Period
    today: date

    @cached_property
    def keys(self) -> dict[tuple[Cell, ...], Row]:
        """Each row of the period by its key; a month by its place in the period."""
        by, month = self.compare.by, self.compare.period_column
        return {
            tuple(self._part(name, row[name]) for name in by): row
            for row in self.rows
            if month is None or row[month] == self.period.end
        }

    def _part(self, name: str, value: Cell) -> Cell:
        if self.spec.columns[name].format == "month" and isinstance(value, date):
            return self.period.place_of(value)
        return value

    def compared(
        self, key: tuple[Cell, ...], column: str, earlier: Mapping[When, _Rows]
    ) -> Compared:
        """A figure with its changes."""
        row = self.keys[key]
        now = self._figure(row, column)
        changes = {
            when: self._change(now, row, column, then, key) for when, then in earlier.items()
        }
        return Compared(column, row, now, changes)

    def _change(
        self, now: Figure, row: Row, column: str, other: _Rows, key: tuple[Cell, ...]
    ) -> Change:
        before = other.keys.get(key)
        if before is None or before[column] is None:
            return Change(None, None, "none")
        if now.value is None:
            return Change(other._figure(before, column), None, "none")
        then = other._figure(before, column)
        if now.is_provisional != then.is_provisional and _are_shown(now.value, then.value):
            return Change(then, None, "mixed")
        return Change(then, *judge(self.spec, column, row, before))

    def _figure(self, row: Row, column: str) -> Figure:
        n = cases_of(self.spec, self.spec.columns[column])
        open_still = is_provisional(self.spec, row, column, self.period.last_month, self.today)
        return Figure(row[column], row[n] if n else None, open_still)


def _are_shown(*values: Cell) -> bool:
    return all(number(value) is not None for value in values)


def judge(spec: ReportSpec, column: str, now: Row, then: Row) -> tuple[float | None, Verdict]:
    """The difference of a figure between two rows, and whether it is larger than its noise."""
    a, b = number(now[column]), number(then[column])
    if a is None or b is None:
        return None, "withheld"
    differs = _differs(_parts(spec, column, now), _parts(spec, column, then))
    verdict: Verdict = "unjudged" if differs is None else "larger" if differs else "within"
    return _difference(a, b, spec.columns[column]), verdict


def _difference(now: float, then: float, column: Column) -> float:
    """The change between the values as they are displayed."""
    scale = 100 if column.format == "percent" else 1
    decimals = DECIMALS[column.format]
    shown = rounded(scale * now, decimals) - rounded(scale * then, decimals)
    return rounded(shown, decimals) / scale


def _parts(spec: ReportSpec, column: str, row: Row) -> dict[str, float]:
    """What the uncertainty of a figure follows from, by role."""
    described = spec.columns[column]
    parts: dict[str, float | None] = {"value": number(row[column])}
    roles: tuple[Role, ...] = ("lower", "upper", "p25", "p75", "k", "n")
    for role in roles:
        name = played_by(spec, described, role) if role != "n" else cases_of(spec, described)
        parts[role] = number(row[name]) if name else None
    if described.format == "integer":
        parts["count"] = parts["value"]
    return {role: value for role, value in parts.items() if value is not None}


def _differs(now: Mapping[str, float], then: Mapping[str, float]) -> bool | None:
    """Whether a change is larger than chance makes it; None where nothing tells."""
    given = now.keys() & then.keys()
    if "count" in given:
        return noise.counts_differ(now["count"], then["count"])
    if {"lower", "upper"} <= given:
        return noise.intervals_differ(_interval(now), _interval(then))
    if min(now.get("n", 0), then.get("n", 0)) < JUDGED_FROM:
        return None
    if "k" in given:
        return noise.shares_differ(now["k"], now["n"], then["k"], then["n"])
    if {"p25", "p75"} <= given:
        return noise.medians_differ(_median(now), _median(then))
    return None


def _interval(parts: Mapping[str, float]) -> tuple[float, float, float]:
    return parts["value"], parts["lower"], parts["upper"]


def _median(parts: Mapping[str, float]) -> noise.Median:
    return noise.Median(parts["value"], parts["p25"], parts["p75"], int(parts["n"]))


def as_result(comparison: Comparison) -> ReportResult:
    """The comparison as rows of its own, for the command line and for files."""
    spec = comparison.result.meta.spec
    columns = {name: spec.columns[name] for name in comparison.by}
    for name in comparison.columns:
        columns |= _columns_of(name, spec.columns[name])
    rows: dict[int, Row] = {}
    for figure in comparison.figures:
        by = {name: figure.row[name] for name in comparison.by}
        rows.setdefault(id(figure.row), by).update(_cells(figure))
    return replace(comparison.result, columns=columns, rows=list(rows.values()))


_SUFFIX: dict[When, tuple[str, str]] = {
    "previous": ("上一期", "previous period"),
    "year": ("去年同期", "a year before"),
}


def _columns_of(name: str, column: Column) -> dict[str, Column]:
    found = {name: column}
    for when, (zh, en) in _SUFFIX.items():
        plain = {"class": column.data_class, "metric": column.metric, "role": "before"}
        labels = {"zh": f"{column.zh}，{zh}", "en": f"{column.en}, {en}"}
        found[f"{name}_{when}"] = Column.model_validate(
            {**plain, **labels, "format": column.format}
        )
        found[f"{name}_{when}_change"] = Column.model_validate(
            {
                **plain,
                "zh": f"比{zh}",
                "en": f"against {en}",
                "format": column.format,
                "signed": True,
            }
        )
        found[f"{name}_{when}_verdict"] = Column.model_validate(
            {"zh": f"比{zh}：是否超出误差", "en": f"against {en}: larger than noise?",
             "class": column.data_class, "format": "code", "codes": "change_verdict"}
        )  # fmt: skip
    return found


def _cells(figure: Compared) -> Row:
    cells: Row = {figure.column: figure.now.value}
    for when, change in figure.changes.items():
        name = f"{figure.column}_{when}"
        cells[name] = change.then.value if change.then else None
        cells[f"{name}_change"] = change.difference
        cells[f"{name}_verdict"] = change.verdict
    return cells


def as_lines(comparison: Comparison, words: CellText) -> tuple[list[str], list[list[str]]]:
    """Headings and one line for each figure, as texts for a terminal."""
    columns, lang = comparison.result.columns, words.lang
    verdict = Column.model_validate(
        {"zh": "判断", "en": "Verdict", "class": "aggregate", "format": "code",
         "codes": "change_verdict"}
    )  # fmt: skip
    by = comparison.by
    heads = [*(columns[name].label.text(lang) for name in by), *_HEADS[lang]]
    lines = []
    for figure in comparison.figures:
        column = columns[figure.column]
        line = [words.cell(figure.row[name], columns[name]) for name in by]
        line += [column.label.text(lang), words.cell(figure.now.value, column)]
        for when in EARLIER:
            change = figure.changes[when]
            signed = column.model_copy(update={"signed": True})
            line.append(words.cell(change.then.value if change.then else None, column))
            line.append(words.cell(change.difference, signed))
            line.append(words.cell(change.verdict, verdict))
        lines.append(line)
    return heads, lines


_HEADS: dict[Lang, list[str]] = {
    "zh": ["指标", "本期", "上一期", "变化", "判断", "去年同期", "变化", "判断"],
    "en": ["figure", "now", "previous", "change", "verdict", "year before", "change", "verdict"],
}
