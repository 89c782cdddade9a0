"""The metric registry: what each number means, from `config/metrics.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from talentloop.codes import Bilingual
from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from talentloop.strict import Strict

View = Literal["stock", "flow", "cohort"]
Unit = Literal[
    "count",
    "days",  # elapsed seconds / 86,400
    "days_business",  # days of work by the requisition's calendar
    "hours",
    "percent",  # a share 0..1, shown as a percentage
    "ratio",  # one quantity over another of its own kind, or a multiple
    "currency",  # money in the currency that stands beside it
    "points",  # a score 0..100
    "correlation",  # -1..1: correlation, agreement, reliability
    "deviations",  # standard deviations from a mean
    "weight",  # a share of a sum of weights, or a load so weighted
    "flag",
    "time",
]
Part = Literal["numerator", "denominator", "exclusions", "maturity", "interval"]
PARTS: tuple[Part, ...] = ("numerator", "denominator", "exclusions", "maturity", "interval")
REPORT = "report:"  # before the name of a report that computes a metric by itself


class Metric(Strict):
    """One number's definition.

    Attributes:
        not_applicable: parts that this number does not have; every other part is given.
        computed_by: columns that hold the number, by mart, or by `report:` and a report's name
            where no mart does.
    """

    name: Bilingual
    meaning: Bilingual
    formula: Bilingual
    grain: Bilingual
    unit: Unit
    view: View
    minimum_n: int = Field(ge=0)
    owner: str
    version: int = Field(ge=1)
    numerator: Bilingual | None = None
    denominator: Bilingual | None = None
    exclusions: Bilingual | None = None
    maturity: Bilingual | None = None
    interval: Bilingual | None = None
    not_applicable: frozenset[Part] = frozenset()
    computed_by: dict[str, list[str]] = Field(default_factory=dict)

    def part(self, part: Part) -> Bilingual | None:
        """The text of a part, or None where it does not apply."""
        text: Bilingual | None = getattr(self, part)
        return text

    @property
    def unstated(self) -> list[Part]:
        """Parts that are neither given nor said not to apply."""
        return [p for p in PARTS if self.part(p) is None and p not in self.not_applicable]

    @model_validator(mode="after")
    def _parts_agree(self) -> Metric:
        if (self.numerator is None) != (self.denominator is None):
            raise ValueError("needs both numerator and denominator, or neither")
        both = [part for part in PARTS if self.part(part) and part in self.not_applicable]
        if both:
            raise ValueError(f"{' and '.join(both)} cannot be given and not applicable")
        return self


class MetricRegistry(Strict):
    """All definitions, with the version that pages and exports print."""

    version: str
    owners: dict[str, Bilingual]
    metrics: dict[str, Metric]

    @model_validator(mode="after")
    def _owners_known(self) -> MetricRegistry:
        for key, metric in self.metrics.items():
            if metric.owner not in self.owners:
                raise ValueError(f"metric {key} names an owner that is not listed: {metric.owner}")
        return self

    def get(self, key: str) -> Metric:
        """The definition of a metric.

        Raises:
            ConfigError: the registry has no such metric.
        """
        if key not in self.metrics:
            raise ConfigError(
                f"The metric registry has no entry {key!r}",
                where="config/metrics.yml",
                remedy="Add the definition before a page shows the number.",
            )
        return self.metrics[key]


@lru_cache(maxsize=4)
def _read(path: Path) -> MetricRegistry:
    return load_model(path, MetricRegistry)


def load_metrics(settings: Settings) -> MetricRegistry:
    """The metric registry of this installation, read once per process.

    Raises:
        ConfigError: the file is missing or a definition is incomplete.
    """
    return _read(settings.config / "metrics.yml")
