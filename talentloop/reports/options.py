"""How reports count and warn, from `config/reporting.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

from talentloop.config import load_model
from talentloop.settings import Settings


class ReportingOptions(BaseModel):
    """The installation's choices for reports and pages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    time_zone: str
    stale_after_hours: int = Field(ge=1)
    stage_limits_days: dict[str, int]

    @property
    def zone(self) -> ZoneInfo:
        """The business time zone."""
        return ZoneInfo(self.time_zone)

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
