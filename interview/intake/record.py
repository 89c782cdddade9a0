"""Keeping what screening says: records for the warehouse, and proposals for people.

Every finding lands as a canonical record, so that each rule's impact can be counted. A proposed
exclusion waits in the operations database for a named person; nothing else comes of it here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from interview.intake.screen import ScreeningResult
from talentloop.contracts import ScreeningResult as Landed
from talentloop.contracts import arrow_schema
from talentloop.errors import ConfigError
from talentloop.ids import new_load_id
from talentloop.landing import LandingZone
from talentloop.ops import proposals
from talentloop.ops.loads import adopt_orphans, record_load
from talentloop.ops.models import Proposal
from talentloop.settings import Settings

#: Name of screening as a source of landed records, and kind of its proposals.
SOURCE = "screening"
KIND = "screening_exclusion"
#: Fields of a landed record that a second screening of the same file leaves as they are.
_SAYS = ("source_id", "screening_verdict_code", "screening_reason_code",
         "screening_outcome_code", "resume_sha256")  # fmt: skip


@dataclass(frozen=True)
class Screened:
    """A result and the application that it is of."""

    application_source: str
    application_id: str
    result: ScreeningResult

    @property
    def subject(self) -> str:
        """The application as proposals name it."""
        return f"{self.application_source}:{self.application_id}"


@dataclass(frozen=True)
class Recorded:
    """What came of keeping results: new records, and ids of the proposals that wait."""

    landed: int
    proposed: tuple[int, ...]


def record(settings: Settings, screened: Sequence[Screened]) -> Recorded:
    """Land the findings and put proposed exclusions before a person; again changes nothing.

    A proposal that a person has decided on stays decided while the same rules say the same. One
    that the rules no longer make is taken back. May be killed anywhere and run again.
    """
    landed = _land(settings, screened)
    waiting = [_propose(settings, each) for each in screened]
    return Recorded(landed, tuple(each for each in waiting if each is not None))


def queue(settings: Settings) -> Sequence[Proposal]:
    """Proposed exclusions that wait for a person, oldest first."""
    return proposals.proposals(settings, KIND, state="pending")


def decide(settings: Settings, proposal_id: int, *, exclude: bool, by: str, note: str) -> Proposal:
    """Record a person's decision on a proposed exclusion, with its reason, in the audit trail too.

    The person moves the application in the HR system; nothing is moved from here.

    Raises:
        ConfigError: no such proposal, decided already, or without a name or a reason.
    """
    if not note.strip():
        raise ConfigError(
            "A decision on an exclusion needs the person's own reason",
            where=f"proposal {proposal_id}",
            remedy="Give it with --note.",
        )
    if proposal_id not in {each.id for each in queue(settings)}:
        raise ConfigError(
            f"Proposal {proposal_id} is no exclusion that waits for a decision",
            where=f"proposal {proposal_id}",
            remedy="`talentloop resume queue` lists those that wait.",
        )
    verdict: proposals.Decision = "approved" if exclude else "rejected"
    return proposals.decide(settings, proposal_id, verdict, by, note=note)


def _land(settings: Settings, screened: Sequence[Screened]) -> int:
    zone = LandingZone(settings)
    adopt_orphans(settings, zone.files(Landed.entity, SOURCE))  # of a run killed after its landing
    now = settings.clock.now()
    rows = [row for each in screened for row in _rows(each, now)]
    known = _newest(zone, [row["source_id"] for row in rows])
    fresh = [row for row in rows if tuple(row[name] for name in _SAYS) not in known]
    if not fresh:
        return 0
    table = pa.Table.from_pylist(fresh, schema=arrow_schema(Landed))
    file = zone.write(
        Landed.entity, SOURCE, table, load_id=new_load_id(settings.clock), ingested_at=now
    )
    if file is None:
        return 0
    record_load(settings, file)
    return file.rows


def _rows(each: Screened, now: datetime) -> list[dict[str, Any]]:
    result = each.result
    return [
        Landed(
            source=SOURCE,
            source_id=":".join(
                (each.subject, result.rule_set_code, result.rule_set_version, finding.rule_code)
            ),
            source_updated_at=now,
            source_created_at=now,
            application_source=each.application_source,
            application_id=each.application_id,
            rule_set_code=result.rule_set_code,
            rule_set_version=result.rule_set_version,
            rule_code=finding.rule_code,
            is_required=finding.is_required,
            screening_verdict_code=finding.verdict_code,
            screening_reason_code=finding.reason_code,
            screening_outcome_code=result.outcome_code,
            resume_sha256=result.resume_sha256,
            screened_at=now,
        ).model_dump()
        for finding in result.findings
    ]


def _newest(zone: LandingZone, ids: list[str]) -> set[tuple[Any, ...]]:
    landed = zone.read(
        Landed.entity, source=SOURCE, columns=[*_SAYS, "load_id"],
        ids=pa.chunked_array([pa.array(ids, pa.string())]),
    ).sort_by("load_id")  # fmt: skip
    newest = {row["source_id"]: row for row in landed.to_pylist()}
    return {tuple(row[name] for name in _SAYS) for row in newest.values()}


def _propose(settings: Settings, each: Screened) -> int | None:
    """The proposal that waits for this application; None where there is none."""
    known = [p for p in proposals.proposals(settings, KIND) if p.subject == each.subject]
    if each.result.outcome_code == "advance_to_person":
        for proposal in known:
            proposals.supersede(settings, proposal.id)
        return None
    change = {
        "outcome": each.result.outcome_code,
        "rule_set": each.result.rule_set_code,
        "version": each.result.rule_set_version,
        "reasons": [
            {"rule": f.rule_code, "reason": f.reason_code, "found": f.found, "wanted": f.wanted}
            for f in each.result.reasons
        ],
    }
    decided = [p for p in known if p.state in ("approved", "rejected")]
    if decided and decided[-1].change == change:
        return None
    return proposals.propose(settings, KIND, each.subject, change, _evidence(each.result))


def _evidence(result: ScreeningResult) -> dict[str, Any]:
    """Where each finding stands in the résumé; places only, since the words are personal."""
    return {
        "resume_sha256": result.resume_sha256,
        "findings": [
            {
                "rule": f.rule_code,
                "verdict": f.verdict_code,
                "reason": f.reason_code,
                "places": [[s.page, s.char_start, s.char_end] for s in f.spans],
            }
            for f in result.findings
        ],
    }
