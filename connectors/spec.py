"""The common form of every connector's `spec.yaml`; docs/systems.md is made from these."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import Field

from connectors.http import ErrorRules, Limit, RetryPolicy
from talentloop.config import load_model
from talentloop.strict import Strict


class SpecModel(Strict):
    """A part of a specification: unknown fields are errors."""


class Names(SpecModel):
    """What a system is called, for people."""

    zh: str
    en: str


class StreamSpec(SpecModel):
    """How one list of a system is read."""

    path: str = Field("", description="Path below the base address; default the stream's name")
    paging: str = Field("none", description="How pages follow each other, in the system's words")
    page_size: int = Field(100, ge=1, description="Rows asked for in one page")
    cursor: str = Field("", description="Field by which changes are found; empty: all is read")
    overlap_minutes: int | None = Field(
        None, ge=0, description="Read again before the cursor; default the source's own option"
    )
    key: list[str] = Field(min_length=1, description="Fields that name a record")
    unverified: str = Field("", description="What was never seen at a real tenant")


class WriteSpec(SpecModel):
    """How one kind of change is written back."""

    path: str
    batch_size: int = Field(1, ge=1, description="Changes in one request")
    idempotent: bool = Field(description="Whether sending the same change again does no harm")
    idempotency: str = Field(description="What makes it so, or what is done instead")
    unverified: str = Field("", description="What was never seen at a real tenant")


class ConnectorSpec(SpecModel):
    """What a connector can do. A connector may add fields in a class of its own."""

    system: Names
    auth: str = Field(description="How it proves who we are, in one line")
    limit: Limit
    retry: RetryPolicy = RetryPolicy.model_validate({})
    errors: ErrorRules = ErrorRules.model_validate({})
    streams: Mapping[str, StreamSpec] = Field(default_factory=dict)
    writes: Mapping[str, WriteSpec] = Field(default_factory=dict)
    unverified: list[str] = Field(
        default_factory=list, description="What was never seen at a real tenant, beyond one stream"
    )


SpecT = TypeVar("SpecT", bound=ConnectorSpec)


def load_spec(folder: Path, model: type[SpecT]) -> SpecT:
    """The `spec.yaml` in a connector's folder.

    Raises:
        ConfigError: it does not fit; names file and field.
    """
    return load_model(folder / "spec.yaml", model)
