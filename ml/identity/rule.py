"""How persons are resolved, declared in `config/identity.yml`."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Annotated, Self

from pydantic import Field, model_validator

from talentloop.config import load_model
from talentloop.settings import Settings
from talentloop.strict import Strict

#: Raised when the code changes what the same records and configuration would give.
RESOLUTION_FORMAT = 1

#: Comparisons with their levels, the closest first; what a level means is in `model.py`.
LEVELS: dict[str, tuple[str, ...]] = {
    "name": (
        "same_as_written", "same_in_pinyin", "initials", "one_letter_off", "same_surname",
        "different",
    ),
    "birth": ("exact", "slip_of_the_pen", "different"),
    "phone": ("exact", "one_digit_off", "different"),
    "email": ("exact", "same_local_part", "different"),
    "national_id": ("exact", "different"),
    "study": ("same_degree_and_major", "same_major", "different"),
}  # fmt: skip

Probability = Annotated[float, Field(gt=0, lt=1)]


class Thresholds(Strict):
    """Probabilities from which on a pair is joined by itself, or put before a person."""

    auto: Probability
    review: Probability

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.review < self.auto:
            raise ValueError("review must lie below auto")
        return self


class Level(Strict):
    """Shares of pairs of one person, and of two persons, that a level holds."""

    m: Probability
    u: Probability


class Strength(Strict):
    """Pairs that the declared shares are worth, against the pairs that the data show."""

    m_pairs: int = Field(ge=1)
    u_pairs: int = Field(ge=1)


class Training(Strict):
    """Sizes of the training samples."""

    sample_records: int = Field(ge=100, le=20_000)
    max_pairs: int = Field(ge=1000)


class IdentityRule(Strict):
    """The declaration; each field is explained in `config/identity.yml`."""

    version: str = Field(min_length=1, max_length=40)
    thresholds: Thresholds
    identifier_max_records: int = Field(ge=2)
    block_max_records: int = Field(ge=2)
    exact_share: Probability
    strength: Strength
    never_auto: dict[str, tuple[str, ...]]
    levels: dict[str, dict[str, Level]]
    training: Training

    @model_validator(mode="after")
    def _levels_complete(self) -> Self:
        if {name: tuple(levels) for name, levels in self.levels.items()} != LEVELS:
            raise ValueError(f"the levels are {LEVELS}, in this order")
        for name, labels in self.never_auto.items():
            if not set(labels) <= set(LEVELS.get(name, ())):
                raise ValueError(f"never_auto names levels of {name} that do not exist")
        for name, levels in self.levels.items():
            for share in ("m", "u"):
                total = math.fsum(getattr(level, share) for level in levels.values())
                if not math.isclose(total, 1, abs_tol=1e-6):
                    raise ValueError(f"the {share} of {name} add up to {total}, not to 1")
        return self

    @property
    def model_version(self) -> str:
        """The declared version and eight hex characters that change with any part of the rule."""
        content = [RESOLUTION_FORMAT, self.model_dump(mode="json")]
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        return f"{self.version}-{digest[:8]}"


def load_identity_rule(settings: Settings) -> IdentityRule:
    """The declaration of this installation.

    Raises:
        ConfigError: the file is missing or does not fit; names the field.
    """
    return load_model(settings.config / "identity.yml", IdentityRule)
