"""Why an answer has no score, or wants to be looked at: what was measured, and the limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from interview.evaluation.outcome import GIVEN_UP
from interview.evaluation.results import AnswerResult
from interview.evidence import Evidence, Flag
from interview.feedback.texts import Words, load_words
from interview.scoring import load_rubric
from interview.transcript import Finding
from portal.frame import Frame
from talentloop.reports.text import number, percent

#: Findings of the quality gate whose value is a share.
_SHARES = frozenset({"clipped", "damaged", "repeated", "no_speech", "uncertain_words",
                     "language_unsure", "language_mismatch"})  # fmt: skip


@dataclass(frozen=True)
class Why:
    """One reason.

    Attributes:
        kind: `gate` for what was measured of the recording, `guard` for what the text shows.
        value, limit: as they are shown; empty where none is kept.
        withholds: whether it keeps the answer from being scored.
        quotes: places that it rests on.
    """

    kind: str
    text: str
    withholds: bool
    value: str = ""
    limit: str = ""
    quotes: tuple[Evidence, ...] = ()


def reasons_of(frame: Frame, result: AnswerResult | None) -> list[Why]:
    """The reasons of an answer, those of the quality gate first; of one that was given up, that."""
    words = load_words(frame.settings, frame.codes, frame.lang)
    if result is None:
        return [Why("gate", words.reason(GIVEN_UP), True)]
    found = [*_measured(words, result), *_flagged(frame, words, result)]
    if not found and result.withheld_codes:
        found = [Why("guard", words.reason(code), True) for code in result.withheld_codes]
    return found


def _measured(words: Words, result: AnswerResult) -> Iterator[Why]:
    """What the gate found, in the machine's transcript where a person has corrected it since."""
    corrected = result.heard is not None
    for each in result.original.findings if result.original else ():
        value, limit = _shown(each, each.value), _shown(each, each.limit)
        yield Why("gate", words.reason(each.code), not corrected, value, limit)


def _shown(finding: Finding, value: float | None) -> str:
    if value is None:
        return ""
    if finding.code in _SHARES:
        return percent(value)
    return number(value, 0 if value == int(value) else 2)


def _flagged(frame: Frame, words: Words, result: AnswerResult) -> Iterator[Why]:
    for flag in result.score.flags if result.score else ():
        if flag.code != "failed_gate":  # its findings are told one by one
            limit = _limit(frame, result, flag)
            quotes = tuple(e for e in flag.evidence if e.quote.strip())
            yield Why("guard", words.reason(flag.code), flag.withholds, "", limit, quotes)


def _limit(frame: Frame, result: AnswerResult, flag: Flag) -> str:
    """The limit of a guard, where the rubric that scored is still the one in force."""
    rubric = load_rubric(frame.settings)
    guards = {str(code): guard for code, guard in rubric.scoring.guards.items()}
    if flag.code not in guards or not result.score or result.score.scorer_version != rubric.version:
        return ""
    return number(guards[flag.code].limit, 2)
