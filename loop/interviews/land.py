"""Landing what was evaluated, like any source; landing it again lands nothing."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from loop.interviews.records import SOURCE
from talentloop.contracts import ENTITIES, Record, arrow_schema
from talentloop.ids import new_load_id
from talentloop.landing import LandingZone
from talentloop.ops.loads import adopt_orphans, record_load
from talentloop.settings import Settings


def land(settings: Settings, records: Iterable[Record]) -> dict[str, int]:
    """Land records of interviews.

    Returns:
        Rows landed by entity; what says nothing new is left out.
    """
    zone, landed = LandingZone(settings), {}
    grouped: dict[str, list[Record]] = {}
    for record in records:
        grouped.setdefault(record.entity, []).append(record)
    load_id = new_load_id(settings.clock)
    for entity, rows in grouped.items():
        adopt_orphans(settings, zone.files(entity, SOURCE))  # of a task killed after its landing
        schema = arrow_schema(ENTITIES[entity])
        table = pa.Table.from_pylist([row.model_dump() for row in rows], schema=schema)
        file = zone.write(entity, SOURCE, table, load_id=load_id, ingested_at=settings.clock.now())
        if file is not None:
            record_load(settings, file)
            landed[entity] = file.rows
    return landed
