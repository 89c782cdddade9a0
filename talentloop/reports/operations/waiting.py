"""Reports about what waits for a person's decision, oldest first; with no word of anybody's."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentloop.ops.models import OutboxRow, Proposal
from talentloop.reports.parameters import Value
from talentloop.reports.privacy import Row

#: Items of the outbox that go on only when a person says so: given up, or refused by the system.
_STOPPED = ("DEAD", "FAILED")


def exclusions(db: Session, values: dict[str, Value]) -> list[Row]:
    """One row per reason of a proposed exclusion; what the rule wants and what it found, in codes."""
    query = (
        select(Proposal)
        .where(Proposal.kind == "screening_exclusion", Proposal.state == "pending")
        .order_by(Proposal.id)
        .limit(int(str(values["limit"])))
    )
    return [
        {
            "proposal_id": row.id,
            "application": row.subject,
            "rule_set_code": row.change["rule_set"],
            "rule_set_version": row.change["version"],
            "rule_code": reason["rule"],
            "screening_reason_code": reason["reason"],
            "found": reason["found"],
            "wanted": reason["wanted"],
            "proposed_at": row.proposed_at,
        }
        for row in db.scalars(query)
        for reason in row.change["reasons"]
    ]


def deliveries(db: Session, values: dict[str, Value]) -> list[Row]:
    """One row per item of the outbox that stopped; what it would send is not shown."""
    query = (
        select(OutboxRow)
        .where(OutboxRow.state.in_(_STOPPED))
        .order_by(OutboxRow.updated_at, OutboxRow.id)
        .limit(int(str(values["limit"])))
    )
    return [
        {
            "outbox_id": row.id,
            "destination": row.destination,
            "operation": row.operation,
            "entity_key": row.entity_key,
            "state": row.state,
            "outbox_reason_code": row.reason_code or None,
            "attempts": row.attempts,
            "stopped_at": row.updated_at,
            "last_error": row.last_error,
        }
        for row in db.scalars(query)
    ]
