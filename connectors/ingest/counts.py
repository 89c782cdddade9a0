"""What a run did, in numbers."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime


@dataclass
class EntityCounts:
    """What became of the records of one entity.

    Attributes:
        pulled: records that the source sent, good and bad.
        landed: records written; tombstones are among them.
        unchanged: records that say what has landed before.
        quarantined: records that broke their contract.
        deleted: tombstones, for records that a full read no longer found.
        collapsed: records dropped because another of the same key was equal or newer.
        waiting: records of earlier loads whose checks are still to come; a run that was killed
            after landing leaves such loads behind.
    """

    pulled: int = 0
    landed: int = 0
    unchanged: int = 0
    quarantined: int = 0
    deleted: int = 0
    collapsed: int = 0
    waiting: int = 0


@dataclass
class IngestResult:
    """What one run of a source did.

    Attributes:
        watermark: the source's own time up to which it has now been read; None if it was silent.
    """

    source: str
    entities: dict[str, EntityCounts] = field(default_factory=dict)
    seconds: float = 0.0
    watermark: datetime | None = None

    def counts(self, entity: str) -> EntityCounts:
        """The counts of an entity, to add to."""
        return self.entities.setdefault(entity, EntityCounts())

    def totals(self) -> dict[str, int]:
        """The counts of all entities together."""
        names = [column.name for column in fields(EntityCounts)]
        return {n: sum(getattr(counts, n) for counts in self.entities.values()) for n in names}

    def news(self) -> list[str]:
        """Entities with landed records that the rest of the loop has not seen yet."""
        return sorted(n for n, counts in self.entities.items() if counts.landed or counts.waiting)
