"""The mapping language: what a mapping file may say. Its meaning is in docs/mapping.md."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

#: A single value as YAML reads it.
Scalar = str | bool | int | float | date | datetime


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class FieldRule(_Rule):
    """Where one value comes from and what is done to it, in this order:
    take (`from` or `const`), `transform`, `values`, `default`, then the contract's type.
    """

    from_: str | None = Field(None, alias="from", min_length=1)
    with_: list[str] = Field(default_factory=list, alias="with")
    join: str = " "
    const: Scalar | list[str] | None = None
    transform: list[str] = Field(default_factory=list)
    values: str | dict[Scalar, Scalar] | None = None
    default: Scalar | list[str] | None = None
    required: bool = False
    label: str = ""

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, rule: Any) -> Any:
        """A bare text is a `from`, whose list is joined; a single transform needs no list."""
        if isinstance(rule, str):
            return {"from": rule}
        if isinstance(rule, dict) and isinstance(rule.get("from"), list) and rule["from"]:
            rule = {**rule, "from": rule["from"][0], "with": rule["from"][1:]}
        if isinstance(rule, dict) and isinstance(rule.get("transform"), str):
            return {**rule, "transform": [rule["transform"]]}
        return rule

    @model_validator(mode="after")
    def _one_origin(self) -> FieldRule:
        if (self.from_ is None) == ("const" not in self.model_fields_set):
            raise ValueError("give either `from` or `const`")
        return self

    @property
    def paths(self) -> list[str]:
        """Every source field that it reads."""
        return [] if self.from_ is None else [self.from_, *self.with_]

    @property
    def has_default(self) -> bool:
        """Whether a default was given; `default: null` is one."""
        return "default" in self.model_fields_set


class KeyRule(_Rule):
    """The parts of a record's key, joined with `|`."""

    parts: list[FieldRule] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, rule: Any) -> Any:
        if isinstance(rule, list):
            return {"parts": rule}
        if isinstance(rule, dict) and "parts" in rule:
            return rule
        return {"parts": [rule]}


class CustomRule(_Rule):
    """Which further source fields travel in `ext`: those with a prefix, or all unmapped ones."""

    prefix: str | None = None
    passthrough: bool = False
    exclude: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _says_something(self) -> CustomRule:
        if self.passthrough == bool(self.prefix):
            raise ValueError("give either `prefix` or `passthrough: true`")
        return self


class Presence(_Rule):
    """A row condition on a value being there, or not."""

    not_null: bool


class RecordRule(_Rule):
    """One canonical record made from each row, or several with `for_each`."""

    entity: str
    key: KeyRule
    updated_at: FieldRule | None = None
    where: dict[str, Presence | list[Scalar] | Scalar] = Field(default_factory=dict)
    for_each: list[dict[str, str | int | float | bool]] = Field(default_factory=list)
    fields: dict[str, FieldRule]
    custom: CustomRule | None = None


class StreamRule(_Rule):
    """What is made of one list or file."""

    description: str = ""
    records: list[RecordRule] = Field(min_length=1)


class MappingFile(_Rule):
    """A whole mapping file."""

    description: str = ""
    streams: dict[str, StreamRule] = Field(min_length=1)
    value_maps: dict[str, dict[Scalar, Scalar]] = Field(default_factory=dict)
