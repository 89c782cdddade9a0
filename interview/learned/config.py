"""config/learned.yml."""

from __future__ import annotations

from pydantic import Field

from talentloop.config import load_model
from talentloop.settings import Settings
from talentloop.strict import Strict


class LearnedConfig(Strict):
    """How a model of ratings is learnt, and what it must reach."""

    least_answers: int = Field(ge=20)
    least_candidates: int = Field(ge=5)
    folds: int = Field(ge=2, le=20)
    hashed_features: int = Field(ge=64, le=2**20)
    ngrams: tuple[int, int]
    components: int = Field(ge=1, le=256)
    penalty: float = Field(ge=0)
    most_below_people: float = Field(ge=0, le=1)
    largest_smd: float = Field(gt=0)
    least_group: int = Field(ge=2)
    resamples: int = Field(ge=20)
    seed: int


def load_learned(settings: Settings) -> LearnedConfig:
    """The configuration.

    Raises:
        ConfigError: it does not fit.
    """
    return load_model(settings.config / "learned.yml", LearnedConfig)
