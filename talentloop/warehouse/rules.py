"""The enterprise's rules that the warehouse applies: weights, the tag's threshold, and how figures are counted."""

from __future__ import annotations

import math
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from talentloop.config import load_model, load_yaml
from talentloop.settings import Settings
from talentloop.strict import Strict
from talentloop.warehouse.portraits import DEFAULT, load_portraits


class HighPotential(BaseModel):
    """When an application is tagged 高潜力; the threshold itself counts."""

    model_config = ConfigDict(extra="forbid")

    version: str = Field(min_length=1)
    min_score_0_100: float = Field(ge=0, le=100)


class Threshold(Strict):
    """A question about a high score and a good rating, each counted from its own limit on."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    min_score_0_100: float = Field(ge=0, le=100)
    min_rating_0_1: float = Field(ge=0, le=1)
    months: list[int] = Field(min_length=1)


class ValidityRule(Strict):
    """How interviews are judged by what became of the hired; see `config/validity.yml`."""

    min_n: int = Field(ge=4)
    min_n_weights: int = Field(ge=30)
    criterion_reliability: float | None = Field(gt=0, le=1)
    thresholds: list[Threshold]
    agreement_levels: int = Field(ge=2)
    min_rater_n: int = Field(ge=3)


def load_validity(settings: Settings) -> ValidityRule:
    """The rules of validity.

    Raises:
        ConfigError: the file is missing or does not fit.
    """
    return load_model(settings.config / "validity.yml", ValidityRule)


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


def load_cost_rules(settings: Settings) -> CostRules:
    """The rules of costs.

    Raises:
        ConfigError: the file is missing or does not fit.
    """
    return load_model(settings.config / "rules" / "cost.yml", CostRules)


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


class Estimates(BaseModel):
    """How cohorts are estimated, and from when on their figures are shown."""

    model_config = ConfigDict(extra="forbid")

    version: str = Field(min_length=1)
    minimum_n: int = Field(ge=1)
    open_share_max: float = Field(ge=0, le=1)
    settled_open_share_max: float = Field(ge=0, le=1)
    reentry_rule: Literal["sum", "first"]
    reopened_rule: Literal["first", "latest"]
    evergreen_rule: Literal["excluded", "since_last_fill"]
    window_months: int = Field(ge=1)
    curve_days: int = Field(ge=90, le=3650)
    bulk_rejection_reasons: list[str] = Field(min_length=1)


def rule_variables(settings: Settings) -> dict[str, Any]:
    """The rules as dbt variables: those of `config/`, and what named persons approved since.

    Raises:
        ConfigError: a rule file is missing or does not fit.
    """
    tag = load_model(settings.config / "rules" / "high_potential.yml", HighPotential)
    cost = load_cost_rules(settings)
    hiring = load_model(settings.config / "rules" / "hiring.yml", HiringRules)
    estimates = load_model(settings.config / "rules" / "estimates.yml", Estimates)
    validity = load_validity(settings)
    portraits = load_portraits(settings)
    return {
        "cost": cost.variables(),
        "hiring": hiring.model_dump(),
        "portraits": [p.model_dump(mode="json") for p in portraits.values()],
        "min_dimensions": portraits[DEFAULT].min_dimensions,
        "high_potential": tag.model_dump(),
        "estimates": estimates.model_dump(),
        "validity": validity.model_dump(),
        "write_back_sources": write_back_sources(settings),
    }


def write_back_sources(settings: Settings) -> list[str]:
    """The sources whose systems take results back: those that a file in `config/destinations` names."""
    files = sorted((settings.config / "destinations").glob("*.yml"))
    named = {str((load_yaml(path) or {}).get("source", "")) for path in files}
    return sorted(named - {""})
