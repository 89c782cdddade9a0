"""Arrow schemas derived from the contracts: what landed Parquet files look like."""

from __future__ import annotations

import types
from datetime import date, datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pyarrow as pa

from talentloop.contracts.base import Record

_SCALARS: dict[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    datetime: pa.timestamp("us", tz="UTC"),
    date: pa.date32(),
}


def _arrow_type(annotation: Any) -> tuple[pa.DataType, bool]:
    """The Arrow type of an annotation, and whether it may be null."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _arrow_type(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        inner = [a for a in get_args(annotation) if a is not type(None)]
        return _arrow_type(inner[0])[0], len(inner) < len(get_args(annotation))
    if origin is Literal:
        return pa.string(), False
    if origin is list:
        return pa.list_(_arrow_type(get_args(annotation)[0])[0]), False
    return _SCALARS[annotation], False


def arrow_schema(model: type[Record]) -> pa.Schema:
    """The contract's own columns, in order; `class` of each field in its metadata."""
    columns = []
    for name, info in model.model_fields.items():
        dtype, nullable = _arrow_type(info.annotation)
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        columns.append(pa.field(name, dtype, nullable, {"class": str(extra.get("class", ""))}))
    return pa.schema(columns)


def landing_schema(model: type[Record]) -> pa.Schema:
    """The contract's columns and those that the landing zone adds (`LANDING_COLUMNS`)."""
    return pa.schema(
        [
            *arrow_schema(model),
            pa.field("load_id", pa.string(), False),
            pa.field("ingested_at", pa.timestamp("us", tz="UTC"), False),
            pa.field("payload_hash", pa.string(), False),
        ]
    )
