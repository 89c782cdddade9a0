"""One record per key: equal rows collapse, of different ones the newest stays."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

_TIME = "source_updated_at"


@dataclass(frozen=True)
class Kept:
    """The surviving rows, and how many equal and how many older ones gave way to them."""

    table: pa.Table
    duplicates: int = 0
    superseded: int = 0


def newest_only(table: pa.Table) -> Kept:
    """The newest row of each `source_id` by `source_updated_at`; of equally new ones the last."""
    surplus = table.num_rows - pc.count_distinct(table["source_id"]).as_py()
    if surplus == 0:
        return Kept(table)
    keys = pa.table(
        {
            "id": table["source_id"],
            "time": table[_TIME],
            "row": pa.array(range(table.num_rows), pa.int64()),
        }
    )
    ordered = keys.sort_by([("id", "ascending"), ("time", "ascending"), ("row", "ascending")])
    last = ordered.group_by("id", use_threads=False).aggregate([("row", "last"), ("row", "count")])
    kept = table.take(last["row_last"].sort())
    repeated = last.filter(pc.greater(last["row_count"], 1))["id"].combine_chunks()
    equal = _equal_rows(table.filter(pc.is_in(table["source_id"], value_set=repeated)))
    return Kept(kept, equal, surplus - equal)


def _equal_rows(table: pa.Table) -> int:
    """How many rows say the same as an earlier one; small, for only repeated keys come here."""
    names = [name for name in table.column_names if name != _TIME]
    distinct = {repr(row) for row in table.select(names).to_pylist()}
    return int(table.num_rows) - len(distinct)
