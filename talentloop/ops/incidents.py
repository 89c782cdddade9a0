"""Incidents: what broke, what readers still get, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from talentloop.logs import scrub
from talentloop.ops.database import session
from talentloop.ops.models import Incident
from talentloop.settings import Settings


def open_incident(
    settings: Settings, *, kind: str, where: str, title: str, detail: str = "", remedy: str = ""
) -> int:
    """Open an incident, or count up the one that is open for the same kind and place. Its id."""
    now = settings.clock.now()
    with session(settings) as db:
        row = db.scalar(
            select(Incident).where(
                Incident.kind == kind, Incident.location == where, Incident.state == "open"
            )
        )
        if row is None:
            row = Incident(
                kind=kind, location=where, opened_at=now, last_seen_at=now, seen_count=0,
                title="", detail="", remedy="",
            )  # fmt: skip
            db.add(row)
        row.title, row.detail, row.remedy = scrub(title)[:500], scrub(detail), remedy
        row.seen_count += 1
        row.last_seen_at = now
        db.flush()
        return row.id


def resolve_incident(settings: Settings, *, kind: str, where: str, resolution: str) -> bool:
    """Close the open incident of a kind and place; False when there is none."""
    with session(settings) as db:
        row = db.scalar(
            select(Incident).where(
                Incident.kind == kind, Incident.location == where, Incident.state == "open"
            )
        )
        if row is None:
            return False
        row.state, row.resolution, row.resolved_at = "resolved", resolution, settings.clock.now()
        return True


def open_incidents(settings: Settings) -> Sequence[Incident]:
    """Open incidents, newest first."""
    query = select(Incident).where(Incident.state == "open").order_by(Incident.last_seen_at.desc())
    with session(settings) as db:
        return db.scalars(query).all()
