"""How reports count and warn, from `config/reporting.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from talentloop.config import load_model
from talentloop.settings import Settings
from talentloop.strict import Strict


class FreshnessLimits(Strict):
    """Hours since a stream was last read from which its source is late, and stale."""

    late: float = Field(gt=0)
    stale: float = Field(gt=0)

    @model_validator(mode="after")
    def _in_order(self) -> FreshnessLimits:
        if self.stale < self.late:
            raise ValueError("a source is stale no sooner than it is late")
        return self


class ReportingOptions(Strict):
    """The installation's choices for reports and pages."""

    time_zone: str
    stale_after_hours: int = Field(ge=1)
    source_freshness_hours: dict[str, FreshnessLimits]
    stage_limits_days: dict[str, int]

    def freshness_limits(self, source: str) -> FreshnessLimits:
        """The limits of a source, or those of every source that has none of its own."""
        limits = self.source_freshness_hours
        return limits.get(source, limits["default"])

    @property
    def zone(self) -> ZoneInfo:
        """The business time zone."""
        return ZoneInfo(self.time_zone)

    @field_validator("source_freshness_hours")
    @classmethod
    def _has_default(cls, value: dict[str, FreshnessLimits]) -> dict[str, FreshnessLimits]:
        if "default" not in value:
            raise ValueError("the limits need a `default` for sources that have none of their own")
        return value

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError):
            raise ValueError(f"{value!r} is no IANA time zone, such as Asia/Shanghai") from None
        return value


@lru_cache(maxsize=4)
def _read(path: Path) -> ReportingOptions:
    return load_model(path, ReportingOptions)


def load_options(settings: Settings) -> ReportingOptions:
    """The reporting options, read once per process.

    Raises:
        ConfigError: the file is missing or does not fit.
    """
    return _read(settings.config / "reporting.yml")
