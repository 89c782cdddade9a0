"""The metric registry: what each number means, from `config/metrics.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from talentloop.codes import Bilingual
from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.settings import Settings

View = Literal["stock", "flow", "cohort"]
Unit = Literal["count", "days", "percent", "points", "flag", "correlation", "time"]


class Metric(BaseModel):
    """One number's definition. Absent parts do not apply to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

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


class MetricRegistry(BaseModel):
    """All definitions, with the version that pages and exports print."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    owners: dict[str, Bilingual]
    metrics: dict[str, Metric]

    @model_validator(mode="after")
    def _owners_known(self) -> MetricRegistry:
        for key, metric in self.metrics.items():
            if metric.owner not in self.owners:
                raise ValueError(f"metric {key} names an owner that is not listed: {metric.owner}")
            if (metric.numerator is None) != (metric.denominator is None):
                raise ValueError(f"metric {key} needs both numerator and denominator, or neither")
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
