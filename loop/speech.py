"""Watching the recogniser: corrected answers, their speakers' groups, and what comes of it.

Groups are read from the restricted copy for this comparison alone. They are compared over what was
corrected before the current month began, so that nobody who corrects an answer can see by which
group's count it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from interview.speech.corrections import Corrected
from interview.speech.monitor import ErrorRate, Speakers, corrected_answers
from interview.speech.watch import speakers_in_file, watch
from ml.attributes import protected_attributes
from ml.impact import ImpactRule
from talentloop.config import load_model
from talentloop.ops.interviews import applications_of
from talentloop.ops.steps import step
from talentloop.settings import Settings
from talentloop.warehouse import list_versions, open_published

_PEOPLE = """
select source, application_id, person_key, applied_at
from fct_application
where person_key is not null
"""


def run_speech_monitor(settings: Settings) -> dict[str, Any]:
    """Measure the recogniser on what people corrected; tells counts, never a group.

    Raises:
        ConfigError: no speech model is configured, or a rule does not fit.
        PublishError: the restricted copy cannot be opened.
    """
    with step(settings, "monitor_speech") as counts:
        answers = corrected_answers(settings)
        rates = watch(settings, answers, speakers_of(settings, answers))
        counts.update(
            answers=len(answers),
            rates=sum(rate.rate is not None for rate in rates),
            exceeded=sum(rate.is_exceeded for rate in rates),
        )
    return counts


def monitor(settings: Settings, groups: Path | None = None) -> list[ErrorRate]:
    """The same for a person, who is shown the rates.

    Args:
        groups: a CSV file of groups, in place of the restricted copy.
    """
    answers = corrected_answers(settings)
    given = speakers_in_file(groups, answers) if groups else speakers_of(settings, answers)
    return watch(settings, answers, given)


def speakers_of(settings: Settings, answers: Sequence[Corrected]) -> Speakers | None:
    """Speakers of corrected answers with their groups; None before anything is published.

    Raises:
        ConfigError: config/impact.yml does not fit.
        PublishError: the restricted copy cannot be opened.
    """
    if not list_versions(settings):
        return None
    rule = load_model(settings.config / "impact.yml", ImpactRule)
    applications = applications_of(settings, {a.interview_key for a in answers if a.interview_key})
    month = settings.clock.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    told = pd.DataFrame(
        [
            applications.get(a.interview_key or "", (None, None))
            if a.last.corrected_at < month
            else (None, None)
            for a in answers
        ],
        columns=["source", "application_id"],
    )
    with open_published(settings) as db:
        people = db.sql(_PEOPLE).to_pandas().drop_duplicates(["source", "application_id"])
    rows = told.merge(people, how="left", on=["source", "application_id"])
    known = protected_attributes(
        settings, rows["person_key"], pd.to_datetime(rows["applied_at"], utc=True), rule.age_bands
    )
    return Speakers(
        [person if isinstance(person, str) else None for person in rows["person_key"]],
        {name: list(known[name]) for name in rule.attributes},
    )
