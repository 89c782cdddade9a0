"""The tenant's entity sets, declared in `tenant_files/*.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.strict import Strict

_FOLDER = Path(__file__).resolve().parent / "tenant_files"

EdmType = Literal[
    "String", "Int64", "Int32", "Decimal", "Boolean", "Date", "DateTime", "DateTimeOffset"
]


class _Navigation(Strict):
    target: str
    many: bool = False
    fields: dict[str, list[str]]


class _EntitySet(Strict):
    entity: str
    key: list[str]
    cursor: str = "lastModifiedDateTime"
    effective_dated: bool = False
    fields: dict[str, list[str]]
    navigations: dict[str, _Navigation] = Field(default_factory=dict)


class _TenantFile(Strict):
    picklists: dict[str, dict[str, str]] = Field(default_factory=dict)
    entity_sets: dict[str, _EntitySet] = Field(default_factory=dict)


@dataclass(frozen=True)
class WireField:
    """One property: its type on the wire, and where its value comes from.

    Attributes:
        column: canonical column, `ext.name`, `=constant`, or empty for fields set by upsert.
        picklist: canonical code → what the tenant writes instead.
    """

    name: str
    edm_type: EdmType
    column: str = ""
    picklist: Mapping[str, str] | None = None

    @property
    def is_writable(self) -> bool:
        """Whether upsert may set it."""
        return not self.column

    @property
    def edm_name(self) -> str:
        """The type's name in `$metadata`."""
        return "Edm.DateTime" if self.edm_type == "Date" else f"Edm.{self.edm_type}"


@dataclass(frozen=True)
class WireLink:
    """A navigation whose target is made of the same canonical row."""

    name: str
    target: str
    is_many: bool
    fields: Mapping[str, WireField]


@dataclass(frozen=True)
class EntitySet:
    """One entity set of the tenant, over one canonical entity."""

    name: str
    entity: str
    key: tuple[str, ...]
    cursor: str
    fields: Mapping[str, WireField]
    links: Mapping[str, WireLink]
    effective_dated: bool = False

    @property
    def id_field(self) -> str:
        """The key property that carries the canonical record's `source_id`; empty if none does."""
        return next((key for key in self.key if self.fields[key].column == "source_id"), "")


@cache
def tenant_schema() -> dict[str, EntitySet]:
    """All entity sets by name."""
    files = [load_model(path, _TenantFile) for path in sorted(_FOLDER.glob("*.yml"))]
    picklists = {name: codes for file in files for name, codes in file.picklists.items()}
    return {
        name: _entity_set(name, declared, picklists)
        for file in files
        for name, declared in file.entity_sets.items()
    }


def _entity_set(
    name: str, declared: _EntitySet, picklists: Mapping[str, Mapping[str, str]]
) -> EntitySet:
    links = {
        link: WireLink(link, found.target, found.many, _fields(found.fields, picklists, name))
        for link, found in declared.navigations.items()
    }
    fields = _fields(declared.fields, picklists, name)
    key = tuple(declared.key)
    dated = declared.effective_dated
    return EntitySet(name, declared.entity, key, declared.cursor, fields, links, dated)


def _fields(
    declared: Mapping[str, list[str]], picklists: Mapping[str, Mapping[str, str]], where: str
) -> dict[str, WireField]:
    fields = {}
    for name, (edm_type, *rest) in declared.items():
        if len(rest) > 1 and rest[1] not in picklists:
            raise ConfigError(f"There is no picklist {rest[1]}", where=f"{where}.{name}")
        codes = picklists[rest[1]] if len(rest) > 1 else None
        column = rest[0] if rest else ""
        fields[name] = WireField(name, edm_type, column, codes)  # type: ignore[arg-type]
    return fields


def renamed(entity_set: EntitySet, changes: Mapping[str, str | None]) -> EntitySet:
    """The set after a schema change: properties under a new name, or gone (None)."""
    fields = {}
    for name, field in entity_set.fields.items():
        new = changes.get(name, name)
        if new is not None:
            fields[new] = replace(field, name=new)
    return replace(entity_set, fields=fields)
