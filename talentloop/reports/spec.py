"""What a report is: its parameters, its columns, and what they may show."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from talentloop.codes import Bilingual
from talentloop.contracts.base import DataClass
from talentloop.metrics import View

Format = Literal[
    "text", "id", "code", "integer", "days", "percent", "score", "decimal", "currency", "month",
    "date", "time", "flag", "json",
]  # fmt: skip
NUMERIC: frozenset[Format] = frozenset(
    {"integer", "days", "percent", "score", "decimal", "currency"}
)
#: What a number is to its metric: the figure itself, an end of its interval, its quartiles, the
#: cases counted (n) and among them the events (k), those still open, the figure of an earlier
#: period. `attribute` is no metric: a place in an order, a round, the ends of a scale.
Role = Literal[
    "value", "lower", "upper", "p25", "p75", "n", "k", "n_open", "before", "attribute",
]  # fmt: skip
ParameterType = Literal["month", "text", "integer", "flag"]


class Parameter(BaseModel):
    """One parameter, bound as `$name` in the report's SQL.

    The default `last_month` is the last month that had ended when the data was observed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: ParameterType
    default: str | int | bool | None = None
    choices: list[str] | None = None
    least: int | None = None
    most: int | None = None


class Protect(BaseModel):
    """How a cell about few people is withheld (see `talentloop.reports.privacy`).

    `count` withholds itself below 5; `part` of a whole `n` when it or its rest is below 5;
    `statistic` when its `n` is; a `rate` of `k` out of `n` becomes a bound when `k` or `n - k` is.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["count", "part", "statistic", "rate"]
    n: str | None = None
    k: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Protect:
        needed = {"count": (), "part": ("n",), "statistic": ("n",), "rate": ("k", "n")}[self.kind]
        if any(getattr(self, name) is None for name in needed):
            raise ValueError(f"protection {self.kind} needs {' and '.join(needed)}")
        return self


class Column(BaseModel):
    """One column: its labels, its class for access control, its format and protection."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    data_class: DataClass = Field(alias="class")
    format: Format
    codes: str | None = None
    metric: str | None = None
    role: Role = "value"
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


class ReportSpec(BaseModel):
    """A report: one query over the published marts, described well enough to show anywhere.

    `audience` leader marks aggregates without drill-down, where few people are withheld;
    analyst and recruiter reports name applications and persons by key; operator reports tell how
    the loop runs. `origin` operations reads the operations database instead of the marts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Bilingual
    about: Bilingual
    view: View
    audience: Literal["leader", "analyst", "recruiter", "operator"]
    origin: Literal["published", "operations"] = "published"
    parameters: dict[str, Parameter] = {}
    columns: dict[str, Column]

    @model_validator(mode="after")
    def _protection_refers_to_columns(self) -> ReportSpec:
        for name, column in self.columns.items():
            for other in (column.protect.n, column.protect.k) if column.protect else ():
                if other is not None and other not in self.columns:
                    raise ValueError(f"column {name} is protected by an unknown column {other}")
        return self
