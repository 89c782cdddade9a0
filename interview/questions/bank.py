"""The bank of question templates, config/questions/*.yml."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from interview.intake.taxonomy import load_taxonomy
from interview.questions.banned import load_banned_topics
from interview.questions.competencies import load_competencies
from interview.questions.requirements import JobLevel
from interview.scoring import load_rubric
from interview.session import LANGUAGES, IdealPoint, LanguageCode
from talentloop.codes import load_code_lists
from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from talentloop.strict import Strict

Slot = Literal["skill", "requirement", "years"]
_SLOT = re.compile(r"\{(\w*)\}")


class Template(Strict):
    """A question with, perhaps, a slot.

    Attributes:
        slot: what it is asked about: one skill or one requirement in its text, or years of
            experience, which stand in no text.
        covers: competencies that it finds out about.
        skills: skills that it is about by itself.
        levels: levels of jobs that it suits; empty for all.
        uses: how often it may be asked in one interview, each time about another skill.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: Literal["behavioural", "situational", "technical", "coding"]
    slot: Slot | None = None
    covers: tuple[str, ...]
    skills: tuple[str, ...] = ()
    levels: tuple[JobLevel, ...] = ()
    uses: int = Field(1, ge=1, le=3)
    dimension_codes: tuple[str, ...] = Field(min_length=1)
    seconds: int = Field(ge=30, le=3600)
    text: dict[LanguageCode, str] = Field(min_length=1)
    ideal_points: tuple[IdealPoint, ...] = ()
    problem_code: str | None = None

    @model_validator(mode="after")
    def _hangs_together(self) -> Template:
        # A quoted requirement is in the language of the job description, so two languages suffice.
        needed = ("zh", "en") if self.slot == "requirement" else LANGUAGES
        missing = [each for each in needed if each not in self.text]
        if missing:
            raise ValueError(f"template {self.code} has no text in {', '.join(missing)}")
        wanted = {self.slot} if self.slot in ("skill", "requirement") else set()
        for language, text in self.text.items():
            if set(_SLOT.findall(text)) != wanted:
                raise ValueError(
                    f"template {self.code}, {language}: slots must be {wanted or None}"
                )
        if (self.kind == "coding") != (self.problem_code is not None):
            raise ValueError(f"template {self.code}: coding, and only it, names a problem_code")
        if self.kind != "coding" and not self.ideal_points:
            raise ValueError(f"template {self.code} has no ideal points")
        return self


class BankFile(Strict):
    """A file of the bank.

    Attributes:
        job_families: families that its templates are for; empty for all.
        levels: levels that they are for where a template names none.
    """

    job_families: tuple[str, ...] = ()
    levels: tuple[JobLevel, ...] = ()
    templates: tuple[Template, ...] = Field(min_length=1)


class Entry(Strict):
    """A template with what its file says of it."""

    template: Template
    job_families: tuple[str, ...]
    levels: tuple[JobLevel, ...]
    file: str

    def suits(self, job_family: str | None, level: JobLevel) -> bool:
        """Whether it may be asked for a job; an unknown family gets what is for every family."""
        of_family = not self.job_families or job_family in self.job_families
        return of_family and (not self.levels or level in self.levels)


@lru_cache(maxsize=4)
def load_bank(settings: Settings) -> tuple[Entry, ...]:
    """The templates of all files, read and checked once per process.

    Raises:
        ConfigError: a file does not fit, a code stands twice, a competency, skill, dimension, job
            family or problem is unknown, or a text touches a banned topic.
    """
    entries: list[Entry] = []
    for path in sorted((settings.config / "questions").glob("*.yml")):
        file = load_model(path, BankFile)
        for template in file.templates:
            if any(template.code == known.template.code for known in entries):
                raise _wrong(path, template, "its code stands twice", "Give it another code.")
            entries.append(
                Entry(
                    template=template, job_families=file.job_families, file=str(path),
                    levels=template.levels or file.levels,
                )
            )  # fmt: skip
    for entry in entries:
        _check(settings, entry)
    if not entries:
        raise ConfigError(
            "There are no questions", where=str(settings.config / "questions"),
            remedy="Restore the folder, or point TALENTLOOP_CONFIG at the right one.",
        )  # fmt: skip
    return tuple(entries)


def _check(settings: Settings, entry: Entry) -> None:
    template, path = entry.template, Path(entry.file)
    competencies, skills = load_competencies(settings).all, load_taxonomy(settings).skills.terms
    families, dimensions = (
        load_code_lists(settings).codes("job_family"), load_rubric(settings).dimensions
    )  # fmt: skip
    problems = {f.name for f in (settings.config / "problems").glob("*") if f.is_dir()}
    named: tuple[tuple[tuple[str, ...], object, str], ...] = (
        (template.covers, competencies, "competencies.yml"),
        (template.skills, skills, "skills.yml"),
        (template.dimension_codes, dimensions, "rubrics/dimensions"),
        (entry.job_families, families, "code_lists/job_family.yml"),
        ((template.problem_code,) if template.problem_code else (), problems, "problems"),
    )
    for codes, known, file in named:
        for code in codes:
            if code not in known:  # type: ignore[operator]
                raise _wrong(
                    path, template, f"config/{file} does not have {code!r}", "Correct the name."
                )
    for language, text in template.text.items():
        for hit in load_banned_topics(settings).find(text):
            raise _wrong(
                path, template,
                f"its {language} text touches the banned topic {hit.topic.en!r}: {hit.words!r}",
                "Ask about the work instead.",
            )  # fmt: skip


def _wrong(path: Path, template: Template, problem: str, remedy: str) -> ConfigError:
    return ConfigError(
        f"A question template cannot be used: {problem}",
        where=f"{path}, template {template.code}",
        remedy=remedy,
    )
