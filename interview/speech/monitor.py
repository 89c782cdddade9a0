"""How often the recogniser errs, counted on the transcripts that people corrected.

The word error rate, (substitutions + deletions + insertions) / words that were said, over all
answers of a language together; for Chinese and Japanese the same of characters. Rates are told by
language and by group, a group only as an aggregate of enough answers. Answers are corrected because
somebody looked at them, often those that went wrong: a rate says how the corrected ones are, and a
fair picture needs answers drawn at random.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import jiwer
from pydantic import Field

from interview.speech.corrections import Corrected, corrected
from interview.speech.gate import CHARACTER_LANGUAGES, spoken_units
from interview.speech.manifest import SpeechManifest, load_manifest
from talentloop.config import load_model
from talentloop.errors import ContractError
from talentloop.ops.incidents import open_incident, resolve_incident
from talentloop.settings import Settings
from talentloop.strict import Strict

INCIDENT = "speech_errors"


class MonitorRule(Strict):
    """When a rate is told, and when it is an incident."""

    min_answers: int = Field(ge=1)
    min_group_answers: int = Field(ge=5)
    group_ratio: float = Field(gt=1)
    group_difference: float = Field(gt=0, lt=1)


class ErrorRate(Strict):
    """Errors of one language, over all or in one group.

    Attributes:
        group: None over all.
        units: words or characters that were said.
        rate: errors per unit; None where too few answers were corrected.
        limit: highest rate that is accepted; for a group that of the comparison with the others.
    """

    language_code: str
    measure: str
    group: str | None
    answers: int
    units: int
    rate: float | None
    limit: float
    is_exceeded: bool


def load_monitor_rule(settings: Settings) -> MonitorRule:
    """The rule of `config/speech/monitor.yml`."""
    return load_model(settings.config / "speech" / "monitor.yml", MonitorRule)


def read_groups(file: Path) -> dict[str, str]:
    """Groups of answers from a CSV file with the columns answer_id and group.

    Raises:
        ContractError: a column or a value is missing; names the row.
    """
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        if not {"answer_id", "group"} <= set(reader.fieldnames or ()):
            raise ContractError(
                "A file of groups lacks a column",
                where=f"{file.name}, row 1",
                remedy="Give it the columns answer_id and group.",
            )
        groups = {}
        for number, row in enumerate(reader, 2):
            if not row["answer_id"] or not row["group"]:
                raise ContractError(
                    "A file of groups lacks a value",
                    where=f"{file.name}, row {number}",
                    remedy="Fill in answer_id and group, or leave the row out.",
                )
            groups[row["answer_id"]] = row["group"]
    return groups


def watch(settings: Settings, groups: Mapping[str, str] | None = None) -> list[ErrorRate]:
    """Measure the configured model; open an incident for what is exceeded, resolve what is not.

    Args:
        groups: group of each answer, where it is known; only aggregates of it are ever told.
    """
    rates = error_rates(settings, groups or {})
    for rate in rates:
        if rate.rate is not None:
            _tell(settings, rate)
    return rates


def error_rates(settings: Settings, groups: Mapping[str, str]) -> list[ErrorRate]:
    """Error rates of the configured model by language, each followed by its groups."""
    manifest, rule = load_manifest(settings), load_monitor_rule(settings)
    kept = [c for c in corrected(settings) if c.original.model.sha256 == manifest.sha256]
    rates: list[ErrorRate] = []
    for language in manifest.languages:
        answers = [each for each in kept if each.original.language_code == language]
        rates.append(_over_all(manifest, rule, language, answers))
        rates += _by_group(rule, language, answers, groups)
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
        group=None,
        answers=len(answers),
        units=units,
        rate=None if rate is None else round(rate, 4),
        limit=limit,
        is_exceeded=rate is not None and rate > limit,
    )


def _by_group(
    rule: MonitorRule, language: str, answers: list[Corrected], groups: Mapping[str, str]
) -> Iterator[ErrorRate]:
    """Each group against all answers of known group that are not in it."""
    known = [(groups[a.original.answer_id], a) for a in answers if a.original.answer_id in groups]
    for group in sorted({name for name, _ in known}):
        inside = [answer for name, answer in known if name == group]
        others = [answer for name, answer in known if name != group]
        if min(len(inside), len(others)) < rule.min_group_answers:
            continue  # too few to tell without telling of a person
        errors, units = _errors(inside)
        other_errors, other_units = _errors(others)
        if not units or not other_units:
            continue
        elsewhere = other_errors / other_units
        limit = max(elsewhere * rule.group_ratio, elsewhere + rule.group_difference)
        yield ErrorRate(
            language_code=language,
            measure=_measure(language),
            group=group,
            answers=len(inside),
            units=units,
            rate=round(errors / units, 4),
            limit=round(limit, 4),
            is_exceeded=errors / units > limit,
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


def _tell(settings: Settings, rate: ErrorRate) -> None:
    where = "/".join(filter(None, ("speech", rate.language_code, rate.group)))
    if rate.is_exceeded:
        open_incident(
            settings,
            kind=INCIDENT,
            where=where,
            title=f"Speech recognition errs too often ({rate.language_code})",
            detail=f"{rate.measure} {rate.rate} over {rate.answers} corrected answers, "
            f"limit {rate.limit}",
            remedy="Listen to answers of this language or group, let people score them, and try "
            "another model.",
        )
    else:
        resolve_incident(
            settings, kind=INCIDENT, where=where, resolution=f"{rate.measure} is back within limits"
        )
