"""The vocabularies of config/skills.yml and config/resume.yml."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import Field, model_validator

from interview.intake.terms import Term, Vocabulary
from talentloop.config import load_model
from talentloop.settings import Settings
from talentloop.strict import Strict

#: Degrees from the lowest to the highest, the codes of `Candidate.education_level_code`.
LEVELS = ("below_bachelor", "bachelor", "master", "doctor")
SECTIONS = ("education", "work", "project", "skills", "certificates", "other")


class SkillFile(Strict):
    """config/skills.yml."""

    skills: dict[str, Term] = Field(min_length=1)


class ResumeFile(Strict):
    """config/resume.yml."""

    sections: dict[str, tuple[str, ...]]
    levels: dict[str, Term]
    majors: dict[str, Term] = Field(min_length=1)
    industries: dict[str, Term] = Field(min_length=1)
    certificates: dict[str, Term] = Field(min_length=1)

    @model_validator(mode="after")
    def _known(self) -> ResumeFile:
        if set(self.sections) != set(SECTIONS):
            raise ValueError(f"sections must be exactly {', '.join(SECTIONS)}")
        if set(self.levels) != set(LEVELS):
            raise ValueError(f"levels must be exactly {', '.join(LEVELS)}")
        return self


class Taxonomy:
    """What résumés and job descriptions are searched for."""

    def __init__(self, skills: SkillFile, resume: ResumeFile) -> None:
        self.sections = resume.sections
        self.skills = Vocabulary(skills.skills)
        self.levels = Vocabulary(resume.levels)
        self.majors = Vocabulary(resume.majors)
        self.industries = Vocabulary(resume.industries)
        self.certificates = Vocabulary(resume.certificates)


@lru_cache(maxsize=4)
def _read(folder: Path) -> Taxonomy:
    return Taxonomy(
        load_model(folder / "skills.yml", SkillFile), load_model(folder / "resume.yml", ResumeFile)
    )


def load_taxonomy(settings: Settings) -> Taxonomy:
    """The taxonomy under the configuration folder, read once per process.

    Raises:
        ConfigError: a file is missing or does not fit.
    """
    return _read(settings.config)
