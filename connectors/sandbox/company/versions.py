"""Row versions: how a changing record shows at an instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from connectors.sandbox.company.kinds import Bools, Ints, Times
from connectors.sandbox.company.timeline import happens, instant
from talentloop.contracts import ENTITIES, arrow_schema
from talentloop.errors import ConfigError


def snapshots(changes: Sequence[Times]) -> tuple[Ints, Times, Ints]:
    """One row version per record and instant at which something about it became known.

    Args:
        changes: arrays of equal length, one element per record; missing where nothing changed.
            The first is the record's creation: what was known before it appears with it.

    Returns:
        Record index, recorded_at and version number (from 1), sorted by record and version;
        changes beyond the horizon are left out.
    """
    created = changes[0]
    index = np.tile(np.arange(len(created), dtype=np.int64), len(changes))
    recorded = np.concatenate([created, *(np.maximum(change, created) for change in changes[1:])])
    return number_versions(index, recorded)[:3]


def number_versions(index: Ints, recorded: Times) -> tuple[Ints, Times, Ints, Ints]:
    """Versions from (record, recorded_at) rows in any order; ties keep the last row given, and
    rows without an instant or beyond the horizon are left out.

    Returns:
        Record index, recorded_at, version number, and the position of each in the input.
    """
    known = np.flatnonzero(happens(recorded))
    order = known[np.lexsort((known, recorded[known], index[known]))]
    index, recorded = index[order], recorded[order]
    last = np.ones(len(index), dtype=bool)
    last[:-1] = (index[1:] != index[:-1]) | (recorded[1:] != recorded[:-1])
    index, recorded, order = index[last], recorded[last], order[last]
    return index, recorded, _running_number(index), order


def _running_number(index: Ints) -> Ints:
    """1, 2, 3 … within each run of equal values."""
    first = np.ones(len(index), dtype=bool)
    first[1:] = index[1:] != index[:-1]
    position = np.arange(len(index), dtype=np.int64)
    start = np.maximum.accumulate(np.where(first, position, 0))
    return position - start + 1


def carry(values: Ints, valid: Bools) -> Ints:
    """Each value, or the nearest valid one above it; the first row must be valid."""
    position = np.where(valid, np.arange(len(values)), 0)
    return values[np.maximum.accumulate(position)]


def visible_rows(entity: str, table: pa.Table, at: datetime) -> pa.Table:
    """The newest version of each record known at `at`, without deleted ones.

    `table` holds each record's versions one below the other, in order. The result has the
    contract's own columns; `source_updated_at` is the instant when that version was recorded,
    `source_created_at` that of the record's first one.

    Raises:
        ConfigError: `at` has no time zone.
    """
    if at.tzinfo is None:
        raise ConfigError("An instant has no time zone.", where="visible(at=…)", remedy="Use UTC.")
    recorded = table["recorded_at"].to_numpy().astype("datetime64[us]")
    known = recorded <= instant(at.astimezone(UTC))
    first = table["row_version"].to_numpy() == 1
    newest = known.copy()
    newest[:-1] &= ~known[1:] | first[1:]
    newest &= ~table["is_deleted"].to_numpy(zero_copy_only=False)
    rows = table.filter(pa.array(newest))
    origin = np.maximum.accumulate(np.where(first, np.arange(len(first)), 0))[newest]
    times = {
        "source_updated_at": rows["recorded_at"],
        "source_created_at": table["recorded_at"].take(pa.array(origin)),
    }
    schema = arrow_schema(ENTITIES[entity])
    columns = [times[name] if name in times else rows[name] for name in schema.names]
    return pa.Table.from_arrays(columns, schema=schema)
