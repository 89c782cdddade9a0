"""What comes of the error rates: they are kept, and one that is too high is an incident.

A group stands in the kept rates only, which operators read. Incidents and messages name its
attribute, and logs not even that.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from interview.speech.corrections import Corrected
from interview.speech.monitor import ErrorRate, Speakers, error_rates
from talentloop.errors import ContractError
from talentloop.ops.incidents import open_incident, resolve_incident
from talentloop.ops.speech import KeptRate, keep_rates
from talentloop.settings import Settings

INCIDENT = "speech_errors"
#: Attribute of the groups that a file gives.
GIVEN = "group"


def watch(
    settings: Settings, answers: Sequence[Corrected], speakers: Speakers | None = None
) -> list[ErrorRate]:
    """Measure the configured model, keep the rates, and open or resolve incidents.

    Run again on the same day, it takes the place of what it kept before.

    Args:
        answers: of the configured model.
        speakers: of these answers, where they are known.
    """
    rates = error_rates(settings, answers, speakers)
    keep_rates(settings, [_kept(rate) for rate in rates if rate.rate is not None])
    for whole in (rate for rate in rates if rate.attribute is None):
        _tell(settings, whole, None, [whole])
        for attribute in speakers.groups if speakers else ():
            own = [r for r in rates if r.language_code == whole.language_code]
            _tell(settings, whole, attribute, [r for r in own if r.attribute == attribute])
    return rates


def speakers_in_file(file: Path, answers: Sequence[Corrected]) -> Speakers:
    """Groups of answers from a CSV file with the columns answer_id and group.

    A file tells nothing of people, so each interview counts as one person, and where an answer is
    of no known interview, the answer does.

    Raises:
        ContractError: a column or a value is missing; names the row.
    """
    by_answer = _read_groups(file)
    return Speakers(
        [each.interview_key or each.original.answer_id for each in answers],
        {GIVEN: [by_answer.get(each.original.answer_id) for each in answers]},
    )


def _read_groups(file: Path) -> dict[str, str]:
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


def _kept(rate: ErrorRate) -> KeptRate:
    return KeptRate(
        rate.language_code, rate.measure, rate.attribute or "", rate.group or "",
        rate.answers, rate.units, rate.rate or 0.0, rate.limit, rate.is_exceeded,
    )  # fmt: skip


def _tell(
    settings: Settings, whole: ErrorRate, attribute: str | None, rates: Sequence[ErrorRate]
) -> None:
    """One incident for a language, or for all groups of one attribute in it."""
    where = "/".join(filter(None, ("speech", whole.language_code, attribute)))
    exceeded = [rate for rate in rates if rate.is_exceeded]
    if exceeded:
        errs = "errs too often" if attribute is None else "hears some groups worse than others"
        open_incident(
            settings,
            kind=INCIDENT,
            where=where,
            title=f"Speech recognition {errs} ({whole.language_code})",
            detail="On corrected answers: " + ", ".join(map(_figures, exceeded)),
            remedy="See the error rates on the data-quality page. Listen to answers of this language "
            "or group, let people score them, and try another model.",
        )
    elif any(rate.rate is not None for rate in rates):
        resolve_incident(settings, kind=INCIDENT, where=where, resolution="Back within limits.")
    elif whole.answers == 0:
        gone = "Another model is in use, of which nothing has been corrected yet."
        resolve_incident(settings, kind=INCIDENT, where=where, resolution=gone)


def _figures(rate: ErrorRate) -> str:
    return f"{rate.measure} {rate.rate} over {rate.answers} answers, limit {rate.limit}"
