"""Where résumé files come from: `config/resumes.yml`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from talentloop.config import load_model
from talentloop.settings import Settings
from talentloop.strict import Strict


class Place(BaseModel):
    """One place with résumé files. Further fields are options of its connector, which checks them.

    Attributes:
        of: source whose candidates they are of.
        connector: which connector reaches them.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    of: str = Field(min_length=1, max_length=64)
    connector: str

    @property
    def options(self) -> dict[str, Any]:
        """What the connector itself is told."""
        return dict(self.model_extra or {})


class Places(Strict):
    """The content of `config/resumes.yml`; the file explains each field."""

    max_mib: int = Field(ge=1, le=200)
    places: tuple[Place, ...]


def load_places(settings: Settings) -> Places:
    """The content of `config/resumes.yml`.

    Raises:
        ConfigError: it is missing or does not fit.
    """
    return load_model(settings.config / "resumes.yml", Places)
