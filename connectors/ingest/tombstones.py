"""Marking as deleted what a full read no longer found at its source."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from talentloop.contracts import ENTITIES, arrow_schema
from talentloop.landing import LandingZone


def tombstones(
    zone: LandingZone, entity: str, source: str, seen: set[str], observed_at: datetime
) -> pa.Table:
    """The last landed version of each live record that is not among `seen`, marked as deleted.

    Args:
        seen: ids that the source still has, whether or not their records were good.
        observed_at: the source's time of the full read; becomes `source_updated_at`.

    Returns:
        Rows in the contract's Arrow schema.
    """
    schema = arrow_schema(ENTITIES[entity])
    gone = zone.live_ids(entity, source) - seen
    if not gone:
        return schema.empty_table()
    landed = zone.read(entity, source=source)
    landed = landed.filter(pc.is_in(landed["source_id"], value_set=pa.array(sorted(gone))))
    order = [("load_id", "ascending"), ("source_updated_at", "ascending")]
    newest = landed.append_column("_row", pa.array(range(landed.num_rows), pa.int64()))
    last = newest.sort_by(order).group_by("source_id", use_threads=False)
    rows = landed.take(last.aggregate([("_row", "last")])["_row_last"].sort())
    return _marked(rows.select(schema.names), schema, observed_at)


def _marked(rows: pa.Table, schema: pa.Schema, observed_at: datetime) -> pa.Table:
    for name, value in (("is_deleted", True), ("source_updated_at", observed_at)):
        at = schema.get_field_index(name)
        column = pa.repeat(pa.scalar(value, schema.field(name).type), rows.num_rows)
        rows = rows.set_column(at, schema.field(name), column)
    return rows.cast(schema)
