"""Where each model stands, for status pages. Reads the operations database only."""

from __future__ import annotations

from ml import promotion
from ml.config import load_rule, model_names
from ml.results import ChampionStatus
from talentloop.settings import Settings


def champion_status(settings: Settings) -> list[ChampionStatus]:
    """Every declared model, with its champion and its newest decision."""
    return [_status(settings, name) for name in model_names(settings)]


def _status(settings: Settings, name: str) -> ChampionStatus:
    rule, past = load_rule(settings, name), promotion.decisions(settings, name)
    version = promotion.aliases(settings, name).get(promotion.CHAMPION)
    champion = next((p for p in past if p.model_version == version), None)
    last = past[0] if past else None
    rows = last.gate["rows"] if last else []
    return ChampionStatus(
        model_name=name,
        title_en=rule.title.en,
        title_zh=rule.title.zh,
        champion_version=version,
        promoted_at=champion.decided_at if champion else None,
        data_version=champion.data_version if champion else None,
        published_version=champion.published_version if champion else None,
        metrics=dict(champion.metrics) if champion else {},
        adverse_impact=champion.gate["adverse_impact"] if champion else "",
        last_version=last.model_version if last else None,
        last_decision=last.decision if last else None,
        last_decided_at=last.decided_at if last else None,
        failed=tuple(r["name"] for r in rows if r["is_blocking"] and not r["passed"]),
    )
