"""Decisions about model versions, and the champion's alias: moved by compare-and-set.

The operations database is the truth; MLflow's aliases are its mirror. MLflow itself would let two
trainings overwrite each other's champion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ml.gate import GateRow, passes
from talentloop.errors import ModelError
from talentloop.ops import session
from talentloop.ops.models import ModelAlias, Promotion
from talentloop.settings import Settings

CHAMPION, CHALLENGER, PREVIOUS = "champion", "challenger", "previous"
PROMOTED, REFUSED = "promoted", "refused"


@dataclass(frozen=True)
class Candidate:
    """A registered version and everything its decision rests on.

    Attributes:
        compared_with: champion that it was compared with, None when there was none; the alias
            moves only while that is still the champion.
    """

    model_name: str
    version: str
    data_version: str
    config_version: str
    published_version: str
    compared_with: str | None
    gate: tuple[GateRow, ...]
    adverse_impact: str
    metrics: dict[str, float]


def record_decision(settings: Settings, candidate: Candidate, decided_at: datetime) -> bool:
    """Keep the decision and, if it passed, move the champion: one transaction.

    Deciding about a version a second time changes nothing.

    Returns:
        Whether the version was promoted.

    Raises:
        ModelError: another training moved the champion meanwhile, or the version is not the one
            that an earlier decision was about; nothing was recorded.
    """
    try:
        with session(settings) as db:
            return _record(db, candidate, decided_at)
    except IntegrityError:
        raise _moved(candidate) from None


def _record(db: Session, candidate: Candidate, decided_at: datetime) -> bool:
    known = db.scalar(
        select(Promotion).where(
            Promotion.model_name == candidate.model_name,
            Promotion.model_version == candidate.version,
        )
    )
    if known is not None:
        _require_same(known, candidate)
        return known.decision == PROMOTED
    promoted = passes(candidate.gate)
    current = db.get(ModelAlias, (candidate.model_name, CHAMPION), with_for_update=True)
    if promoted and (current.model_version if current else None) != candidate.compared_with:
        raise _moved(candidate)
    db.add(_row(candidate, promoted, decided_at))
    if promoted:
        _point(db, candidate.model_name, PREVIOUS, candidate.compared_with, decided_at)
        _point(db, candidate.model_name, CHAMPION, candidate.version, decided_at)
    challenger = None if promoted else candidate.version
    _point(db, candidate.model_name, CHALLENGER, challenger, decided_at)
    return promoted


def _require_same(known: Promotion, candidate: Candidate) -> None:
    """A version that was decided about before must be the same model."""
    if known.data_version == candidate.data_version:
        return
    raise ModelError(
        "MLflow numbers its versions anew: it was reset, and the operations database was not",
        where=f"model {candidate.model_name}, version {candidate.version}",
        remedy="Restore MLflow's store; it belongs to the operations database.",
    )


def _row(candidate: Candidate, promoted: bool, decided_at: datetime) -> Promotion:
    return Promotion(
        model_name=candidate.model_name,
        model_version=candidate.version,
        data_version=candidate.data_version,
        published_version=candidate.published_version,
        previous_champion=candidate.compared_with,
        decision=PROMOTED if promoted else REFUSED,
        gate={
            "rows": [asdict(row) for row in candidate.gate],
            "config_version": candidate.config_version,
            "adverse_impact": candidate.adverse_impact,
            "is_mirrored": False,
        },
        metrics=candidate.metrics,
        decided_at=decided_at,
    )


def _point(db: Session, model: str, alias: str, version: str | None, at: datetime) -> None:
    row = db.get(ModelAlias, (model, alias), with_for_update=True)
    if version is None:
        if row is not None:
            db.delete(row)
    elif row is None:
        db.add(ModelAlias(model_name=model, alias=alias, model_version=version, updated_at=at))
    else:
        row.model_version, row.updated_at = version, at


def _moved(candidate: Candidate) -> ModelError:
    return ModelError(
        "Another training changed the champion meanwhile",
        where=f"model {candidate.model_name}, version {candidate.version}",
        remedy="Train again; the version is then compared with the new champion.",
    )


def mark_mirrored(settings: Settings, model_name: str) -> None:
    """Note that MLflow's aliases are what the newest decision made them."""
    with session(settings) as db:
        query = select(Promotion).where(Promotion.model_name == model_name)
        last = db.scalars(query.order_by(Promotion.id.desc()).limit(1)).one()
        last.gate = {**last.gate, "is_mirrored": True}


def aliases(settings: Settings, model_name: str) -> dict[str, str]:
    """Alias -> version, as decided."""
    with session(settings) as db:
        rows = db.scalars(select(ModelAlias).where(ModelAlias.model_name == model_name)).all()
    return {row.alias: row.model_version for row in rows}


def decisions(settings: Settings, model_name: str) -> Sequence[Promotion]:
    """All decisions about a model, newest first."""
    query = select(Promotion).where(Promotion.model_name == model_name)
    with session(settings) as db:
        return db.scalars(query.order_by(Promotion.id.desc())).all()
