"""From files to facts and results, as the command and the platform call it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from interview.intake.document import Document, Span
from interview.intake.extract import facts
from interview.intake.facts import Job, ResumeFacts
from interview.intake.read import read_resume
from interview.intake.record import Recorded, Screened, record
from interview.intake.rules import rule_set
from interview.intake.screen import ScreeningResult, in_order, screen
from interview.intake.taxonomy import load_taxonomy
from talentloop.errors import ConfigError
from talentloop.settings import Settings


@dataclass(frozen=True)
class Fact:
    """One fact in words, for people."""

    kind: str
    value: str
    span: Span


@dataclass(frozen=True)
class ReadResume:
    """A document and its facts."""

    document: Document
    facts: ResumeFacts

    def listed(self) -> Iterator[Fact]:
        """The facts one by one."""
        for degree in self.facts.degrees:
            yield Fact("degree", f"{degree.level_code} ({degree.state_code})", degree.span)
        for major in self.facts.majors:
            yield Fact("major", major.code or "not listed", major.span)
        for job in self.facts.jobs:
            yield Fact("job", _job(job), job.employer or job.span)
        for stated in self.facts.declared_years:
            yield Fact("stated years", str(stated.years), stated.span)
        for skill in self.facts.skills:
            yield Fact("skill", skill.code, skill.span)
        for certificate in self.facts.certificates:
            yield Fact("certificate", certificate.code, certificate.span)


def _job(job: Job) -> str:
    narrow, wide = (last - first + 1 for first, last in (job.narrow, job.wide))
    months = f"{wide}" if narrow == wide else f"{max(narrow, 0)} to {wide}"
    kind = "internship, " if job.is_internship else ""
    return f"{months} months, {kind}{', '.join(job.industry_codes) or 'industry not known'}"


def read_facts(settings: Settings, file: Path, *, as_of: date | None = None) -> ReadResume:
    """Read a résumé and take its facts.

    Args:
        as_of: the day on which open periods end; default today by the settings' clock.

    Raises:
        DocumentError: the file cannot be read.
        ConfigError: the taxonomy does not fit.
    """
    document = read_resume(file)
    day = as_of or settings.clock.now().date()
    return ReadResume(document, facts(document, load_taxonomy(settings), as_of=day))


def screen_files(
    settings: Settings, files: Sequence[Path], rules_code: str, *, as_of: date | None = None
) -> list[tuple[str, ScreeningResult]]:
    """Screen résumés by the rules in force on a day, in the order in which people look at them.

    Raises:
        DocumentError: a file cannot be read.
        ConfigError: there are no such rules, or they do not fit.
    """
    day = as_of or settings.clock.now().date()
    rules, taxonomy = rule_set(settings, rules_code, on=day), load_taxonomy(settings)
    results = []
    for file in files:
        found = read_facts(settings, file, as_of=day)
        results.append((str(file), screen(found.document, found.facts, rules, taxonomy)))
    return in_order(results)


def keep_results(
    settings: Settings,
    files: Sequence[Path],
    results: Sequence[tuple[str, ScreeningResult]],
    source: str | None,
    applications: Sequence[str],
) -> Recorded:
    """Keep the results where it is told of which application each file is; else keep nothing.

    Raises:
        ConfigError: a source without applications, or not one application for each file.
    """
    if source is None and not applications:
        return Recorded(0, ())
    if source is None or not len(applications) == len(files) == len(set(files)):
        raise ConfigError(
            f"{len(files)} files, {len(applications)} applications, source {source or 'not named'}",
            where="--source and --application",
            remedy="Name the source once, and one application for each different file, in their order.",
        )
    of = {str(file): application for file, application in zip(files, applications, strict=True)}
    return record(settings, [Screened(source, of[name], result) for name, result in results])
