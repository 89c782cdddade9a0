"""How weights are proposed, from `config/weights.yml`."""

from __future__ import annotations

import hashlib
import json

from pydantic import Field

from ml.config import AuditRule
from talentloop.config import load_model
from talentloop.settings import Settings
from talentloop.strict import Strict


class WeightRule(Strict):
    """The choices of the installation; see the file.

    Attributes:
        max_step: how far one weight may move in one proposal.
        max_ratio_drop: fall of an impact ratio beyond which a proposal advises to hold.
    """

    months: int = Field(ge=1)
    max_step: float = Field(ge=0.01, le=1)
    resamples: int = Field(ge=100)
    seed: int
    top_k: int = Field(ge=1)
    max_ratio_drop: float = Field(ge=0, lt=1)
    audit: AuditRule

    @property
    def config_version(self) -> str:
        """Sixteen hex characters that change when a choice does."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:16]


def load_weight_rule(settings: Settings) -> WeightRule:
    """The rule.

    Raises:
        ConfigError: the file is missing or does not fit.
    """
    return load_model(settings.config / "weights.yml", WeightRule)
