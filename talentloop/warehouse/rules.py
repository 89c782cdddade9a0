"""The enterprise's rules that the warehouse applies: weights of dimensions, the tag's threshold."""

from __future__ import annotations

import math
from datetime import date
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


class CostType(BaseModel):
    """In which lists a type of cost is added up, and how it is shared out where nobody is named."""

    model_config = ConfigDict(extra="forbid")

    lists: set[Literal["standard", "internal_use", "comparable"]]
    allocate_by: Literal["hires", "applications", "openings"] = "hires"


class CostRules(BaseModel):
    """How recruiting costs become figures."""

    model_config = ConfigDict(extra="forbid")

    version: str = Field(min_length=1)
    currency: str = Field(min_length=3, max_length=3)
    exchange_rates: dict[str, dict[date, float]] = {}
    types: dict[str, CostType]

    @model_validator(mode="after")
    def _rates_are_positive(self) -> CostRules:
        for currency, rates in self.exchange_rates.items():
            if any(rate <= 0 for rate in rates.values()):
                raise ValueError(f"a rate of {currency} is not positive")
        if self.currency in self.exchange_rates:
            raise ValueError(f"{self.currency} is the currency of all figures and has no rate")
        return self

    def variables(self) -> dict[str, Any]:
        """As dbt reads them: lists of rows."""
        return {
            "currency": self.currency,
            "exchange_rates": [
                {"currency": currency, "valid_from": day.isoformat(), "rate": rate}
                for currency, rates in self.exchange_rates.items()
                for day, rate in sorted(rates.items())
            ],
            "types": [
                {"code": code, "lists": sorted(kind.lists), "allocate_by": kind.allocate_by}
                for code, kind in self.types.items()
            ],
        }


class DifficultyWeight(BaseModel):
    """Weight of an open requisition in a recruiter's load."""

    model_config = ConfigDict(extra="forbid")

    default: float = Field(gt=0)
    job_family: dict[str, float] = {}


QualityComponent = Literal[
    "performance_6m", "performance_12m", "retention_90d", "retention_180d", "retention_365d"
]


class HiringRules(BaseModel):
    """Rules of hiring metrics on which companies differ."""

    model_config = ConfigDict(extra="forbid")

    version: str = Field(min_length=1)
    offer_valid_days: int = Field(ge=1)
    scorecard_due_hours: int = Field(ge=1)
    other_share_alert: float = Field(ge=0, le=1)
    difficulty_weight: DifficultyWeight
    critical_job_codes: list[str] = []
    quality_of_hire_weights: dict[QualityComponent, float] = {}

    @model_validator(mode="after")
    def _add_up(self) -> HiringRules:
        weights = self.quality_of_hire_weights.values()
        if weights and not math.isclose(math.fsum(weights), 1, abs_tol=1e-9):
            raise ValueError(f"quality_of_hire_weights add up to {math.fsum(weights)}, not to 1")
        return self


def rule_variables(settings: Settings) -> dict[str, Any]:
    """The rules as dbt variables.

    Raises:
        ConfigError: a rule file is missing or does not fit.
    """
    portrait = load_model(settings.config / "portraits" / "default.yml", Portrait)
    tag = load_model(settings.config / "rules" / "high_potential.yml", HighPotential)
    cost = load_model(settings.config / "rules" / "cost.yml", CostRules)
    hiring = load_model(settings.config / "rules" / "hiring.yml", HiringRules)
    return {
        "cost": cost.variables(),
        "hiring": hiring.model_dump(),
        "portrait": {"version": portrait.version, "weights": portrait.weights},
        "min_dimensions": portrait.min_dimensions,
        "high_potential": tag.model_dump(),
    }
