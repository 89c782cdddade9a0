"""Proposals: changes that touch people and wait for a named person's decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select

from talentloop.errors import ConfigError
from talentloop.ops import audit
from talentloop.ops.database import session
from talentloop.ops.models import Proposal
from talentloop.settings import Settings

Decision = Literal["approved", "rejected"]


def propose(
    settings: Settings,
    kind: str,
    subject: str,
    change: Mapping[str, Any],
    evidence: Mapping[str, Any],
) -> int:
    """Put a change up for decision; its id. Nothing changes until a person approves.

    The same change proposed again keeps its row; a different one for the same subject takes the
    place of the one that was pending. `change` and `evidence` hold no personal field.
    """
    with session(settings) as db:
        pending = db.scalar(
            select(Proposal).where(
                Proposal.kind == kind, Proposal.subject == subject, Proposal.state == "pending"
            )
        )
        if pending is not None:
            if pending.change == dict(change):
                pending.evidence = dict(evidence)
                return pending.id
            pending.state, pending.decided_at = "superseded", settings.clock.now()
        row = Proposal(
            kind=kind, subject=subject, change=dict(change), evidence=dict(evidence),
            proposed_at=settings.clock.now(),
        )  # fmt: skip
        db.add(row)
        db.flush()
        return row.id


def decide(
    settings: Settings,
    proposal_id: int,
    decision: Decision,
    person: str,
    *,
    note: str = "",
    effective_at: datetime | None = None,
) -> Proposal:
    """Record a person's decision, in the audit trail too. An approval holds from `effective_at`.

    Raises:
        ConfigError: no such proposal, nobody is named, or it has been decided already.
    """
    if not person.strip():
        raise ConfigError(
            "A decision needs the name of the person who takes it",
            where=f"proposal {proposal_id}",
            remedy="Name yourself with --by.",
        )
    with session(settings) as db:
        row = db.get(Proposal, proposal_id)
        if row is None or row.state != "pending":
            state = "does not exist" if row is None else f"has been {row.state} already"
            raise ConfigError(
                f"Proposal {proposal_id} {state}",
                where=f"proposal {proposal_id}",
                remedy="List those that wait for a decision and name one of them.",
            )
        row.state, row.decided_by, row.note = decision, person.strip(), note
        row.decided_at = settings.clock.now()
        row.effective_at = (effective_at or row.decided_at) if decision == "approved" else None
    audit.record(
        settings, person.strip(), f"proposal_{decision}", f"{row.kind}:{row.subject}",
        {"proposal": row.id, "note": note},
    )  # fmt: skip
    return row


def supersede(settings: Settings, proposal_id: int) -> None:
    """Take back a proposal that nothing speaks for any more; one that was decided stays."""
    with session(settings) as db:
        row = db.get_one(Proposal, proposal_id)
        if row.state == "pending":
            row.state, row.decided_at = "superseded", settings.clock.now()


def proposals(
    settings: Settings, kind: str | None = None, *, state: str | None = None
) -> Sequence[Proposal]:
    """Proposals in the order in which they were made."""
    query = select(Proposal).order_by(Proposal.id)
    if kind is not None:
        query = query.where(Proposal.kind == kind)
    if state is not None:
        query = query.where(Proposal.state == state)
    with session(settings) as db:
        return db.scalars(query).all()
