"""Questions for a job: from its description to a set that covers what it asks for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Literal

from pydantic import Field

from interview.intake.document import fold
from interview.intake.taxonomy import Taxonomy, load_taxonomy
from interview.questions.bank import Entry, load_bank
from interview.questions.banned import BannedTopics, load_banned_topics
from interview.questions.choose import Candidate, choose
from interview.questions.competencies import load_competencies
from interview.questions.requirements import (
    JobLevel,
    Requirement,
    asking_text,
    level_of,
    requirements,
)
from interview.scoring import load_rubric
from interview.session import IdealPoint, Interview, LanguageCode, Question
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from talentloop.strict import Strict

_KINDS = ("behavioural", "technical", "situational", "coding")
#: A longer clause is no requirement but a paragraph; it is left to a person.
_LONGEST_QUOTE = 120
_FAMILIES = {
    "sales": r"销售|大客户|客户经理|商务拓展|\bsales\b|\baccount manager\b|\bbusiness development\b",
    "customer_success": r"客户成功|客服|customer success|customer service|\bsupport\b",
    "product": r"产品经理|产品设计|设计师|product manager|product owner|\bdesigner\b",
    "supply_chain": r"采购|供应链|物流|生产|仓储|\bprocurement\b|\bsupply chain\b|\blogistics\b|\bproduction\b",
    "rd": r"工程师|研发|开发|架构师|算法|技术|\bengineer\b|\bdeveloper\b|\bprogrammer\b|\barchitect\b|\bscientist\b",
    "corporate": r"人力|财务|会计|法务|行政|\bhr\b|human resources|\baccountant\b|\bfinance\b|\blegal\b",
}


class Uncovered(Strict):
    """A must that no question covers, and why."""

    requirement: Requirement
    reason_code: Literal["no_time", "no_question", "banned_topic"]


class Warned(Strict):
    """What the job description itself says about a topic that no question may touch."""

    topic_code: str
    words: str


class QuestionSet(Strict):
    """Questions with what they rest on.

    Attributes:
        requirements: what the job description asks for.
        uncovered: musts that a person has to ask about otherwise.
        warnings: banned topics in the job description; it should be corrected.
        seconds: time for the answers.
    """

    level: JobLevel
    job_family_code: str | None
    questions: tuple[Question, ...]
    requirements: tuple[Requirement, ...]
    uncovered: tuple[Uncovered, ...]
    warnings: tuple[Warned, ...]
    seconds: int


class Wanted(Strict):
    """What HR chooses for an interview.

    Attributes:
        job_family_code, level: by default what title and years tell.
        minutes: length of the interview, pauses between questions included.
        languages: that each question is given in.
        seed: settles what is otherwise equal; the same seed gives the same questions.
        asked_before: codes of questions of the candidate's earlier interviews.
    """

    job_title: str = ""
    job_family_code: str | None = None
    level: JobLevel | None = None
    minutes: int = Field(default=30, ge=2, le=240)
    languages: tuple[LanguageCode, ...] = Field(default=("zh", "en"), min_length=1)
    seed: int = 0
    asked_before: frozenset[str] = frozenset()


def generate(
    settings: Settings, job_description: str, wanted: Wanted | None = None
) -> list[Question]:
    """Questions for a job; see `question_set`, which says more about them."""
    return list(question_set(settings, job_description, wanted or Wanted()).questions)


def question_set(settings: Settings, job_description: str, wanted: Wanted) -> QuestionSet:
    """Questions that cover what a job description asks for, within the time.

    Raises:
        ConfigError: the configuration does not fit, or the job description is empty.
    """
    if not job_description.strip():
        raise ConfigError(
            "The job description is empty",
            where="job description",
            remedy="Give its duties and requirements as text.",
        )
    taxonomy = load_taxonomy(settings)
    asked = requirements(job_description, taxonomy, load_competencies(settings))
    banned = load_banned_topics(settings)
    family = wanted.job_family_code or family_of(wanted.job_title)
    at_level = wanted.level or level_of(wanted.job_title, asked)
    entries = [e for e in load_bank(settings) if e.suits(family, at_level)]
    possible = list(_candidates(entries, asked, banned, wanted.languages))
    chosen = choose(
        possible, [r for r in asked if r.is_asked], budget_seconds=wanted.minutes * 60,
        seed=wanted.seed,
        without=wanted.asked_before,
    )  # fmt: skip
    rubric_id = load_rubric(settings).version
    made = [
        _question(each, asked, taxonomy, wanted.languages, rubric_id) for each in _ordered(chosen)
    ]
    check_questions(made, banned, "config/questions")
    usable = {code for each in possible for code in each.covers}
    covered = {code for each in chosen for code in each.covers}
    return QuestionSet(
        level=at_level,
        job_family_code=family,
        questions=tuple(made),
        requirements=asked,
        uncovered=tuple(
            Uncovered.model_validate(
                {"requirement": each, "reason_code": _why_not(each, usable, banned)}
            )
            for each in asked
            if each.is_must and each.is_asked and each.code not in covered
        ),
        warnings=tuple(
            Warned(topic_code=hit.topic_code, words=hit.words)
            for hit in banned.find("\n".join(asking_text(job_description)))
        ),
        seconds=sum(question.seconds for question in made),
    )


def check_questions(questions: Sequence[Question], banned: BannedTopics, where: str) -> None:
    """Refuse questions that touch a banned topic, in any language.

    Raises:
        ConfigError: one does; names the question, the topic and the words.
    """
    for question in questions:
        for language, text in question.text.items():
            for hit in banned.find(text):
                raise ConfigError(
                    f"A question touches a banned topic, {hit.topic.zh} / {hit.topic.en}: "
                    f"{hit.words!r}",
                    where=f"{where}, question {question.question_code}, field text.{language}",
                    remedy="Ask about the work instead; the topic may not be asked about at all.",
                )


def family_of(job_title: str) -> str | None:
    """The job family that a title tells; None where it tells none."""
    title = fold(job_title)
    return next((code for code, names in _FAMILIES.items() if re.search(names, title)), None)


def asked_in(interviews: Iterable[Interview]) -> frozenset[str]:
    """Codes of the questions of earlier interviews, for `Wanted.asked_before`."""
    return frozenset(q.question_code for each in interviews for q in each.questions)


def _why_not(requirement: Requirement, usable: Collection[str], banned: BannedTopics) -> str:
    if requirement.kind == "other" and banned.find(requirement.text):
        return "banned_topic"
    return "no_time" if requirement.code in usable else "no_question"


def _candidates(
    entries: Sequence[Entry],
    asked: Sequence[Requirement],
    banned: BannedTopics,
    languages: Sequence[LanguageCode],
) -> Iterator[Candidate]:
    programs = any(r.competency_code == "coding" for r in asked)
    for entry in entries:
        template = entry.template
        if not set(languages) <= set(template.text):
            continue
        if template.slot is None:
            covers = frozenset(r.code for r in asked if _is_about(entry, r))
            is_open = programs if template.kind == "coding" else not template.skills
            if covers or is_open:
                yield Candidate(template.code, entry, covers)
            continue
        for each in asked:
            if _fits_slot(entry, each, banned):
                code = f"{template.code}.{_short(each)}"
                yield Candidate(code, entry, frozenset({each.code}), each)


def _is_about(entry: Entry, requirement: Requirement) -> bool:
    if requirement.kind == "behaviour":
        return requirement.competency_code in entry.template.covers
    name = requirement.code.removeprefix("skill:")
    return requirement.kind == "skill" and name in entry.template.skills


def _fits_slot(entry: Entry, requirement: Requirement, banned: BannedTopics) -> bool:
    template = entry.template
    if template.slot == "years":
        return requirement.kind == "years"
    if template.slot == "requirement":
        is_short = len(requirement.text) <= _LONGEST_QUOTE
        return requirement.kind == "other" and is_short and not banned.find(requirement.text)
    is_deep_enough = requirement.depth != "basic" or not template.levels
    return (
        requirement.kind == "skill"
        and requirement.competency_code in template.covers
        and is_deep_enough
    )


def _short(requirement: Requirement) -> str:
    if requirement.kind == "other":
        return hashlib.sha256(requirement.code.encode()).hexdigest()[:8]
    return requirement.code.removeprefix("skill:")


def _ordered(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Stories first, coding last, as an interview goes."""
    return sorted(chosen, key=lambda c: (_KINDS.index(c.entry.template.kind), c.question_code))


def _question(
    each: Candidate,
    asked: Sequence[Requirement],
    taxonomy: Taxonomy,
    languages: Sequence[LanguageCode],
    rubric_id: str,
) -> Question:
    template, points = each.entry.template, each.entry.template.ideal_points
    term = None
    if each.about is not None and each.about.kind == "skill":
        term = taxonomy.skills.terms[each.about.code.removeprefix("skill:")]
        names = tuple(dict.fromkeys([*term.spellings(), *term.exact]))
        points = (*points, IdealPoint(code="names_it", phrases=names, is_required=False))
    text: dict[LanguageCode, str] = {}
    for language in languages:
        filled = template.text[language]
        if term is not None:
            filled = filled.replace("{skill}", term.called(language))
        elif template.slot == "requirement" and each.about is not None:
            filled = filled.replace("{requirement}", each.about.text.strip("。；;. "))
        text[language] = filled
    covered = next((r for r in asked if r.code in each.covers), None)
    return Question(
        question_code=each.question_code,
        kind=template.kind,
        text=text,
        dimension_codes=template.dimension_codes,
        ideal_points=points,
        requirement=covered.text if covered else None,
        seconds=template.seconds,
        problem_code=template.problem_code,
        rubric_id=rubric_id,
    )
