"""How interviews are evaluated and reported, from `config/interviews.yml`."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from talentloop.codes import Bilingual
from talentloop.config import load_model
from talentloop.settings import Settings
from talentloop.strict import Strict


class RemarkTexts(Strict):
    """The sentences of a remark; `config/interviews.yml` explains them."""

    scored: Bilingual
    unscored: Bilingual
    dimensions: Bilingual
    withheld: Bilingual
    supplements: Bilingual
    decides: Bilingual
    simulated: Bilingual


class InterviewOptions(Strict):
    """The content of `config/interviews.yml`; the file explains each field.

    Attributes:
        media: options of the platform that recordings come from; its connector checks them.
    """

    report_minutes: float = Field(gt=0, le=240)
    media: dict[str, Any] | None
    remark: RemarkTexts


def load_options(settings: Settings) -> InterviewOptions:
    """The content of `config/interviews.yml`.

    Raises:
        ConfigError: it is missing or does not fit.
    """
    return load_model(settings.config / "interviews.yml", InterviewOptions)
