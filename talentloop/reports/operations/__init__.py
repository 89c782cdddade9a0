"""Reports about the running of the loop, from the operations database: live, not published."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from talentloop.ops import session
from talentloop.reports.operations import decided, intake, interviews, running, speech, waiting
from talentloop.reports.parameters import Value
from talentloop.reports.privacy import Row
from talentloop.settings import Settings

_READERS: dict[str, Callable[[Session, dict[str, Value]], list[Row]]] = {
    "ops_sources": intake.sources,
    "ops_loads": intake.loads,
    "ops_checks": intake.checks,
    "ops_failed_checks": intake.failed_checks,
    "ops_quarantine": intake.quarantine,
    "ops_incidents": running.incidents,
    "ops_outbox": running.outbox,
    "ops_steps": running.steps,
    "ops_promotions": running.promotions,
    "ops_versions": running.versions,
    "weight_proposals": decided.weight_proposals,
    "restatements": decided.restatements,
    "weight_proposal_impact": decided.weight_proposal_impact,
    "identity_proposals": decided.identity_proposals,
    "frozen_figures": decided.frozen_figures,
    "ops_interviews": interviews.interviews,
    "ops_interview_capacity": interviews.interview_capacity,
    "waiting_exclusions": waiting.exclusions,
    "waiting_deliveries": waiting.deliveries,
    "ops_speech_errors": speech.speech_errors,
}


def read_operations(settings: Settings, name: str, values: dict[str, Value]) -> list[Row]:
    """The rows of a report about operations.

    Raises:
        ConfigError: the operations database does not answer or has not been set up.
    """
    with session(settings) as db:
        return _READERS[name](db, values)
