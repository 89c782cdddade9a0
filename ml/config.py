"""What a model is, declared in `config/models/<name>.yml`."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from ml.protected import is_protected
from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from talentloop.strict import Strict

#: Raised when the code changes what the same data and configuration would train.
TRAINING_FORMAT = 1


class Text(Strict):
    """A text in the product's two languages."""

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)


class Feature(Strict):
    """One input: its type, what stands in for a missing value, and its declared direction.

    `impute` is `median` (of the training rows), a number, or `unknown` (a category of its own).
    `monotone` +1 promises that a higher value never lowers the probability, -1 the reverse.
    """

    name: str = Field(min_length=1)
    type: Literal["number", "boolean", "category"]
    impute: Literal["median", "unknown"] | float
    monotone: Literal[-1, 0, 1] = 0
    flag_missing: bool = False
    title: Text

    @field_validator("name")
    @classmethod
    def _not_protected(cls, name: str) -> str:
        if is_protected(name):
            raise ValueError(
                f"{name!r} is a protected attribute, or names one; models never read those"
            )
        return name

    @model_validator(mode="after")
    def _fits_type(self) -> Self:
        if (self.type == "category") != (self.impute == "unknown"):
            raise ValueError(f"{self.name}: a category, and nothing else, is imputed as unknown")
        if self.type == "category" and (self.monotone or self.flag_missing):
            raise ValueError(f"{self.name}: a category has no direction and no missing flag")
        return self


class Label(Strict):
    """The outcome: its column in the feature table, its meaning, and which end is desirable."""

    column: str
    meaning: Text
    favourable: Literal["high", "low"]


class SplitRule(Strict):
    """Shares of the rows in the order of their decisions; the newest are the test.

    `gap_days` must lie between the day a training label became known and the first test decision,
    on top of the rule that it was known by then.
    """

    test_share: float = Field(gt=0, lt=0.8)
    validation_share: float = Field(gt=0, lt=0.8)
    gap_days: int = Field(ge=0)


class Minimum(Strict):
    """Rows below which nothing is trained; `cases` are the rows of the rarer outcome."""

    train_rows: int = Field(ge=10)
    test_rows: int = Field(ge=4)
    train_cases: int = Field(ge=2)
    test_cases: int = Field(ge=1)


class XgboostParameters(Strict):
    """Passed to xgboost as they are; the objective, seed and threads are not for configuration."""

    max_depth: int = Field(ge=1, le=8)
    eta: float = Field(gt=0, le=1)
    min_child_weight: float = Field(ge=0)
    subsample: float = Field(gt=0, le=1)
    colsample_bytree: float = Field(gt=0, le=1)
    reg_lambda: float = Field(ge=0)


class Learning(Strict):
    """How the model learns.

    Attributes:
        linear_l2: strength of the ridge penalty of the linear start; None starts from the prior.
        most_rounds, patience: trees at most, and rounds without gain that stop the boosting.
        calibration_sd: how far calibration may move the log-odds (offset, and log of the slope)
            before the validation rows must argue for it: standard deviation of its prior.
        members: refits on resampled people from whose spread the interval is taken.
        seed: of everything that is drawn.
    """

    linear_l2: float | None = Field(gt=0)
    xgboost: XgboostParameters
    most_rounds: int = Field(ge=1, le=5000)
    patience: int = Field(ge=1)
    min_level_rows: int = Field(ge=1)
    calibration_sd: float = Field(gt=0)
    members: int = Field(ge=10, le=200)
    seed: int


class Gate(Strict):
    """What a new version must show before it may become champion.

    Attributes:
        confidence: of the two-sided bootstrap intervals.
        resamples: bootstrap resamples, by requisition.
        max_calibration_error: expected calibration error that always passes; a larger one passes
            only where a perfectly calibrated model would show it too on as few rows.
        calibration_confidence: share of perfectly calibrated models that must pass that way.
    """

    confidence: float = Field(gt=0.5, lt=1)
    resamples: int = Field(ge=100)
    max_calibration_error: float = Field(gt=0, lt=1)
    calibration_confidence: float = Field(gt=0.5, lt=1)


AuditedAttribute = Literal[
    "gender", "age_band", "ethnicity", "marital_status", "citizenship", "protected_group"
]


class AuditRule(Strict):
    """Which protected attributes the audit compares, and from how many people on.

    Attributes:
        min_cell: smaller groups are pooled, and not shown when even the pool is smaller.
        min_flag_rows: smaller groups carry no four-fifths flag, nor are they the reference while
            there is a larger one.
        min_share: smaller groups are no reference of the ratio (LL144's two per cent).
        proxy_auc: above it, the features give the attribute away: review.
    """

    attributes: tuple[AuditedAttribute, ...]
    intersections: tuple[tuple[AuditedAttribute, AuditedAttribute], ...]
    age_bands: tuple[int, ...] = Field(min_length=1)
    min_cell: int = Field(ge=3)
    min_flag_rows: int = Field(ge=5)
    min_share: float = Field(ge=0, lt=0.5)
    proxy_auc: float = Field(gt=0.5, lt=1)


class ModelRule(Strict):
    """One model, as declared."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    purpose: Text
    table: str = Field(pattern=r"^feat_[a-z0-9_]+__asof$")
    label: Label
    features: tuple[Feature, ...] = Field(min_length=1)
    split: SplitRule
    minimum: Minimum
    learning: Learning
    gate: Gate
    audit: AuditRule

    @field_validator("features")
    @classmethod
    def _unique(cls, features: tuple[Feature, ...]) -> tuple[Feature, ...]:
        names = [feature.name for feature in features]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"features named twice: {', '.join(doubled)}")
        return features

    @property
    def config_version(self) -> str:
        """Sixteen hex characters that change when the declaration or the training code does."""
        content = [TRAINING_FORMAT, self.model_dump(mode="json")]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def models_dir(settings: Settings) -> Path:
    """Folder of the declarations."""
    return settings.config / "models"


def model_names(settings: Settings) -> list[str]:
    """Declared models, in alphabetical order."""
    return sorted(path.stem for path in models_dir(settings).glob("*.yml"))


def load_rule(settings: Settings, name: str) -> ModelRule:
    """The declaration of one model.

    Raises:
        ConfigError: there is no such model, or its file does not fit.
    """
    path = models_dir(settings) / f"{name}.yml"
    known = model_names(settings)
    if name not in known:
        raise ConfigError(
            f"There is no model {name!r}",
            where=str(path),
            remedy=f"Known models: {', '.join(known) or 'none'}.",
        )
    rule = load_model(path, ModelRule)
    if rule.name != name:
        raise ConfigError(
            f"The file declares a model called {rule.name!r}",
            where=f"{path}, field name",
            remedy="Name the file after its model.",
        )
    return rule
