"""From canonical Arrow columns to records as the vendor writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from connectors.sandbox.successfactors.schema import EntitySet, WireField, WireLink

Row = dict[str, Any]
_DAY_MS = 86_400_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def wire_rows(
    table: pa.Table, entity_set: EntitySet, select: Sequence[str], expand: Sequence[str], base: str
) -> list[Row]:
    """The rows of a table as wire records with the selected fields and expanded links.

    Args:
        select: properties, links, and `link/property` for those of expanded links.
        base: address of the service, for `__metadata.uri`.
    """
    own = [entity_set.fields[name] for name in select if name in entity_set.fields]
    columns = {field.name: wire_column(table, field) for field in own}
    for name in expand:
        link = entity_set.links[name]
        wanted = [s.partition("/")[2] for s in select if s.startswith(f"{name}/")]
        columns[name] = _expanded(table, link, wanted or list(link.fields))
    metadata = _metadata(table, entity_set, base)
    for name in entity_set.links.keys() & set(select) - set(expand):
        columns[name] = [{"__deferred": {"uri": f"{row['uri']}/{name}"}} for row in metadata]
    columns["__metadata"] = metadata
    names = list(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _metadata(table: pa.Table, entity_set: EntitySet, base: str) -> list[Row]:
    kind = f"SFOData.{entity_set.name}"
    columns = [_literals(table, entity_set.fields[key]) for key in entity_set.key]
    if len(columns) > 1:
        columns = [
            [f"{key}={value}" for value in column]
            for key, column in zip(entity_set.key, columns, strict=True)
        ]
    return [
        {"uri": f"{base}/{entity_set.name}({','.join(parts)})", "type": kind}
        for parts in zip(*columns, strict=True)
    ]


def _literals(table: pa.Table, field: WireField) -> list[str]:
    """A key property as it stands in an address."""
    values = wire_column(table, field)
    if field.edm_type == "Date":
        days = [_EPOCH + timedelta(milliseconds=int(str(value)[6:-2])) for value in values]
        return [f"datetime'{day:%Y-%m-%dT00:00:00}'" for day in days]
    quote, suffix = ("", "L") if field.edm_type == "Int64" else ("'", "")
    return [f"{quote}{value}{quote}{suffix}" for value in values]


def _expanded(table: pa.Table, link: WireLink, wanted: Sequence[str]) -> list[Any]:
    columns = [wire_column(table, link.fields[name]) for name in wanted]
    rows = [dict(zip(wanted, values, strict=True)) for values in zip(*columns, strict=True)]
    return [{"results": [row]} for row in rows] if link.is_many else list(rows)


def wire_column(table: pa.Table, field: WireField) -> list[Any]:
    """One property of all rows of a table; nulls for properties that only upsert sets."""
    if not field.column:
        return [None] * len(table)
    if field.column.startswith("="):
        return [_constant(field)] * len(table)
    if field.column.startswith("ext."):
        name = field.column.removeprefix("ext.")
        return [_from_ext(text, name) for text in table["ext"].to_pylist()]
    column = table[field.column]
    if field.picklist is not None:
        return _labelled(column, field.picklist)
    return _RENDER[field.edm_type](column)


def _constant(field: WireField) -> str:
    text = field.column.removeprefix("=")
    if field.edm_type != "Date":
        return text
    days = (date.fromisoformat(text) - date(1970, 1, 1)).days
    return f"/Date({days * _DAY_MS})/"


def _from_ext(text: str | None, name: str) -> Any:
    return orjson.loads(text).get(name) if text else None


def _labelled(column: pa.ChunkedArray, picklist: Mapping[str, str]) -> list[str | None]:
    """Codes as the tenant's labels; a code without a label stays as it is."""
    values = (str(v).lower() if isinstance(v, bool) else v for v in column.to_pylist())
    return [picklist.get(value, value) if value is not None else None for value in values]


def _text(column: pa.ChunkedArray) -> list[str | None]:
    values = column.to_pylist()
    if pa.types.is_list(column.type):
        return [None if items is None else ";".join(items) for items in values]
    return [None if value is None else str(value) for value in values]


def _plain(column: pa.ChunkedArray) -> list[Any]:
    return list(column.to_pylist())


def _decimal(column: pa.ChunkedArray) -> list[str | None]:
    return [None if value is None else f"{value:.10g}" for value in column.to_pylist()]


def _milliseconds(column: pa.ChunkedArray) -> list[int | None]:
    if pa.types.is_date(column.type):
        days = pc.cast(column, pa.int32()).to_pylist()
        return [None if day is None else day * _DAY_MS for day in days]
    micros = pc.cast(column, pa.int64()).to_pylist()
    return [None if value is None else value // 1000 for value in micros]


def _date(column: pa.ChunkedArray) -> list[str | None]:
    return [None if ms is None else f"/Date({ms})/" for ms in _milliseconds(column)]


def _offset(column: pa.ChunkedArray) -> list[str | None]:
    return [None if ms is None else f"/Date({ms}+0000)/" for ms in _milliseconds(column)]


_RENDER: dict[str, Callable[[pa.ChunkedArray], list[Any]]] = {
    "String": _text,
    "Int64": _text,
    "Int32": _plain,
    "Decimal": _decimal,
    "Boolean": _plain,
    "Date": _date,
    "DateTime": _date,
    "DateTimeOffset": _offset,
}
