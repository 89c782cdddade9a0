"""Competencies, config/competencies.yml: what questions find out, by dimension, skill and word."""

from __future__ import annotations

from functools import lru_cache

from pydantic import Field

from interview.intake.taxonomy import load_taxonomy
from interview.intake.terms import Term, Vocabulary
from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from talentloop.strict import Strict

#: Competency of a skill that none claims.
FALLBACK = "technical_depth"


class Competency(Term):
    """A competency: its words, the dimensions that it gives evidence for, and skills that show it."""

    dimension_codes: tuple[str, ...] = Field(min_length=1)
    skills: tuple[str, ...] = ()


class CompetencyFile(Strict):
    """config/competencies.yml."""

    competencies: dict[str, Competency] = Field(min_length=1)


class Competencies:
    """All competencies."""

    def __init__(self, found: dict[str, Competency]) -> None:
        self.all = found
        self.words = Vocabulary(found)
        self._of_skill = {skill: code for code, each in found.items() for skill in each.skills}

    def of_skill(self, skill: str) -> str:
        """The competency that a skill shows."""
        return self._of_skill.get(skill, FALLBACK)


@lru_cache(maxsize=4)
def load_competencies(settings: Settings) -> Competencies:
    """The competencies of the configuration, read once per process.

    Raises:
        ConfigError: the file does not fit, names an unknown skill or one twice, or lacks the
            fallback.
    """
    path = settings.config / "competencies.yml"
    found = load_model(path, CompetencyFile).competencies
    known, claimed = load_taxonomy(settings).skills.terms, set[str]()
    for code, each in found.items():
        for skill in each.skills:
            if skill not in known or skill in claimed:
                problem = "is not in skills.yml" if skill not in known else "is claimed twice"
                raise ConfigError(
                    f"The skill {skill!r} of a competency {problem}",
                    where=f"{path}, competency {code}",
                    remedy="Correct or remove it; a skill shows one competency.",
                )
            claimed.add(skill)
    if FALLBACK not in found:
        raise ConfigError(
            f"The competency {FALLBACK!r} is missing",
            where=str(path),
            remedy="Restore it; skills that no competency claims count as it.",
        )
    return Competencies(found)
