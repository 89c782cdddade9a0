"""What is configured for one destination: operations, their fields, and how to deliver."""

from __future__ import annotations

import string
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from connectors.channels.channel import Channel, find_channel
from talentloop.config import load_model, load_yaml
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from talentloop.strict import Strict

_Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=200)]
_FORMATS = ("", ".0%", ".1%", ".2f")


class FieldSpec(Strict):
    """One field there: a column of the export, or a text with columns in braces.

    Attributes:
        column: column whose value is sent.
        decimals: digits after the point that are sent; values are compared at this precision.
        text: text to send; `{column}` or `{column:.0%}` stand for values of the row.
        when: column that must be true; otherwise the field is emptied.
    """

    column: _Name | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] | None = None
    text: str | None = Field(None, max_length=1000)
    when: _Name | None = None

    @model_validator(mode="after")
    def _one_source(self) -> FieldSpec:
        if (self.column is None) == (self.text is None):
            raise ValueError("a field wants either column or text")
        return self

    @field_validator("text")
    @classmethod
    def _known_formats(cls, text: str | None) -> str | None:
        for _, name, form, conversion in string.Formatter().parse(text or ""):
            if name is not None and (not name.isidentifier() or conversion):
                raise ValueError(f"{{{name}}} is not the name of a column")
            if name is not None and form not in _FORMATS:
                raise ValueError(f"{{{name}:{form}}}: use one of {', '.join(_FORMATS[1:])}")
        return text

    @property
    def columns(self) -> set[str]:
        """Columns of the export that the field needs."""
        named = {name for _, name, _, _ in string.Formatter().parse(self.text or "") if name}
        return named | {name for name in (self.column, self.when) if name}


class Operation(Strict):
    """One kind of change: rows of an export to fields of an entity, or items queued one by one.

    An operation with an export says how things are: a newer change replaces an older one that was
    not sent. One without says what to do (a message, an invitation): each item is sent, in order.

    Attributes:
        entity: kind of record there.
        export: relation of the published copy; None where items are queued one by one.
        where: rows of the export that belong to this operation.
        key: column that names the record there.
        only_when: column that must be true for a row to be sent; a record to which it was sent
            before gets the withdrawal.
        fields: what the export sets there; empty where there is no export.
    """

    entity: _Name
    export: _Name | None = None
    where: dict[_Name, str] = Field(default_factory=dict)
    key: _Name | None = None
    only_when: _Name | None = None
    fields: dict[_Name, FieldSpec] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _export_is_whole(self) -> Operation:
        if self.export is None and (self.fields or self.key or self.where or self.only_when):
            raise ValueError("without an export there are no key, where, only_when and fields")
        if self.export is not None and not (self.fields and self.key):
            raise ValueError("an export wants a key and at least one field")
        return self

    @model_validator(mode="after")
    def _withdrawal_empties_something(self) -> Operation:
        marks = [f for f in self.fields.values() if f.when is not None]
        if self.only_when and not any(f.when == self.only_when for f in marks):
            raise ValueError("only_when needs a field with the same column under `when`")
        return self

    @property
    def columns(self) -> list[str]:
        """Columns of the export that the operation needs."""
        needed = {name for name in (self.key, self.only_when) if name}
        return sorted(needed.union(*(f.columns for f in self.fields.values())))

    @property
    def marks(self) -> set[str]:
        """Fields that say that something was sent, and that a withdrawal empties."""
        return {name for name, spec in self.fields.items() if self.only_when and spec.when}


class Backoff(Strict):
    """Seconds to wait after a failed delivery; doubles each time."""

    first: Annotated[float, Field(gt=0)]
    longest: Annotated[float, Field(gt=0)]


class Destination(Strict):
    """The content of `config/destinations/<name>.yml`; the file explains each field.

    A destination of a system that is not in use lies with its example source, as
    `config/examples/<system>/destination.yml`, and is found by its name (default the folder's).
    """

    name: str = ""
    source: _Name
    batch_size: Annotated[int, Field(ge=1, le=1000)]
    max_attempts: Annotated[int, Field(ge=1, le=100)]
    backoff_seconds: Backoff
    lease_seconds: Annotated[int, Field(ge=1)]
    settle_seconds: Annotated[float, Field(ge=0)]
    patience_seconds: Annotated[float, Field(ge=0)]
    reconcile_hours: Annotated[int, Field(ge=1)]
    overwrite_drift: bool = False
    operations: Annotated[dict[_Name, Operation], Field(min_length=1)]

    @property
    def lease(self) -> timedelta:
        """How long a worker may hold items."""
        return timedelta(seconds=self.lease_seconds)

    @property
    def settle(self) -> timedelta:
        """How long a write with a lost response may still be under way."""
        return timedelta(seconds=self.settle_seconds)


def destination_files(settings: Settings) -> dict[str, Path]:
    """The file of each destination by name: those in use, then those beside example sources.

    Raises:
        ConfigError: an example's file cannot be read.
    """
    found = {path.stem: path for path in sorted((settings.config / "destinations").glob("*.yml"))}
    for path in sorted(settings.config.glob("examples/*/destination.yml")):
        content = load_yaml(path)
        named = content.get("name") if isinstance(content, dict) else None
        found.setdefault(str(named or path.parent.name), path)
    return found


def operations_of(settings: Settings, source: str) -> dict[str, Operation]:
    """The operations of every destination that writes through a source.

    Raises:
        ConfigError: a destination's file does not fit.
    """
    found: dict[str, Operation] = {}
    for name in destination_files(settings):
        config = load_destination(settings, name)
        if config.source == source:
            found.update(config.operations)
    return found


def find_operation(operations: Mapping[str, Operation], name: str, source: str) -> Operation:
    """One of a source's operations, as `operations_of` gave them.

    Raises:
        ConfigError: no destination describes it any more, though changes of it wait.
    """
    if name not in operations:
        raise ConfigError(
            f"No destination describes the operation {name}",
            where=f"config/destinations, source {source}",
            remedy="Restore it there, or give up its changes in the outbox.",
        )
    return operations[name]


Verdict = Literal["MATCH", "DRIFT", "MISSING", "RELEASED"]


def load_destination(settings: Settings, name: str) -> Destination:
    """The configuration of a destination.

    Raises:
        ConfigError: it is missing, or does not fit; names the field.
    """
    files = destination_files(settings)
    channel = None if name in files else find_channel(settings, name)
    if channel is not None:
        return _of_channel(channel)
    if name not in files:
        used = settings.config / "destinations"
        raise ConfigError(
            f"There is no destination {name!r}",
            where=str(used / f"{name}.yml"),
            remedy="Known are: " + (", ".join(sorted(files)) or "none") + ".",
        )
    return load_model(files[name], Destination).model_copy(update={"name": name})


def _of_channel(channel: Channel) -> Destination:
    """A channel as a destination: whatever it says is queued item by item."""
    delivery = channel.delivery
    return Destination(
        name=channel.name,
        source=channel.name,
        batch_size=1,
        max_attempts=delivery.max_attempts,
        backoff_seconds=Backoff(
            first=delivery.first_wait_seconds, longest=delivery.longest_wait_seconds
        ),
        lease_seconds=delivery.lease_seconds,
        settle_seconds=delivery.settle_seconds,
        patience_seconds=delivery.patience_seconds,
        reconcile_hours=1,
        operations={
            name: Operation.model_validate({"entity": name})
            for name in ("card", "invitation", "event")
        },
    )
