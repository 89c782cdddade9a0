"""One person, once: records that no exact identifier joins, compared by probability.

The exact rules are the warehouse's (`int_person__resolve`); what is decided here lands as links
that it takes in at the next build. Names, contacts and birth dates are read from the restricted
copy and stay in memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ml.identity.results import Quality, ResolveResult
from talentloop.ops.models import Proposal
from talentloop.ops.proposals import Decision
from talentloop.settings import Settings

__all__ = [
    "Quality", "ResolveResult", "decide", "evaluate", "proposal", "read_truth", "resolve", "split",
]  # fmt: skip


def resolve(settings: Settings, *, seen_version: str | None = None) -> ResolveResult:
    """Compare the records of the published copy and land the links that are new or changed.

    Args:
        seen_version: `data_version` of the last run; the same records are not compared again.

    Raises:
        PublishError: nothing is published.
        ModelError: the records could not be compared.
    """
    from ml.identity.resolution import run

    return run(settings, seen_version)


def decide(
    settings: Settings, proposal_id: int, decision: Decision, person: str, note: str = ""
) -> Proposal:
    """Take a person's decision about a proposed pair and land it; see `ml.identity.decisions`."""
    from ml.identity import decisions

    return decisions.decide(settings, proposal_id, decision, person, note)


def split(settings: Settings, record_a: str, record_b: str, person: str, note: str = "") -> int:
    """Tell two records apart for good; see `ml.identity.decisions`."""
    from ml.identity import decisions

    return decisions.split(settings, record_a, record_b, person, note)


def evaluate(settings: Settings, truth: Mapping[str, str]) -> dict[str, Quality]:
    """Pairwise precision and recall of the published copy; see `ml.identity.measure`."""
    from ml.identity import measure

    return measure.evaluate(settings, truth)


def proposal(settings: Settings, proposal_id: int) -> Proposal:
    """A proposal to make two records one person; see `ml.identity.decisions`."""
    from ml.identity import decisions

    return decisions.find(settings, proposal_id)


def read_truth(path: Path) -> dict[str, str]:
    """The true person of each record; see `ml.identity.measure`."""
    from ml.identity import measure

    return measure.read_truth(path)
