"""An interview's report: what came out, the file that was written, and where it is read."""

from __future__ import annotations

from dataclasses import dataclass

from interview.evaluation import work
from interview.evaluation.outcome import Outcome, outcome_of
from interview.session import Interview
from loop.notify.cards import link_to
from talentloop.ops.models import InterviewEvaluation
from talentloop.settings import Settings


@dataclass(frozen=True)
class Report:
    """A report that was written.

    Attributes:
        sha256: of the HTML; it tells versions apart.
        link: address at which the candidate reads it; None where nobody has said.
    """

    row: InterviewEvaluation
    found: Outcome
    sha256: str
    link: str | None


def found_of(settings: Settings, row: InterviewEvaluation) -> Outcome:
    """What came out of an evaluated interview.

    Raises:
        ConfigError: a result is missing or was changed, or the configuration does not fit.
    """
    interview = Interview.model_validate(row.content)
    results = work.results_of(settings, row.interview_key)
    return outcome_of(settings, interview, results, is_simulated=row.is_simulated)


def report_uri(
    settings: Settings, row: InterviewEvaluation, *, for_candidate: bool = False
) -> str | None:
    """Address of an interview's report; None where nobody has said how people reach the portal."""
    return link_to(settings, f"/feedback/{row.report_token}", for_candidate=for_candidate) or None
