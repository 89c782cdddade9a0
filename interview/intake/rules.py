"""Screening rules, config/screening/*.yml: versioned, valid for a time, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from interview.intake.document import fold
from interview.intake.facts import LevelCode
from interview.intake.taxonomy import Taxonomy, load_taxonomy
from interview.intake.terms import Term
from talentloop.codes import Bilingual
from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from talentloop.strict import Strict

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class _Rule(Strict):
    """What all rules share.

    Attributes:
        is_required: not met, it proposes an exclusion; the others only order the list.
    """

    code: Code
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    is_required: bool = True

    @property
    def label(self) -> Bilingual:
        """The rule for people, in both languages."""
        return Bilingual(zh=self.zh, en=self.en)


class EducationRule(_Rule):
    """A degree of at least this level."""

    kind: Literal["education"]
    at_least: LevelCode


class MajorRule(_Rule):
    """A field of study among those listed."""

    kind: Literal["major"]
    any_of: tuple[str, ...] = Field(min_length=1)


class ExperienceRule(_Rule):
    """Years of work, in some industries or in any; months worked twice count once."""

    kind: Literal["experience"]
    min_years: float = Field(gt=0, le=50)
    industries: tuple[str, ...] = ()
    counts_internships: bool = False


class KeywordRule(_Rule):
    """Skills of the taxonomy, or words of the rule's own with their synonyms.

    Attributes:
        when_absent: what it means that the résumé does not name them; `unknown` unless HR decides.
    """

    kind: Literal["keywords"]
    match: Literal["any", "all"]
    skills: tuple[str, ...] = ()
    words: tuple[Term, ...] = ()
    when_absent: Literal["unknown", "not_met"] = "unknown"

    @model_validator(mode="after")
    def _names_something(self) -> KeywordRule:
        if not self.skills and not self.words:
            raise ValueError("name skills of the taxonomy, or words with their synonyms")
        return self


class CertificateRule(_Rule):
    """One of some certificates."""

    kind: Literal["certificate"]
    any_of: tuple[str, ...] = Field(min_length=1)
    when_absent: Literal["unknown", "not_met"] = "unknown"


Rule = Annotated[
    EducationRule | MajorRule | ExperienceRule | KeywordRule | CertificateRule,
    Field(discriminator="kind"),
]


class RuleSet(Strict):
    """The rules of one kind of requisition, in one version.

    Attributes:
        valid_from, valid_until: first and last day on which they are applied.
        job_codes, titles: requisitions that they are for; a title fits where it holds one of these.
    """

    code: Code
    version: str = Field(min_length=1, max_length=32)
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    valid_from: date
    valid_until: date | None = None
    job_codes: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _hangs_together(self) -> RuleSet:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValueError("valid_until lies before valid_from")
        codes = [rule.code for rule in self.rules]
        if len(set(codes)) < len(codes):
            raise ValueError("a rule's code stands twice")
        return self

    def is_valid(self, day: date) -> bool:
        """Whether the rules are in force on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def suits(self, job_code: str | None, title: str) -> bool:
        """Whether the rules are for a requisition."""
        named = job_code is not None and job_code in self.job_codes
        return named or any(fold(each) in fold(title) for each in self.titles)


def load_rule_sets(settings: Settings) -> tuple[RuleSet, ...]:
    """All rule sets, whenever valid.

    Raises:
        ConfigError: a file does not fit, names what the taxonomy does not have, or two files of
            one code are in force on the same day.
    """
    taxonomy = load_taxonomy(settings)
    made: list[tuple[str, RuleSet]] = []
    for path in sorted((settings.config / "screening").glob("*.yml")):
        rules = load_model(path, RuleSet)
        _check_names(rules, taxonomy, str(path))
        for other_path, other in made:
            if other.code == rules.code and _overlap(other, rules):
                raise ConfigError(
                    f"Two versions of the screening rules {rules.code!r} are in force at once",
                    where=f"{other_path} and {path}, field valid_until",
                    remedy="Let the old version end the day before the new one begins.",
                )
        made.append((str(path), rules))
    return tuple(rules for _, rules in made)


def rules_for(
    known: Sequence[RuleSet], *, on: date, job_code: str | None = None, title: str = ""
) -> RuleSet | None:
    """The rules in force for a requisition on a day; None where there are none for it.

    Raises:
        ConfigError: several sets claim the requisition.
    """
    found = [rules for rules in known if rules.is_valid(on) and rules.suits(job_code, title)]
    if len(found) > 1:
        raise ConfigError(
            f"Several screening rules claim the requisition {job_code or title!r}",
            where=", ".join(f"config/screening: {r.code}" for r in found),
            remedy="Narrow their job_codes and titles so that one remains.",
        )
    return found[0] if found else None


def rule_set(settings: Settings, code: str, *, on: date) -> RuleSet:
    """The version of a rule set that is in force on a day.

    Raises:
        ConfigError: as `load_rule_sets`, or no version is in force.
    """
    known = load_rule_sets(settings)
    for rules in known:
        if rules.code == code and rules.is_valid(on):
            return rules
    raise ConfigError(
        f"No screening rules {code!r} are in force on {on}",
        where="config/screening",
        remedy=f"Known: {', '.join(sorted({r.code for r in known})) or 'none'}.",
    )


def _overlap(one: RuleSet, other: RuleSet) -> bool:
    return one.is_valid(other.valid_from) or other.is_valid(one.valid_from)


def _check_names(rules: RuleSet, taxonomy: Taxonomy, where: str) -> None:
    for rule in rules.rules:
        if isinstance(rule, MajorRule):
            named, known, file = rule.any_of, taxonomy.majors, "config/resume.yml: majors"
        elif isinstance(rule, ExperienceRule):
            named, known, file = (
                rule.industries,
                taxonomy.industries,
                "config/resume.yml: industries",
            )
        elif isinstance(rule, KeywordRule):
            named, known, file = rule.skills, taxonomy.skills, "config/skills.yml"
        elif isinstance(rule, CertificateRule):
            named, known, file = (
                rule.any_of,
                taxonomy.certificates,
                "config/resume.yml: certificates",
            )
        else:
            continue
        for code in named:
            if code not in known.terms:
                raise ConfigError(
                    f"A screening rule names {code!r}, which the taxonomy does not have",
                    where=f"{where}, rule {rule.code}",
                    remedy=f"Correct it, or add it to {file}.",
                )
