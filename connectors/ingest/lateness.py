"""Changes that show up later than the source's own clock lets one expect.

A cursor stands at the source's time of the last read. What is new since then bears a later stamp,
unless it was committed late, or stamped by a clock that runs behind the one that answers us. The
overlap covers that up to its own length; what comes later still is missed until the next full read,
and nobody would know. So we watch how deep into the overlap news reach, and tell before it is too
short.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from talentloop.ops.incidents import open_incident, resolve_incident
from talentloop.settings import Settings

KIND = "late_changes"
#: Share of the overlap that news may reach into before a person is told.
_CALM = 0.5


def watch_lateness(
    settings: Settings,
    source: str,
    stream: str,
    *,
    cursor: datetime,
    overlap: timedelta,
    oldest_news: datetime | None,
) -> timedelta:
    """How late the latest comer was; an incident is opened where half of the overlap was needed.

    Args:
        cursor: where the read before this one left the cursor.
        overlap: how far before it this one began.
        oldest_news: the oldest stamp among what landed as new or changed. Older ones than the read
            asked for say nothing: lists without a filter, and rows that a source adds unasked.
    """
    late = timedelta() if oldest_news is None else cursor - oldest_news
    if not timedelta() < late <= overlap:
        return timedelta()
    if late > overlap * _CALM:
        minutes, most = late / timedelta(minutes=1), overlap / timedelta(minutes=1)
        open_incident(
            settings,
            kind=KIND,
            where=f"{source} {stream}",
            title=f"Changes of {stream} came {minutes:.0f} minutes late",
            detail=f"The overlap is {most:.0f} minutes: what comes later than that is not seen. The "
            "source's clocks disagree, or it commits late.",
            remedy=f"Set overlap_minutes of {source} to {max(2 * minutes, most * 2):.0f}, then run "
            f"`talentloop ingest {source} --full` once for what was missed.",
        )
    return late


def settle_lateness(settings: Settings, source: str, stream: str) -> None:
    """Close what was told of a stream: all of it was read again."""
    resolve_incident(
        settings, kind=KIND, where=f"{source} {stream}", resolution="All of it was read again."
    )
