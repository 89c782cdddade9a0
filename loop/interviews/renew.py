"""A person has an interview evaluated anew, where what its results follow from has changed since."""

from __future__ import annotations

from interview.evaluation import notice, queue, work
from interview.evaluation.answer import Engines
from interview.evaluation.folder import load_folder
from interview.evaluation.queue import AnswerKey
from talentloop.errors import ConfigError
from talentloop.ops import audit
from talentloop.settings import Settings


def renew(settings: Settings, engines: Engines, shown: str, *, by: str) -> list[str]:
    """Let those answers wait again whose results do not follow from today's engines; their ids.

    A changed problem touches the answers to it, a changed recogniser or rubric all recordings.
    Answers that were given up are tried again too. The interview then goes out as a new version.

    Raises:
        ConfigError: there is no such interview, or it is being evaluated.
    """
    row = notice.by_shown(settings, shown)
    if row.state == "waiting":
        raise ConfigError(
            "The interview is being evaluated",
            where=f"interview {shown}",
            remedy="Wait until `talentloop interview queue` says that it is delivered.",
        )
    folder = load_folder(settings.home / row.folder)
    results = work.results_of(settings, row.interview_key)
    touched = [
        turn.answer_id
        for turn in folder.interview.turns
        if (found := results.get(turn.answer_id)) is None
        or not work.holds(engines, folder, turn, found)
    ]
    if touched:
        detail = {"answers": len(touched)}
        audit.record(settings, by, "renew_interview", row.interview_key, detail)
    for answer_id in touched:
        queue.reopen(settings, AnswerKey(row.interview_key, answer_id))
    return touched
