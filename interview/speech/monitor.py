"""How often the recogniser errs, counted on the transcripts that people corrected.

The word error rate, (substitutions + deletions + insertions) / words that were said, over all
answers of a language together; for Chinese and Japanese the same of characters. Rates are told by
language and by group, a group only as an aggregate of enough answers of enough people. Answers are
corrected because somebody looked at them, often those that went wrong: a rate says how the
corrected ones are, and a fair picture needs answers drawn at random.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import jiwer
from pydantic import Field

from interview.speech.corrections import Corrected, corrected
from interview.speech.gate import CHARACTER_LANGUAGES, spoken_units
from interview.speech.manifest import SpeechManifest, load_manifest
from talentloop.config import load_model
from talentloop.settings import Settings
from talentloop.strict import Strict


class MonitorRule(Strict):
    """When a rate is told, and when it is an incident (`config/speech/monitor.yml`)."""

    min_answers: int = Field(ge=1)
    min_group_answers: int = Field(ge=5)
    min_group_people: int = Field(ge=5)
    min_group_units: int = Field(ge=1)
    group_ratio: float = Field(gt=1)
    group_difference: float = Field(gt=0, lt=1)


@dataclass(frozen=True)
class Speakers:
    """Who speaks in the corrected answers, in their order.

    Attributes:
        people: a name for each speaker that says nothing else; None where nobody knows, and the
            answer is in no group.
        groups: by attribute, the group of each speaker; None where it is not known.
    """

    people: Sequence[str | None]
    groups: Mapping[str, Sequence[str | None]]


class ErrorRate(Strict):
    """Errors of one language, over all or in one group.

    Attributes:
        attribute, group: None over all.
        units: words or characters that were said.
        rate: errors per unit; None where too few answers were corrected.
        limit: highest rate that is accepted; for a group that of the comparison with the others.
        is_exceeded: for a group only where it was also said enough to tell.
    """

    language_code: str
    measure: str
    attribute: str | None = None
    group: str | None = None
    answers: int
    units: int
    rate: float | None
    limit: float
    is_exceeded: bool


@dataclass(frozen=True)
class _Spoken:
    """A corrected answer of known speaker and group."""

    answer: Corrected
    person: str
    group: str


def load_monitor_rule(settings: Settings) -> MonitorRule:
    """The rule of `config/speech/monitor.yml`."""
    return load_model(settings.config / "speech" / "monitor.yml", MonitorRule)


def corrected_answers(settings: Settings) -> list[Corrected]:
    """The corrected answers that the configured model transcribed, in a fixed order.

    Raises:
        ConfigError: no model is configured.
        ContractError: a corrected transcript is damaged.
    """
    model = load_manifest(settings).sha256
    return [each for each in corrected(settings) if each.original.model.sha256 == model]


def error_rates(
    settings: Settings, answers: Sequence[Corrected], speakers: Speakers | None = None
) -> list[ErrorRate]:
    """Error rates of the configured model by language, each followed by those of its groups.

    Args:
        answers: of the configured model; see `corrected_answers`.
        speakers: of these answers, where they are known.
    """
    manifest, rule = load_manifest(settings), load_monitor_rule(settings)
    rates: list[ErrorRate] = []
    for language in manifest.languages:
        chosen = [at for at, a in enumerate(answers) if a.original.language_code == language]
        rates.append(_over_all(manifest, rule, language, [answers[at] for at in chosen]))
        for attribute, groups in (speakers.groups if speakers else {}).items():
            known = [
                _Spoken(answers[at], person, group)
                for at in chosen
                if speakers and (person := speakers.people[at]) and (group := groups[at])
            ]
            rates += _by_group(rule, language, attribute, known)
    return rates


def _over_all(
    manifest: SpeechManifest, rule: MonitorRule, language: str, answers: list[Corrected]
) -> ErrorRate:
    errors, units = _errors(answers)
    limit = manifest.max_error[language]  # type: ignore[index]
    rate = errors / units if len(answers) >= rule.min_answers and units else None
    return ErrorRate(
        language_code=language,
        measure=_measure(language),
        answers=len(answers),
        units=units,
        rate=None if rate is None else round(rate, 4),
        limit=limit,
        is_exceeded=rate is not None and rate > limit,
    )


def _by_group(
    rule: MonitorRule, language: str, attribute: str, known: list[_Spoken]
) -> Iterator[ErrorRate]:
    """Each group against all answers of the other groups.

    Groups too small to be told of are left out before anything is compared, so that none of them
    is what remains when the others are taken from the whole.
    """
    told = [each for each in known if _is_enough(rule, [o for o in known if o.group == each.group])]
    for group in sorted({each.group for each in told}):
        inside = [each for each in told if each.group == group]
        others = [each for each in told if each.group != group]
        if not _is_enough(rule, others):
            continue
        errors, units = _errors(each.answer for each in inside)
        other_errors, other_units = _errors(each.answer for each in others)
        if not units or not other_units:
            continue
        elsewhere = other_errors / other_units
        limit = max(elsewhere * rule.group_ratio, elsewhere + rule.group_difference)
        yield ErrorRate(
            language_code=language,
            measure=_measure(language),
            attribute=attribute,
            group=group,
            answers=len(inside),
            units=units,
            rate=round(errors / units, 4),
            limit=round(limit, 4),
            is_exceeded=errors / units > limit and min(units, other_units) >= rule.min_group_units,
        )


def _is_enough(rule: MonitorRule, spoken: Sequence[_Spoken]) -> bool:
    """Whether answers may be told of together without telling of a person."""
    return (
        len(spoken) >= rule.min_group_answers
        and len({each.person for each in spoken}) >= rule.min_group_people
    )


def _errors(answers: Iterable[Corrected]) -> tuple[int, int]:
    """Errors, and units that were said, over all answers."""
    errors = units = 0
    for answer in answers:
        language = answer.original.language_code
        said = spoken_units(answer.last.text, language)
        written = spoken_units(answer.original.text, language)
        if not said:
            continue
        # Characters are compared as words of one character, so one measure serves both.
        out = jiwer.process_words(" ".join(said), " ".join(written))
        errors += out.substitutions + out.deletions + out.insertions
        units += len(said)
    return errors, units


def _measure(language: str) -> str:
    return "CER" if language in CHARACTER_LANGUAGES else "WER"
