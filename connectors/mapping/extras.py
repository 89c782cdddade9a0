"""Tenant-specific source fields that travel along as JSON in `ext`."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
import pyarrow as pa

from connectors.base import RawRow
from connectors.mapping.plans import CustomPlan

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


def ext_column(custom: CustomPlan | None, rows: Sequence[RawRow]) -> pa.Array:
    """The `ext` column: sorted JSON objects, blank values left out; null where nothing is left."""
    if custom is None:
        return pa.nulls(len(rows), pa.string())
    names = sorted(name for name in set().union(*rows) if custom.accepts(str(name)))
    return pa.array([_one(row, names) for row in rows], pa.string())


def _one(row: RawRow, names: Sequence[str]) -> str | None:
    kept = {name: value for name in names if (value := row.get(name)) not in (None, "")}
    return orjson.dumps(kept, default=str, option=_OPTIONS).decode() if kept else None
