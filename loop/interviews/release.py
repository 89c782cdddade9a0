"""A person lets a report go that was held, or has it sent that could not be sent before."""

from __future__ import annotations

from filelock import FileLock

from interview.evaluation import notice
from loop.interviews.report import Report, found_of, report_uri
from loop.interviews.told import tell_candidate
from talentloop.errors import ConfigError
from talentloop.settings import Settings


def run_release(settings: Settings, shown: str, *, by: str) -> str:
    """Tell a candidate of a report that was held, or that could not be sent before.

    Returns:
        What became of it: `queued`, or why it still cannot be sent.

    Raises:
        ConfigError: there is no such interview, it has no report yet, or nobody tells candidates.
    """
    row = notice.by_shown(settings, shown)
    with FileLock(settings.home / row.folder / ".finish.lock", timeout=600):
        row = notice.find(settings, row.interview_key)
        if row.state != "delivered":
            raise ConfigError(
                "The interview has no report that could be sent",
                where=f"interview {shown}",
                remedy="`talentloop interview queue` tells how far it has come.",
            )
        link = report_uri(settings, row, for_candidate=True)
        report = Report(row, found_of(settings, row), row.report_sha256, link)
        state = tell_candidate(settings, report, by=by)
    if state is None:
        raise ConfigError(
            "No channel tells candidates that their report is ready",
            where=str(settings.config / "channels"),
            remedy="Set `reports: true` in a channel of the connector smtp.",
        )
    return state
