"""The enterprise's rules that the warehouse applies: weights, the tag's threshold, validity."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from talentloop.config import load_model
from talentloop.settings import Settings
from talentloop.warehouse.portraits import DEFAULT, load_portraits


class HighPotential(BaseModel):
    """When an application is tagged 高潜力; the threshold itself counts."""

    model_config = ConfigDict(extra="forbid")

    version: str = Field(min_length=1)
    min_score_0_100: float = Field(ge=0, le=100)


class Threshold(BaseModel):
    """A question about a high score and a good rating, each counted from its own limit on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    min_score_0_100: float = Field(ge=0, le=100)
    min_rating_0_1: float = Field(ge=0, le=1)
    months: list[int] = Field(min_length=1)


class ValidityRule(BaseModel):
    """How interviews are judged by what became of the hired; see `config/validity.yml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

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


def rule_variables(settings: Settings) -> dict[str, Any]:
    """The rules as dbt variables: those of `config/`, and what named persons approved since.

    Raises:
        ConfigError: a rule file is missing or does not fit.
    """
    tag = load_model(settings.config / "rules" / "high_potential.yml", HighPotential)
    validity = load_validity(settings)
    portraits = load_portraits(settings)
    return {
        "portraits": [p.model_dump(mode="json") for p in portraits.values()],
        "min_dimensions": portraits[DEFAULT].min_dimensions,
        "high_potential": tag.model_dump(),
        "validity": validity.model_dump(),
    }
