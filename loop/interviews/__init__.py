"""Interviews from their end to the HR system: taken in, evaluated, reported, landed, handed out."""

from __future__ import annotations

from dataclasses import dataclass

from interview.evaluation.options import load_options
from talentloop.settings import Settings


@dataclass(frozen=True)
class DagShape:
    """What the DAG needs to know: when to look for ended interviews (cron; None: never by itself)."""

    schedule: str | None
    report_minutes: float


def settings_of_dag(settings: Settings) -> DagShape:
    """The DAG's schedule and deadline, from `config/interviews.yml`.

    Raises:
        ConfigError: it does not fit.
    """
    options = load_options(settings)
    every = int(options.media.get("every_minutes", 2)) if options.media else None
    if every is None and settings.interview_workers == "own":
        every = 2  # somebody must notice what the workers have evaluated
    return DagShape(f"*/{every} * * * *" if every else None, options.report_minutes)
