"""Links between records as they are landed: read back, and written when they say something new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

import pyarrow as pa

from ml.identity.clusters import Pair
from talentloop.contracts import PersonLink, arrow_schema
from talentloop.ids import new_load_id
from talentloop.landing import LandingZone
from talentloop.ops.loads import adopt_orphans, record_load
from talentloop.settings import Settings

SOURCE = "talentloop"
ENTITY = PersonLink.entity

Decision = Literal["auto", "proposed", "approved", "rejected", "withdrawn"]
IN_FORCE = ("auto", "approved")


@dataclass(frozen=True)
class Link:
    """The newest that was decided about two records; `reasons` are {comparison, level, weight}."""

    record_a: str
    record_b: str
    decision: Decision
    decided_by: Literal["model", "person"]
    match_weight: float | None = None
    probability: float | None = None
    reasons: tuple[Mapping[str, Any], ...] = ()
    model_version: str | None = None
    decided_at: datetime | None = None

    @property
    def pair(self) -> Pair:
        """The two records, in the order of their ids."""
        return self.record_a, self.record_b

    @property
    def is_forbidden(self) -> bool:
        """Whether a person told the two apart."""
        return self.decided_by == "person" and self.decision in ("rejected", "withdrawn")

    def says(self) -> tuple[Any, ...]:
        """What makes it news: a weight that moved within its level does not."""
        levels = tuple(sorted((r["comparison"], r["level"]) for r in self.reasons))
        return self.decision, self.decided_by, self.model_version, levels


def newest_links(settings: Settings) -> dict[Pair, Link]:
    """The newest landed version of every link."""
    rows = LandingZone(settings).read(ENTITY, source=SOURCE)
    ordered = rows.sort_by([("source_updated_at", "ascending"), ("load_id", "ascending")])
    return {(row["record_a"], row["record_b"]): _link(row) for row in ordered.to_pylist()}


def _link(row: Mapping[str, Any]) -> Link:
    return Link(
        record_a=row["record_a"],
        record_b=row["record_b"],
        decision=row["decision"],
        decided_by=row["decided_by"],
        match_weight=row["match_weight"],
        probability=row["probability"],
        reasons=tuple(json.loads(row["reasons"])),
        model_version=row["model_version"],
        decided_at=row["decided_at"],
    )


def land_links(settings: Settings, links: Iterable[Link]) -> int:
    """Land the links that say something else than their newest landed version; how many."""
    zone = LandingZone(settings)
    adopt_orphans(settings, zone.files(ENTITY, SOURCE))  # of a run killed after its landing
    known = newest_links(settings)
    fresh = [
        _after(settings, link, known.get(link.pair))
        for link in links
        if link.pair not in known or known[link.pair].says() != link.says()
    ]
    if not fresh:
        return 0
    file = zone.write(
        ENTITY, SOURCE, _table(fresh),
        load_id=new_load_id(settings.clock), ingested_at=settings.clock.now(),
    )  # fmt: skip
    if file is None:
        return 0
    record_load(settings, file)
    return file.rows


def _after(settings: Settings, link: Link, before: Link | None) -> Link:
    """The link as decided now; at any rate after its last version."""
    now = settings.clock.now()
    if before is not None and before.decided_at is not None:
        now = max(now, before.decided_at + timedelta(microseconds=1))
    return replace(link, decided_at=now)


def _table(links: list[Link]) -> pa.Table:
    columns: dict[str, list[Any]] = {
        "source": [SOURCE] * len(links),
        "source_id": [_id(link.pair) for link in links],
        "source_updated_at": [link.decided_at for link in links],
        "source_created_at": [None] * len(links),
        "is_deleted": [False] * len(links),
        "ext": [None] * len(links),
        "reasons": [json.dumps([dict(reason) for reason in link.reasons]) for link in links],
    }
    for name in ("record_a", "record_b", "match_weight", "probability", "model_version",
                 "decision", "decided_by", "decided_at"):  # fmt: skip
        columns[name] = [getattr(link, name) for link in links]
    schema = arrow_schema(PersonLink)
    return pa.table({name: columns[name] for name in schema.names}, schema=schema)


def _id(pair: Pair) -> str:
    return hashlib.sha256("\n".join(pair).encode()).hexdigest()[:32]
