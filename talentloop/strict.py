"""What models of configuration, records and results are made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A model that does not change, and refuses fields that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)
