"""From landed Arrow tables to the frames that Great Expectations sees: typed, and nobody's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pyarrow as pa
import pyarrow.compute as pc

from talentloop.contracts import Record
from talentloop.contracts.base import DataClass

if TYPE_CHECKING:
    import pandas as pd

#: Text of these classes is replaced before any check: results, pages and messages cannot leak it.
_HIDDEN_CLASSES: frozenset[DataClass] = frozenset({"identity", "protected"})
_HIDDEN = "hidden"
_INSTANT = pa.timestamp("us", tz="UTC")


def hidden_columns(model: type[Record]) -> set[str]:
    """Text columns that carry personal data, whose values no check may see.

    Columns with a closed list of codes stay visible: their values are no one's.
    """
    hidden = {"ext"}  # whatever the tenant passes through
    for name, info in model.model_fields.items():
        extra = info.json_schema_extra
        data_class = extra.get("class") if isinstance(extra, dict) else None
        if data_class in _HIDDEN_CLASSES and not _is_closed(info.annotation):
            hidden.add(name)
    return hidden


def _is_closed(annotation: object) -> bool:
    arguments = get_args(annotation)
    literal = any(isinstance(a, str) for a in arguments)
    return literal or any(_is_closed(a) for a in arguments)


def to_frame(rows: pa.Table, model: type[Record] | None = None) -> pd.DataFrame:
    """Rows as a pandas frame for checks.

    Personal text is hidden; dates become UTC midnights and lists their lengths, which compare
    without a Python call per row.
    """
    hidden = hidden_columns(model) if model is not None else set()
    columns = [_convert(rows.column(name), name in hidden) for name in rows.column_names]
    frame: pd.DataFrame = pa.table(columns, names=rows.column_names).to_pandas()
    return frame


def _convert(column: pa.ChunkedArray, hide: bool) -> pa.ChunkedArray:
    if hide and pa.types.is_string(column.type):
        return pc.if_else(pc.is_valid(column), _HIDDEN, pa.scalar(None, pa.string()))
    if pa.types.is_date(column.type):
        return column.cast(_INSTANT)
    if pa.types.is_integer(column.type):
        return column.cast(pa.int64())  # narrower ones are compared one by one
    if pa.types.is_list(column.type):
        return pc.list_value_length(column)
    return column
