"""From arrays to contract tables: ids, look-ups, hashes, and the schema with versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.sandbox.company.kinds import Bools, Column, Ints, Times
from connectors.sandbox.company.sizes import SOURCE
from talentloop.contracts import ENTITIES, arrow_schema
from talentloop.errors import ContractError

INSTANT = pa.timestamp("us", tz="UTC")


def company_schema(entity: str) -> pa.Schema:
    """Columns of a company table: the contract's, with `recorded_at` and `row_version` at the
    end in place of the source's times of record."""
    kept = [
        field
        for field in arrow_schema(ENTITIES[entity])
        if field.name not in ("source_updated_at", "source_created_at", "recorded_at")
    ]
    return pa.schema(
        [*kept, pa.field("recorded_at", INSTANT, False), pa.field("row_version", pa.int64(), False)]
    )


def codes(prefix: str, numbers: Ints, width: int) -> pa.Array:
    """`prefix` + zero-padded numbers, as strings; null where the number is negative."""
    n = len(numbers)
    text = np.empty((n, len(prefix) + width), dtype=np.uint8)
    text[:, : len(prefix)] = np.frombuffer(prefix.encode(), dtype=np.uint8)
    rest = np.where(numbers < 0, 0, numbers).astype(np.int64)
    for place in range(width - 1, -1, -1):
        text[:, len(prefix) + place] = 48 + rest % 10
        rest //= 10
    return _fixed_strings(text, numbers < 0)


def hex_digests(raw: np.ndarray[tuple[int, int], np.dtype[np.uint8]], missing: Bools) -> pa.Array:
    """Rows of bytes as hexadecimal text; null where `missing`."""
    digits = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
    text = np.empty((len(raw), raw.shape[1] * 2), dtype=np.uint8)
    text[:, 0::2] = digits[raw >> 4]
    text[:, 1::2] = digits[raw & 15]
    return _fixed_strings(text, missing)


def _fixed_strings(
    text: np.ndarray[tuple[int, int], np.dtype[np.uint8]], missing: Bools
) -> pa.Array:
    n, width = text.shape
    offsets = np.arange(0, (n + 1) * width, width, dtype=np.int64)
    large = pa.Array.from_buffers(
        pa.large_string(), n, [None, pa.py_buffer(offsets), pa.py_buffer(text.tobytes())]
    )
    strings = large.cast(pa.string())
    if not missing.any():
        return strings
    return pc.if_else(pa.array(missing), pa.scalar(None, pa.string()), strings)


def pick(values: Sequence[object], index: Ints) -> pa.Array:
    """`values[index]`; null where the index is negative."""
    return pa.array(values).take(pa.array(index, mask=index < 0))


def take(column: Column | np.ndarray[tuple[int], np.dtype[np.generic]], index: Ints) -> Column:
    """Rows of a column by index; null where the index is negative."""
    return pa.array(column).take(pa.array(index, mask=index < 0))


def join_text(*parts: Column | str) -> pa.Array:
    """Text columns and constants joined row by row; null where any part is null."""
    return pc.binary_join_element_wise(*parts, "")


def blank_where(column: Column, missing: Bools) -> Column:
    """The column with nulls where `missing`."""
    return pc.if_else(pa.array(missing), pa.scalar(None, column.type), column)


def build_table(
    entity: str,
    values: Mapping[str, object],
    recorded_at: Times,
    versions: Ints | None = None,
) -> pa.Table:
    """A table of `entity` with all its columns in order; columns not given are null.

    Raises:
        ContractError: a column is unknown, or a required one is missing or holds nulls.
    """
    n = len(recorded_at)
    schema = company_schema(entity)
    given = dict(values) | {
        "source": pa.repeat(SOURCE, n),
        "recorded_at": recorded_at,
        "row_version": np.ones(n, dtype=np.int64) if versions is None else versions,
    }
    given.setdefault("is_deleted", np.zeros(n, dtype=bool))
    unknown = set(given) - set(schema.names)
    if unknown:
        raise ContractError("Columns are not in the contract.", where=f"{entity}: {unknown}")
    arrays = []
    for field in schema:
        column = given.get(field.name)
        array = pa.nulls(n, field.type) if column is None else _typed(column, field.type)
        if array.null_count and not field.nullable:
            raise ContractError("A required column holds nulls.", where=f"{entity}.{field.name}")
        arrays.append(array)
    return pa.Table.from_arrays(arrays, schema=schema)


def _typed(column: object, dtype: pa.DataType) -> Column:
    if isinstance(column, pa.Array | pa.ChunkedArray):
        return column if column.type == dtype else column.cast(dtype)
    from_pandas = pa.types.is_floating(dtype)  # NaN stands for "not known"
    return pa.array(column, dtype, from_pandas=from_pandas)
