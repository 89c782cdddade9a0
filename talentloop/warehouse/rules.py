"""The enterprise's rules that the warehouse applies: weights of dimensions, the tag's threshold."""

from __future__ import annotations

import math
from typing import Any

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


def rule_variables(settings: Settings) -> dict[str, Any]:
    """The rules as dbt variables.

    Raises:
        ConfigError: a rule file is missing or does not fit.
    """
    portrait = load_model(settings.config / "portraits" / "default.yml", Portrait)
    tag = load_model(settings.config / "rules" / "high_potential.yml", HighPotential)
    return {
        "portrait": {"version": portrait.version, "weights": portrait.weights},
        "min_dimensions": portrait.min_dimensions,
        "high_potential": tag.model_dump(),
    }
