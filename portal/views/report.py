"""Any report as a page: filters, figures beside earlier ones, chart, table, rows behind figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from portal.cards import Card, Desk, LiveDesk
from portal.frame import Frame
from portal.views.filters import Choice, coded_choices, month_choices, named_choices
from portal.views.kpis import Kpi
from portal.views.report_chart import ReportChart, report_chart
from portal.views.report_comparison import (
    ComparedTable,
    compared_table,
    heading,
    period_texts,
    periods_text,
    shown_columns,
    tile,
    whens,
)
from talentloop.reports import (
    Comparison,
    ReportResult,
    Withheld,
    all_reports,
    compare_report,
    drill_target,
    get_report,
)
from talentloop.reports.maturity import is_provisional, last_month_of, value_columns
from talentloop.reports.parameters import Value, written
from talentloop.reports.periods import When
from talentloop.reports.privacy import Row
from talentloop.reports.spec import Parameter, ReportSpec, Theme
from talentloop.warehouse.rules import load_cost_rules

SHOWN = 200
THEMES: tuple[Theme, ...] = (
    "overview", "speed", "conversion", "offers", "quality", "sources", "workload", "cost",
    "validity", "people", "system",
)  # fmt: skip
#: Parameters that pages set, not readers.
HIDDEN = frozenset({"applications", "person_keys", "offset"})
#: Parameters whose values are those that occur, with their code list.
_OCCURRING = {"job_family": "job_family", "channel": "source_channel"}


@dataclass(frozen=True)
class Field:
    """One control of the filter bar; without choices, a text field or one for a day."""

    name: str
    label: str
    value: str
    choices: Sequence[Choice] = ()
    is_day: bool = False


@dataclass(frozen=True)
class Line:
    """One row of the table: texts, where figures lead, and which will still change."""

    row: Row
    links: dict[str, str]
    provisional: frozenset[str]


@dataclass(frozen=True)
class ReportPage:
    """Everything on the page."""

    name: str
    path: str
    spec: ReportSpec
    result: ReportResult
    fields: list[Field]
    facts: list[tuple[str, str]]
    chart: Card[ReportChart | None]
    tiles: list[Kpi]
    comparison: ComparedTable | None
    compared_by: tuple[str, ReportSpec] | None
    detail: tuple[str, ReportSpec] | None
    periods: dict[str, str]
    periods_text: str
    columns: dict[str, str]
    whens: list[When]
    lines: list[Line]

    @property
    def tile_columns(self) -> int:
        """How many tiles stand beside each other, with room for what is said below them."""
        n = len(self.tiles)
        return n if n <= 4 else 3 if n <= 6 else 4


def catalogue_page() -> dict[str, dict[str, ReportSpec]]:
    """Reports that need no person, by theme."""
    found = {n: s for n, s in all_reports().items() if "person" not in s.parameters}
    by_theme = {
        str(theme): {n: s for n, s in found.items() if s.theme == theme} for theme in THEMES
    }
    return {theme: reports for theme, reports in by_theme.items() if reports}


def path_of(name: str) -> str:
    """The address of a report as a table, also where a page of its own has the short address."""
    short = f"/reports/{name}"
    return f"{short}/table" if get_report(name).page == short else short


def report_page(desk: Desk | LiveDesk, name: str, given: Mapping[str, str]) -> ReportPage:
    """The page of a report with the parameters of an address."""
    frame, spec = desk.frame, get_report(name)
    result = desk.report(name, **given)
    compared = _compared(desk, result) if spec.compare else None
    month = last_month_of(result.meta.parameters)
    today = result.meta.as_of.astimezone(frame.options.zone).date()
    lines = [_line(frame, result, row, month, today) for row in result.rows[:SHOWN]]
    alone = compared is not None and not compared.by
    return ReportPage(
        name,
        path_of(name),
        spec,
        result,
        _fields(desk, result),
        _facts(frame, result, month, today),
        desk.card("chart", lambda: report_chart(frame, result)),
        [tile(frame, compared, figure) for figure in compared.figures]
        if compared and alone
        else [],
        compared_table(frame, compared) if compared and not alone else None,
        _compared_by(result, compared),
        _linked(spec.detail, result.meta.parameters) if spec.detail else None,
        period_texts(compared),
        periods_text(frame, compared),
        {
            n: heading(frame, spec, n)
            for n in shown_columns(frame, spec)
            if not _says_nothing(result, n)
        },
        whens(compared),
        lines,
    )


def _compared(desk: Desk | LiveDesk, result: ReportResult) -> Comparison | None:
    made = desk.card(
        "comparison",
        lambda: compare_report(
            desk.frame.settings, result, lambda name, values: desk.report(name, **values)
        ),
    )
    return made.content


def _compared_by(
    result: ReportResult, compared: Comparison | None
) -> tuple[str, ReportSpec] | None:
    """The address and the report that gives the figures of periods, where it is another one."""
    if compared is None or compared.result.meta.name == result.meta.name:
        return None
    return _linked(compared.result.meta.name, compared.result.meta.parameters)


def _linked(name: str, values: Mapping[str, Value]) -> tuple[str, ReportSpec]:
    """The address of a report with those of the values that it accepts, and the report."""
    spec = get_report(name)
    query = {
        key: written(value, spec.parameters[key])
        for key, value in values.items()
        if value is not None and key in spec.parameters
    }
    return f"{path_of(name)}?{urlencode(query)}", spec


def _says_nothing(result: ReportResult, name: str) -> bool:
    """Whether every cell is empty, repeats a filter or the instant above the table; or the column
    is the id of what another column names."""
    if name.removesuffix("_id") + "_name" in result.columns:
        return name != name.removesuffix("_id")
    if result.columns[name].metric is not None or not result.rows:
        return False
    (first, *others) = {row[name] for row in result.rows}
    given = result.meta.parameters.values()
    return not others and (first in (None, result.meta.as_of) or first in given)


def _fields(desk: Desk | LiveDesk, result: ReportResult) -> list[Field]:
    given = result.meta.spec.parameters.items()
    return [
        Field(
            name,
            desk.frame.label("parameter", name),
            written(result.meta.parameters[name], parameter),
            _choices(desk, name, parameter, result.meta.parameters[name]),
            parameter.type == "date",
        )
        for name, parameter in given
        if name not in HIDDEN
    ]


def _choices(
    desk: Desk | LiveDesk, name: str, parameter: Parameter, value: Value
) -> Sequence[Choice]:
    """What a control offers; nothing where any text may stand."""
    frame, chosen = desk.frame, written(value, parameter)
    if isinstance(desk, LiveDesk):
        return ()
    rows = desk.report("filter_choices").rows
    if parameter.type == "month":
        return _months(rows, value)
    if name == "department":
        return named_choices(frame, rows, chosen or None)
    if name in _OCCURRING and parameter.default is None:
        return coded_choices(frame, rows, name, _OCCURRING[name], chosen or None)
    if parameter.type == "flag":
        words = [("0", frame.words.flag(False)), ("1", frame.words.flag(True))]
        return [Choice(code, text, code == chosen) for code, text in words]
    return _listed(frame, parameter, chosen)


def _months(rows: Sequence[Row], value: Value) -> list[Choice]:
    months = [str(r["value"]) for r in rows if r["filter_code"] == "month"]
    if isinstance(value, date):
        return month_choices(months, value)
    return [Choice("", "—", True), *(Choice(m, m, False) for m in sorted(months, reverse=True))]


def _listed(frame: Frame, parameter: Parameter, chosen: str) -> list[Choice]:
    """The choices that a parameter lists, with their labels."""
    if parameter.choices is None:
        return []
    found = [Choice("", "—", not chosen)] if parameter.default is None else []
    for code in parameter.choices:
        text = frame.label(parameter.codes, code) if parameter.codes else code
        found.append(Choice(code, text, code == chosen))
    return found


def _line(frame: Frame, result: ReportResult, row: Row, month: date | None, today: date) -> Line:
    spec = result.meta.spec
    links = {}
    for column in spec.drill:
        target = drill_target(result, row, column)
        if target is not None:
            accepted = get_report(target.report).parameters
            query = {n: written(v, accepted[n]) for n, v in target.parameters.items()}
            if frame.as_of_asked:
                query["as_of"] = frame.as_of_asked
            links[column] = f"{path_of(target.report)}?{urlencode(query)}"
    if row.get("person_key"):
        links["person_key"] = f"/talent/{row['person_key']}"
    open_still = {c for c in value_columns(spec) if is_provisional(spec, row, c, month, today)}
    return Line(row, links, frozenset(open_still))


def _facts(
    frame: Frame, result: ReportResult, month: date | None, today: date
) -> list[tuple[str, str]]:
    """What stands beside every table: observed through, provisional, withheld."""
    spec = result.meta.spec
    facts = [(frame.t("report.observed"), frame.time(result.meta.as_of))]
    if any(column.format == "currency" for column in spec.columns.values()):
        facts.append((frame.t("report.currency"), load_cost_rules(frame.settings).currency))
    provisional = sum(
        any(is_provisional(spec, row, c, month, today) for c in value_columns(spec))
        for row in result.rows
    )
    if provisional:
        facts.append(
            (frame.t("report.provisional"), frame.translator.counted("report.n_rows", provisional))
        )
    withheld = sum(isinstance(v, Withheld) for row in result.rows for v in row.values())
    if withheld:
        facts.append(
            (frame.t("report.withheld"), frame.translator.counted("report.n_cells", withheld))
        )
    return facts
