"""Canonical record of screening: what one rule says of one application's résumé."""

from __future__ import annotations

from typing import ClassVar, Literal

from talentloop.contracts.base import OfApplication, UtcDatetime, field


class ScreeningResult(OfApplication):
    """What one rule says of one application. A proposed exclusion waits for a person."""

    entity: ClassVar[str] = "screening_result"

    rule_set_code: str = field("process", "Screening rules that were applied", min_length=1)
    rule_set_version: str = field("process", "Version of the screening rules", min_length=1)
    rule_code: str = field("process", "Rule among them", min_length=1)
    is_required: bool = field("process", "Not met, the rule proposes an exclusion")
    screening_verdict_code: Literal["met", "unknown", "not_met"] = field(
        "result", "Whether the résumé meets the rule; unknown is not failed"
    )
    screening_reason_code: str = field(
        "result", "Why, a code of the list screening_reason", min_length=1
    )
    screening_outcome_code: Literal["advance_to_person", "proposed_exclusion"] = field(
        "result", "What all rules together make of the application"
    )
    resume_sha256: str = field("technical", "Hash of the file that was read", min_length=1)
    screened_at: UtcDatetime = field("process", "When the rules were applied")
