"""The enterprise's rules that the warehouse applies: weights, the tag's threshold, estimates."""

from __future__ import annotations

import math
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from talentloop.config import load_model
from talentloop.settings import Settings


class Portrait(BaseModel):
    """Weights of the interview dimensions; they add up to 1."""

    model_config = ConfigDict(extra="forbid")

    version: str = Field(min_length=1)
    min_dimensions: int = Field(ge=1)
    weights: dict[str, float]

    @model_validator(mode="after")
    def _add_up(self) -> Portrait:
        if any(weight < 0 for weight in self.weights.values()):
            raise ValueError("a weight is negative")
        total = math.fsum(self.weights.values())
        if not math.isclose(total, 1, abs_tol=1e-9):
            raise ValueError(f"the weights add up to {total}, not to 1")
        return self


class HighPotential(BaseModel):
    """When an application is tagged 高潜力; the threshold itself counts."""

    model_config = ConfigDict(extra="forbid")

    version: str = Field(min_length=1)
    min_score_0_100: float = Field(ge=0, le=100)


class Estimates(BaseModel):
    """How cohorts are estimated, and from when on their figures are shown."""

    model_config = ConfigDict(extra="forbid")

    version: str = Field(min_length=1)
    minimum_n: int = Field(ge=1)
    open_share_max: float = Field(ge=0, le=1)
    settled_open_share_max: float = Field(ge=0, le=1)
    reentry_rule: Literal["sum", "first"]
    window_months: int = Field(ge=1)
    curve_days: int = Field(ge=90, le=3650)
    bulk_rejection_reasons: list[str] = Field(min_length=1)


def rule_variables(settings: Settings) -> dict[str, Any]:
    """The rules as dbt variables.

    Raises:
        ConfigError: a rule file is missing or does not fit.
    """
    portrait = load_model(settings.config / "portraits" / "default.yml", Portrait)
    tag = load_model(settings.config / "rules" / "high_potential.yml", HighPotential)
    estimates = load_model(settings.config / "rules" / "estimates.yml", Estimates)
    return {
        "portrait": {"version": portrait.version, "weights": portrait.weights},
        "min_dimensions": portrait.min_dimensions,
        "high_potential": tag.model_dump(),
        "estimates": estimates.model_dump(),
    }
