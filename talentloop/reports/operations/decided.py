"""What was frozen, and what waits for a person's decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentloop.ops.models import FrozenFigure, Proposal, Restatement
from talentloop.reports.parameters import Value
from talentloop.reports.privacy import Row, few_withheld


def frozen_figures(db: Session, values: dict[str, Value]) -> list[Row]:
    """The company's figures of a month as frozen, and as the latest restatement has them."""
    period = f"{values['month']:%Y-%m-%d}"
    query = select(FrozenFigure).where(FrozenFigure.period_on == period, FrozenFigure.scope == "")
    newest = select(func.max(Restatement.id)).where(
        Restatement.period_on == period, Restatement.scope == ""
    )
    later = {
        row.metric: row
        for row in db.scalars(
            select(Restatement).where(Restatement.id.in_(newest.group_by(Restatement.metric)))
        )
    }
    rows: list[Row] = []
    for row in db.scalars(query.order_by(FrozenFigure.id)):
        restated = later.get(row.metric)
        rows.append(
            {
                "metric": row.metric,
                "value_frozen": few_withheld(row.value, row.n),
                "n_frozen": row.n,
                "value_restated": few_withheld(restated.value_after, restated.n_after)
                if restated
                else None,
                "n_restated": restated.n_after if restated else None,
                "is_restated": restated is not None,
                "frozen_as_of": row.as_of,
                "frozen_at": row.frozen_at,
                "noticed_at": restated.noticed_at if restated else None,
            }
        )
    return rows


def restatements(db: Session, values: dict[str, Value]) -> list[Row]:
    """Frozen figures that later data changed, newest first."""
    query = select(Restatement).order_by(Restatement.id.desc())
    if values["metric"] is not None:
        query = query.where(Restatement.metric == values["metric"])
    return [
        {
            "noticed_at": row.noticed_at,
            "metric": row.metric,
            "period_on": date.fromisoformat(row.period_on),
            "scope": row.scope,
            "value_before": row.value_before,
            "value_after": row.value_after,
            "n_before": row.n_before,
            "n_after": row.n_after,
            "published_version": row.published_version,
            "as_of": row.as_of,
        }
        for row in db.scalars(query.limit(int(str(values["limit"]))))
    ]


def weight_proposals(db: Session, _values: dict[str, Value]) -> list[Row]:
    """One row per proposal and dimension, newest proposal first."""
    return [
        {
            "proposal_id": str(row.id),
            "portrait_code": row.subject,
            "portrait_version": row.change["version"],
            "state": row.state,
            "advice": row.evidence["advice"],
            "proposed_at": row.proposed_at,
            "decided_at": row.decided_at,
            "decided_by": row.decided_by,
            "effective_at": row.effective_at,
            **{name: row.evidence[name] for name in ("n", "r_now", "r_proposed")},
            **dict(zip(("gain", "gain_lower", "gain_upper"), row.evidence["gain"], strict=True)),
            "dimension_code": part["dimension"],
            **{
                f"weight_{name}": part[name]
                for name in ("now", "unshrunk", "proposed", "lower", "upper")
            },
        }
        for row in _weights(db)
        for part in row.evidence["dimensions"]
    ]


def weight_proposal_impact(db: Session, _values: dict[str, Value]) -> list[Row]:
    """One row per proposal and protected group; the audit's aggregates, never persons."""
    names = ("n", "rate_now", "rate_proposed", "ratio_now", "ratio_proposed", "flag_proposed")
    return [
        {
            "proposal_id": str(row.id),
            "attribute": group["attribute"],
            "group_name": group["group"],
            **{name: group[name] for name in names},
        }
        for row in _weights(db)
        for group in row.evidence["groups"]
    ]


def _weights(db: Session) -> Sequence[Proposal]:
    query = select(Proposal).where(Proposal.kind == "weights").order_by(Proposal.id.desc())
    return db.scalars(query).all()


def identity_proposals(db: Session, values: dict[str, Value]) -> list[Row]:
    """Pairs of records that wait for a person's decision, then the newest decided ones."""
    query = (
        select(Proposal)
        .where(Proposal.kind == "person_merge")
        .order_by((Proposal.state != "pending"), Proposal.id.desc())
        .limit(int(str(values["limit"])))
    )
    return [
        {
            "proposal_id": row.id,
            "state": row.state,
            "record_a": row.change["record_a"],
            "record_b": row.change["record_b"],
            "match_weight": row.evidence["match_weight"],
            "probability": row.evidence["probability"],
            "levels": ", ".join(
                f"{r['comparison']}: {r['level']}" for r in row.evidence["reasons"]
            ),
            "proposed_at": row.proposed_at,
            "decided_by": row.decided_by,
            "decided_at": row.decided_at,
        }
        for row in db.scalars(query)
    ]
