"""What the stand-in tenants keep: forms over canonical entities, declared in YAML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import orjson
from pydantic import Field

from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.strict import Strict

_FOLDER = Path(__file__).resolve().parent
ZONE = ZoneInfo("Asia/Shanghai")

Kind = Literal["text", "number", "flag", "date", "time", "list"]
Product = Literal["k3cloud", "cosmic"]
Values = dict[str, Any]


class _Entries(Strict):
    entity: str
    of: str
    fields: dict[str, list[str]]


class _Form(Strict):
    entity: str = ""
    is_created_by_save: bool = False
    fields: dict[str, list[str]] = Field(default_factory=dict)
    writable: dict[str, Literal["text", "number"]] = Field(default_factory=dict)
    entries: dict[str, _Entries] = Field(default_factory=dict)


class _Forms(Strict):
    forms: dict[str, _Form]


class _Codes(Strict):
    codes: dict[str, dict[str, str]]


@dataclass(frozen=True)
class WireField:
    """One field: its kind on the wire, where its value comes from, and codes written instead."""

    kind: Kind
    column: str
    codes: Mapping[str, str] | None = None


@dataclass(frozen=True)
class EntryList:
    """A list within a form's record, made of the entity's records that refer to it by `of`."""

    entity: str
    of: str
    fields: Mapping[str, WireField]


@dataclass(frozen=True)
class Form:
    """One form of a tenant.

    Attributes:
        entity: canonical entity that it shows; empty where only saves fill it.
        fields: what it shows of the company.
        writable: fields that saves set, and their kind.
        entries: lists within each record.
        is_created_by_save: whether a save of an unknown number makes a record.
    """

    name: str
    entity: str
    fields: Mapping[str, WireField]
    writable: Mapping[str, str]
    entries: Mapping[str, EntryList]
    is_created_by_save: bool


@cache
def forms_of(product: Product) -> dict[str, Form]:
    """All forms of a product's tenant by name."""
    codes = load_model(_FOLDER / "codes.yml", _Codes).codes
    declared = load_model(_FOLDER / f"{product}.yml", _Forms).forms
    return {
        name: Form(
            name,
            form.entity,
            _fields(form.fields, codes, name),
            form.writable,
            {
                key: EntryList(found.entity, found.of, _fields(found.fields, codes, name))
                for key, found in form.entries.items()
            },
            form.is_created_by_save,
        )
        for name, form in declared.items()
    }


def _fields(
    declared: Mapping[str, list[str]], codes: Mapping[str, Mapping[str, str]], where: str
) -> dict[str, WireField]:
    fields = {}
    for name, (kind, column, *rest) in declared.items():
        if kind not in _RENDER[True] or (rest and rest[0] not in codes):
            raise ConfigError("A field's kind or codes are unknown", where=f"{where}.{name}")
        fields[name] = WireField(kind, column, codes[rest[0]] if rest else None)  # type: ignore[arg-type]
    return fields


def wire_values(row: Mapping[str, Any], fields: Mapping[str, WireField], *, iso: bool) -> Values:
    """A canonical row's fields as the tenant writes them.

    Args:
        iso: times as `2026-01-01T08:00:00`, as K3Cloud does; else with a space, and dates bare.
    """
    return {name: _wire(row, field, iso=iso) for name, field in fields.items()}


def _wire(row: Mapping[str, Any], field: WireField, *, iso: bool) -> Any:
    if field.column.startswith("ext."):
        ext = row["ext"]
        value = orjson.loads(ext).get(field.column.removeprefix("ext.")) if ext else None
    else:
        value = row[field.column]
    if value is None:
        return None
    if field.codes is not None:
        code = str(value).lower() if isinstance(value, bool) else str(value)
        return field.codes.get(code, code)
    return _RENDER[iso][field.kind](value)


def local(moment: datetime, *, iso: bool) -> str:
    """An instant as the tenant's local time, whole seconds."""
    return moment.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M:%S" if iso else "%Y-%m-%d %H:%M:%S")


def _text(value: object) -> str:
    return str(value)


def _same(value: object) -> object:
    return value


def _flag(value: object) -> str:
    return "1" if value else "0"


def _list(value: list[str]) -> str:
    return ";".join(value)


def _renderers(*, iso: bool) -> dict[str, Callable[[Any], Any]]:
    def day(value: date) -> str:
        return f"{value.isoformat()}T00:00:00" if iso else value.isoformat()

    def moment(value: datetime) -> str:
        return local(value, iso=iso)

    return {
        "text": _text, "number": _same, "flag": _flag, "list": _list, "date": day, "time": moment,
    }  # fmt: skip


_RENDER = {iso: _renderers(iso=iso) for iso in (True, False)}
