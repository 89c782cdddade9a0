"""Freshness of sources: how long ago each was last read, against its limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from talentloop.ops.cursors import list_cursors
from talentloop.reports.options import load_options
from talentloop.settings import Settings

State = Literal["fresh", "late", "stale"]


@dataclass(frozen=True)
class Freshness:
    """A source by the stream that was read longest ago."""

    source: str
    stream: str
    read_at: datetime
    age_hours: float
    late_hours: float
    stale_hours: float
    state: State


def source_freshness(settings: Settings) -> list[Freshness]:
    """Every source that has been read, by name.

    Raises:
        ConfigError: the limits are missing, or the operations database has not been set up.
    """
    options, now = load_options(settings), settings.clock.now()
    oldest = {}
    for cursor in sorted(list_cursors(settings), key=lambda c: c.updated_at, reverse=True):
        oldest[cursor.source] = cursor
    found = []
    for source, cursor in sorted(oldest.items()):
        limits = options.freshness_limits(source)
        hours = (now - cursor.updated_at) / timedelta(hours=1)
        state = freshness_state(hours, limits.late, limits.stale)
        found.append(
            Freshness(
                source,
                cursor.stream,
                cursor.updated_at,
                round(hours, 2),
                limits.late,
                limits.stale,
                state,
            )
        )
    return found


def freshness_state(hours: float, late: float, stale: float) -> State:
    """The state at an age: a limit itself is still kept."""
    return "stale" if hours > stale else "late" if hours > late else "fresh"
