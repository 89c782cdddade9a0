"""Tolerances of the checks: what an operator may change without code (`config/checks.yml`)."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from talentloop.config import load_model
from talentloop.settings import Settings
from talentloop.strict import Strict

Share = Annotated[float, Field(ge=0, le=1)]


class Tolerance(Strict):
    """Bad rows that a load may hold: the larger of a share of its rows and a number of rows."""

    share: Share
    rows: Annotated[int, Field(ge=0)]

    def allowed(self, n: int) -> int:
        """Number of bad rows tolerated among `n`."""
        return min(n, max(self.rows, int(self.share * n)))

    def mostly(self, n: int) -> float:
        """The same as Great Expectations' share of rows that must be good."""
        return 1.0 if n == 0 else 1.0 - self.allowed(n) / n


class FeaturePolicy(Strict):
    """Limits on model inputs."""

    max_single_feature_auc: Annotated[float, Field(gt=0.5, le=1)]
    label_prevalence: dict[str, tuple[Share, Share]]


class CheckPolicy(Strict):
    """All tolerances; each field is explained in `config/checks.yml`."""

    contradictions: Tolerance
    orphans: Tolerance
    clock_tolerance_hours: Annotated[float, Field(ge=0)]
    max_deleted_share: Share
    max_rewritten_share: Share
    volume_min_rows: Annotated[int, Field(ge=1)]
    distribution_min_rows: Annotated[int, Field(ge=2)]
    freshness_days: dict[str, Annotated[float, Field(gt=0)]]
    features: FeaturePolicy
    docs_keep: Annotated[int, Field(ge=1)]

    @property
    def clock_tolerance(self) -> timedelta:
        """How far a time may lie ahead of the source's clock."""
        return timedelta(hours=self.clock_tolerance_hours)


def load_policy(settings: Settings) -> CheckPolicy:
    """The tolerances of this installation.

    Raises:
        ConfigError: the file is missing or does not fit; names the field.
    """
    return load_model(settings.config / "checks.yml", CheckPolicy)
