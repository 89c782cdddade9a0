"""What a report is: its parameters, its columns, and what they may show."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from talentloop.codes import Bilingual
from talentloop.contracts.base import DataClass
from talentloop.metrics import View
from talentloop.strict import Strict

Format = Literal[
    "text", "id", "code", "integer", "days", "percent", "score", "decimal", "currency", "month",
    "date", "time", "flag", "json", "series",
]  # fmt: skip
NUMERIC: frozenset[Format] = frozenset(
    {"integer", "days", "percent", "score", "decimal", "currency"}
)
#: What a column is to its metric: the figure itself, an end of its interval, its quartiles, a
#: further statistic (spread), the cases counted (n) and among them the events (k), those left out
#: because they are open (n_open) or counted as censored (n_censored), the figure of an earlier
#: period, or a flag that says that the row will still change. `attribute` is no metric: a place in
#: an order, a round, the ends of a scale, or a value whose metric stands in its row.
Role = Literal[
    "value", "lower", "upper", "p25", "p75", "spread", "n", "k", "n_open", "n_censored", "before",
    "provisional", "attribute",
]  # fmt: skip
Theme = Literal[
    "overview", "speed", "conversion", "offers", "quality", "sources", "workload", "cost",
    "validity", "people", "system",
]  # fmt: skip
ParameterType = Literal["month", "date", "text", "integer", "flag"]


class Parameter(Strict):
    """One parameter, bound as `$name` in the report's SQL.

    The default `last_month` is the last month that had ended when the data was observed, and
    `this_month` the one in which it was.
    """

    type: ParameterType
    default: str | int | bool | None = None
    choices: list[str] | None = None
    codes: str | None = None  # the code list that names the choices
    least: int | None = None
    most: int | None = None


class Protect(Strict):
    """How a cell about few people is withheld (see `talentloop.reports.privacy`).

    `count` withholds itself below 5; `part` of a whole `n` when it or its rest is below 5;
    `statistic` when its `n` is; a `rate` of `k` out of `n` becomes a bound when `k` or `n - k` is.
    """

    kind: Literal["count", "part", "statistic", "rate"]
    n: str | None = None
    k: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Protect:
        needed = {"count": (), "part": ("n",), "statistic": ("n",), "rate": ("k", "n")}[self.kind]
        if any(getattr(self, name) is None for name in needed):
            raise ValueError(f"protection {self.kind} needs {' and '.join(needed)}")
        return self


class Column(Strict):
    """One column: its labels, its class for access control, its format and protection."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    data_class: DataClass = Field(alias="class")
    format: Format
    codes: str | None = None
    metric: str | None = None
    role: Role = "value"
    absent: Bilingual | None = None  # what an empty cell says, such as "whole company"
    signed: bool = False  # a change: shown with its sign, a share's in points
    protect: Protect | None = None

    @property
    def is_number(self) -> bool:
        """Whether its cells are numbers."""
        return self.format in NUMERIC

    @property
    def label(self) -> Bilingual:
        """The column's heading in both languages."""
        return Bilingual(zh=self.zh, en=self.en)

    @model_validator(mode="after")
    def _codes_named(self) -> Column:
        if (self.format == "code") != (self.codes is not None):
            raise ValueError("a column of format code names its code list, and no other does")
        if self.role == "attribute" and self.metric is not None:
            raise ValueError("an attribute has no metric")
        return self


class Compare(Strict):
    """How a report is compared with the previous period and with a year before.

    Its period is its parameter `month` (with `window`: so many months that end with it), `from`
    and `to` (`months` long where nobody chose them), a `day`, or `weeks` up to `until`. `by` are
    the columns that tell its rows apart, a month among them by its place in the period; `columns`
    the figures to compare, by default every one; `period_column` is the month of a row in a report
    that lists several. A report that looks at everything so far is compared by another one
    (`report`), which gives the same figures for a period.
    """

    by: list[str] = Field(default_factory=list)
    columns: list[str] = Field(default_factory=list)
    period_column: str | None = None
    months: int = Field(default=6, ge=1)
    report: str | None = None


