"""What has landed so far: the history and the ids that a new load is compared with."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from talentloop.landing import LandingZone

_COLUMNS = ["source_id", "load_id", "is_deleted"]


class LandedHistory:
    """Ids per entity and source, read once for a run of checks."""

    def __init__(self, zone: LandingZone) -> None:
        self._zone = zone
        self._tables: dict[tuple[str, str | None], pa.Table] = {}

    def versions(self, entity: str, source: str | None = None) -> pa.Table:
        """All landed versions of an entity: `source_id`, `load_id`, `is_deleted`."""
        key = (entity, source)
        if key not in self._tables:
            self._tables[key] = self._zone.read(entity, source=source, columns=_COLUMNS)
        return self._tables[key]

    def known_ids(self, entity: str, source: str) -> pa.ChunkedArray:
        """Ids of an entity in its source, or in any source where its own has never landed one."""
        own = self.versions(entity, source)["source_id"]
        return own if len(own) else self.versions(entity)["source_id"]

    def live_before(self, entity: str, source: str, load_id: str) -> pa.ChunkedArray:
        """Ids that were live before a load: their newest earlier version is not a deletion."""
        versions = self.versions(entity, source)
        earlier = versions.filter(pc.less(versions["load_id"], load_id)).sort_by("load_id")
        newest = earlier.group_by("source_id", use_threads=False).aggregate(
            [("is_deleted", "last")]
        )
        return newest.filter(pc.invert(newest["is_deleted_last"]))["source_id"]
