"""Landed files as the operations database knows them, and the state of their checks."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from talentloop.landing import LandedFile
from talentloop.ops.database import session
from talentloop.ops.models import Load
from talentloop.settings import Settings


def record_load(settings: Settings, file: LandedFile, *, is_full: bool = False) -> None:
    """Note a landed file as waiting for its checks; recording it twice changes nothing."""
    with session(settings) as db:
        if db.get(Load, (file.load_id, file.entity)) is None:
            db.add(
                Load(
                    load_id=file.load_id,
                    entity=file.entity,
                    source=file.source,
                    path=file.path,
                    rows=file.rows,
                    sha256=file.sha256,
                    is_full=is_full,
                    landed_at=settings.clock.now(),
                )
            )


def adopt_orphans(settings: Settings, files: Sequence[LandedFile]) -> list[LandedFile]:
    """Record files that were landed by a task killed before it could say so.

    Args:
        files: everything in the landing zone; those not yet recorded are adopted as pending.
    """
    with session(settings) as db:
        known = {(r.load_id, r.entity) for r in db.scalars(select(Load))}
    orphans = [f for f in files if (f.load_id, f.entity) not in known]
    for file in orphans:
        record_load(settings, file)
    return orphans


def loads(settings: Settings, state: str | None = None) -> Sequence[Load]:
    """Loads in the order in which they landed, or those in one check state."""
    query = select(Load).order_by(Load.load_id, Load.entity)
    if state is not None:
        query = query.where(Load.check_state == state)
    with session(settings) as db:
        return db.scalars(query).all()


def pending_loads(settings: Settings) -> Sequence[Load]:
    """Loads that wait for their checks."""
    return loads(settings, "pending")


def is_waiting(settings: Settings, entity: str) -> bool:
    """Whether loads of an entity wait for their checks.

    A step that found nothing new asks this before it keeps silent: a run that was killed after
    landing leaves loads that nobody has announced.
    """
    return any(load.entity == entity for load in pending_loads(settings))


def mark_checked(
    settings: Settings, load_id: str, entity: str, state: str, detail: str = ""
) -> None:
    """Record the outcome of a load's checks: `passed`, `failed`, `rejected` or `pending` again."""
    if state not in ("pending", "passed", "failed", "rejected"):
        raise ValueError(f"unknown check state {state!r}")
    with session(settings) as db:
        row = db.get_one(Load, (load_id, entity))
        row.check_state = state
        row.check_detail = detail
        row.checked_at = settings.clock.now()