class Drill(Strict):
    """Where the rows behind a cell are listed: a report, and what the cell passes to it.

    `keep` are parameters passed on as they are, `row` takes values from the cell's row (an empty one
    leaves what was kept), `fixed` gives constants.
    """

    report: str
    keep: list[str] = Field(default_factory=list)
    row: dict[str, str] = Field(default_factory=dict)
    fixed: dict[str, str] = Field(default_factory=dict)


class Chart(Strict):
    """What a page draws above the table: `label` names a mark, the others are columns too.

    Several labels together name a mark; those that are empty in its row are left out.

    `bars`: `value`. `intervals`: `value`, `lower`, `upper`. `trend`: months in `label`, with `n`,
    `p25`, `value`, `p75`, `p90`. `curve`: one line for each `label`, days in `x`, with `value`,
    `lower`, `upper`, `n` at risk, and `n_open` censored in all.
    """

    kind: Literal["bars", "intervals", "trend", "curve"]
    label: str | list[str]
    value: str
    x: str | None = None
    n: str | None = None
    n_open: str | None = None
    lower: str | None = None
    upper: str | None = None
    p25: str | None = None
    p75: str | None = None
    p90: str | None = None

    @property
    def columns(self) -> list[str]:
        """The columns that it reads."""
        given = self.model_dump(exclude={"kind", "label"}, exclude_none=True)
        return [*self.labels, *given.values()]

    @property
    def labels(self) -> list[str]:
        """The columns that name a mark."""
        return [self.label] if isinstance(self.label, str) else self.label


class ReportSpec(Strict):
    """A report: one query over the published marts, described well enough to show anywhere.

    `audience` leader marks aggregates without drill-down, where few people are withheld;
    analyst and recruiter reports name applications and persons by key; operator reports tell how
    the loop runs. `origin` operations reads the operations database instead of the marts.
    `incomparable` says why figures of a report have no earlier ones. `detail` names the report in
    which those who may see rows find what lies behind the figures of one for leaders.
    """

    title: Bilingual
    about: Bilingual
    view: View
    audience: Literal["leader", "analyst", "recruiter", "operator"]
    origin: Literal["published", "operations"] = "published"
    theme: Theme
    page: str | None = None  # the page made for it, where a table is not enough
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    columns: dict[str, Column]
    compare: Compare | None = None
    incomparable: Bilingual | None = None
    drill: dict[str, Drill] = Field(default_factory=dict)
    detail: str | None = None
    chart: Chart | None = None

    @model_validator(mode="after")
    def _protection_refers_to_columns(self) -> ReportSpec:
        for name, column in self.columns.items():
            for other in (column.protect.n, column.protect.k) if column.protect else ():
                if other is not None and other not in self.columns:
                    raise ValueError(f"column {name} is protected by an unknown column {other}")
        return self

    @model_validator(mode="after")
    def _parts_refer_to_columns(self) -> ReportSpec:
        wanted = [*self.drill, *(c for d in self.drill.values() for c in d.row.values())]
        wanted += self.chart.columns if self.chart else []
        if self.compare is not None:
            wanted += [*self.compare.by, *self.compare.columns]
            wanted += [self.compare.period_column] if self.compare.period_column else []
            period = self.parameters.keys() & {"month", "to", "day", "until"}
            if not period and self.compare.report is None:
                raise ValueError(
                    "a report that is compared has a parameter month, from and to, day, or until"
                )
        unknown = sorted(set(wanted) - self.columns.keys())
        if unknown:
            raise ValueError(f"no column is called {unknown[0]}")
        if self.drill and self.audience == "leader":
            raise ValueError("a report for leaders leads to no rows")
        if self.compare is not None and self.incomparable is not None:
            raise ValueError("a report is compared, or says why it is not")
        return self


class TwinSpec(Strict):
    """A report with the figures of another (`of`), for those who may see all of them and the rows
    behind them: without protection of few people, and with ways to lists.
    """

    of: str
    title: Bilingual
    about: Bilingual
    audience: Literal["analyst", "recruiter"]
    drill: dict[str, Drill]

    def beside(self, other: ReportSpec) -> ReportSpec:
        """The whole description, the rest taken from the report whose figures these are."""
        given = other.model_dump(by_alias=True, exclude={"page", "detail", "drill"})
        for column in given["columns"].values():
            column["protect"] = None
        return ReportSpec.model_validate(given | self.model_dump(by_alias=True, exclude={"of"}))
