"""Facts about a load as a whole: volume against history, freshness, references that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from expectations.engine import gxe
from expectations.knowledge import REFERENCES
from expectations.landed import LandedHistory
from expectations.rules import Batch

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class LoadFacts:
    """One load seen from outside.

    Attributes:
        rows: rows landed.
        live_before: records of the entity that this source had before.
        deleted: rows that say a record is gone.
        rewritten: rows that change a record that was there.
        age_days: days from the newest change in the load to the source's clock.
        orphans: per reference column, distinct ids that never landed.
        unlanded: reference columns whose target entity has not landed from any source.
    """

    rows: int
    live_before: int
    deleted: int
    rewritten: int
    age_days: float
    orphans: dict[str, int]
    unlanded: frozenset[str]

    def frame(self) -> pd.DataFrame:
        """The facts as a frame of one row."""
        import pandas as pd

        known = max(self.live_before, 1)
        row: dict[str, float] = {
            "rows": self.rows,
            "deleted_share": self.deleted / known,
            "rewritten_share": self.rewritten / known,
            "newest_change_age_days": self.age_days,
        }
        row.update({f"orphans_{column}": count for column, count in self.orphans.items()})
        return pd.DataFrame([row])


def gather(entity: str, rows: pa.Table, batch: Batch, history: LandedHistory) -> LoadFacts:
    """The facts of one landed load."""
    live = history.live_before(entity, batch.source, batch.load_id)
    gone = rows.filter(rows["is_deleted"])
    there = rows.filter(pc.invert(rows["is_deleted"]))
    orphans = {
        column: _count_orphans(rows, column, history.known_ids(target, batch.source))
        for column, target in REFERENCES[entity].items()
    }
    unlanded = frozenset(
        column
        for column, target in REFERENCES[entity].items()
        if not len(history.known_ids(target, batch.source))
    )
    return LoadFacts(
        rows=rows.num_rows,
        live_before=len(live),
        deleted=gone.num_rows,
        rewritten=_count_in(there["source_id"], live),
        age_days=_age_days(rows, batch),
        orphans=orphans,
        unlanded=unlanded,
    )


def _count_orphans(rows: pa.Table, column: str, known: pa.ChunkedArray) -> int:
    ids = pc.drop_null(rows[column]).unique()
    return len(ids) - _count_in(ids, known)


def _count_in(ids: pa.ChunkedArray | pa.Array, known: pa.ChunkedArray) -> int:
    if not len(known):
        return 0
    return pc.sum(pc.is_in(ids, value_set=known.combine_chunks())).as_py() or 0


def _age_days(rows: pa.Table, batch: Batch) -> float:
    newest = pc.max(rows["source_updated_at"]).as_py()
    return 0.0 if newest is None else (batch.observed_at - newest).total_seconds() / 86_400


def fact_expectations(entity: str, facts: LoadFacts, batch: Batch) -> Iterator[Any]:
    """What the facts of a load must satisfy."""
    policy = batch.policy
    yield gxe.ExpectColumnValuesToBeBetween(
        column="rows", min_value=1, description="the load holds rows"
    )
    if facts.live_before >= policy.volume_min_rows:
        yield gxe.ExpectColumnValuesToBeBetween(
            column="deleted_share",
            max_value=policy.max_deleted_share,
            description=f"at most {policy.max_deleted_share:.0%} of {facts.live_before} known "
            "records disappear at once",
        )
        yield gxe.ExpectColumnValuesToBeBetween(
            column="rewritten_share",
            max_value=policy.max_rewritten_share,
            severity="warning",
            description=f"at most {policy.max_rewritten_share:.0%} of {facts.live_before} known "
            "records change at once",
        )
    if entity in policy.freshness_days:
        days = policy.freshness_days[entity]
        yield gxe.ExpectColumnValuesToBeBetween(
            column="newest_change_age_days",
            max_value=days,
            severity="warning",
            description=f"the newest change is at most {days:g} days older than the read",
        )
    yield from _orphan_expectations(entity, facts, batch)


def _orphan_expectations(entity: str, facts: LoadFacts, batch: Batch) -> Iterator[Any]:
    for column, target in REFERENCES[entity].items():
        yield gxe.ExpectColumnValuesToBeBetween(
            column=f"orphans_{column}",
            max_value=batch.policy.orphans.allowed(facts.rows),
            severity="warning" if column in facts.unlanded else "critical",
            description=f"{column} leads to a {target} that has landed "
            f"(at most {batch.policy.orphans.allowed(facts.rows)} do not)",
        )
