"""Screening of the applications that have come in: résumé files in, records and proposals out.

A candidate's record names the résumé (`resume_uri`) by the last part of that address. The file lies
in the folder of the setting `resumes`, with or without an ending, or was fetched from a place of
`config/resumes.yml`. Only checked records are read. A résumé that was screened by the same version
of the rules is not read again.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connectors.resumes import fetch_resumes, kept_resumes, load_places
from interview.intake.evaluate import read_facts
from interview.intake.quoting import file_named, name_of
from interview.intake.record import SOURCE, Screened, record
from interview.intake.rules import RuleSet, load_rule_sets, rules_for
from interview.intake.screen import screen
from interview.intake.taxonomy import load_taxonomy
from talentloop.errors import DocumentError
from talentloop.landing import LandingZone
from talentloop.ops.incidents import open_incident, resolve_incident
from talentloop.ops.loads import is_waiting, loads
from talentloop.ops.steps import step
from talentloop.settings import Settings

ENTITY = "screening_result"
_STAGES = ("applied", "screen")
_UNREADABLE = "resume_unreadable"
#: Applications named in an incident; the count says how many there are.
_SHOWN = 20


@dataclass(frozen=True)
class Waiting:
    """An application with the name of its résumé and the rules for its requisition."""

    source: str
    application_id: str
    resume: str
    rules: RuleSet


def run_fetch(settings: Settings) -> dict[str, Any]:
    """Fetch the résumés of open applications that stand before the interviews and have rules.

    Raises:
        ConfigError: a place of `config/resumes.yml`, or a rule, does not fit.
        SourceError: a place cannot be reached; what was fetched before is kept.
    """
    with step(settings, "fetch_resumes") as counts:
        counts.update(fetched=0, unchanged=0, missing=0, too_large=0)
        if not load_places(settings).places:
            counts["reason"] = "no place of résumés is configured"
            return counts
        wanted: dict[str, set[str]] = defaultdict(set)
        applications = list(waiting(settings))
        for each in applications:
            wanted[each.source].add(each.resume)
        found = fetch_resumes(settings, wanted)
        large = set(found.too_large)
        left = [f"{each.source} {each.application_id}: the file is larger than the limit"
                for each in applications if (each.source, each.resume) in large]  # fmt: skip
        _tell(settings, "fetching", left)
        counts.update(
            fetched=found.fetched, unchanged=found.unchanged, missing=found.missing,
            too_large=len(large),
        )  # fmt: skip
    return counts


def run_screening(settings: Settings) -> dict[str, Any]:
    """Screen open applications that stand before the interviews; exclusions are only proposed.

    Raises:
        ConfigError: rules or taxonomy do not fit.
    """
    with step(settings, "screen_resumes") as counts:
        counts.update(screened=0, landed=0, proposed=0, unreadable=0, news=False)
        if settings.resumes is None and not load_places(settings).places:
            counts["reason"] = "no place of résumés is configured"
            return counts
        done, broken = [], []
        for each, file in _fresh(settings, _with_files(settings, waiting(settings))):
            try:
                found = read_facts(settings, file)
            except DocumentError as error:
                broken.append(f"{each.source} {each.application_id}: {error.what}")
                continue
            result = screen(found.document, found.facts, each.rules, load_taxonomy(settings))
            done.append(Screened(each.source, each.application_id, result))
        kept = record(settings, done)
        _tell(settings, "screening", broken)
        counts.update(
            screened=len(done), landed=kept.landed, proposed=len(kept.proposed),
            unreadable=len(broken),
        )  # fmt: skip
        counts["news"] = bool(kept.landed) or is_waiting(settings, ENTITY)
    return counts


def waiting(settings: Settings) -> Iterator[Waiting]:
    """Open applications before the interviews that name a résumé and have rules, by id."""
    zone, passed = LandingZone(settings), {load.load_id for load in loads(settings, "passed")}
    requisitions = _newest(zone, passed, "requisition", ("job_code", "title"))
    candidates = _newest(zone, passed, "candidate", ("resume_uri",))
    applications = _newest(
        zone, passed, "application",
        ("candidate_id", "requisition_id", "stage_code", "status_code", "is_prospect"),
    )  # fmt: skip
    known, today = load_rule_sets(settings), settings.clock.now().date()
    for (source, application_id), row in sorted(applications.items()):
        candidate = candidates.get((source, row["candidate_id"]))
        requisition = requisitions.get((source, row["requisition_id"]))
        is_early = row["status_code"] == "open" and row["stage_code"] in _STAGES
        if not is_early or row["is_prospect"] or candidate is None or requisition is None:
            continue
        resume = name_of(candidate["resume_uri"])
        rules = rules_for(
            known, on=today, job_code=requisition["job_code"], title=requisition["title"]
        )
        if resume is not None and rules is not None:
            yield Waiting(source, application_id, resume, rules)


def _newest(
    zone: LandingZone, passed: set[str], entity: str, columns: Sequence[str]
) -> dict[tuple[str, str], dict[str, Any]]:
    """The newest checked version of each record that its source still has."""
    order = ["source_updated_at", "load_id"]
    table = zone.read(entity, columns=["source", "source_id", "is_deleted", *order, *columns])
    table = table.filter(
        pc.is_in(table["load_id"], value_set=pa.array(sorted(passed), pa.string()))
    )
    rows = table.sort_by([(name, "ascending") for name in order]).to_pylist()
    newest = {(row["source"], row["source_id"]): row for row in rows}
    return {key: row for key, row in newest.items() if not row["is_deleted"]}


def _with_files(
    settings: Settings, applications: Iterator[Waiting]
) -> Iterator[tuple[Waiting, Path]]:
    """Applications whose résumé is there: in the folder, or fetched."""
    kept: dict[str, Mapping[str, Path]] = {}
    for each in applications:
        if each.source not in kept:
            kept[each.source] = kept_resumes(settings, each.source)
        folder = settings.resumes
        found = file_named(folder, each.resume) if folder is not None else None
        file = found or kept[each.source].get(each.resume)
        if file is not None:
            yield each, file


def _fresh(
    settings: Settings, applications: Iterator[tuple[Waiting, Path]]
) -> Iterator[tuple[Waiting, Path]]:
    """Those whose file has not been screened by this version of the rules."""
    columns = ["application_source", "application_id", "rule_set_code", "rule_set_version",
               "resume_sha256"]  # fmt: skip
    landed = LandingZone(settings).read(ENTITY, source=SOURCE, columns=columns)
    known = {tuple(row[name] for name in columns) for row in landed.to_pylist()}
    for item, path in applications:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        key = (item.source, item.application_id, item.rules.code, item.rules.version, sha256)
        if key not in known:
            yield item, path


def _tell(settings: Settings, where: str, broken: Sequence[str]) -> None:
    """One incident for all résumés that cannot be read, until there is none."""
    if not broken:
        resolve_incident(
            settings, kind=_UNREADABLE, where=where, resolution="Every résumé was read."
        )
        return
    open_incident(
        settings, kind=_UNREADABLE, where=where,
        title=f"{len(broken)} résumés cannot be read and wait for a person",
        detail="\n".join(broken[:_SHOWN]),
        remedy="Ask for a readable file, or look at the application by hand; none is excluded.",
    )  # fmt: skip
