"""What a job description asks for: skills, years, degree and behaviour; musts and wishes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from interview.intake.document import fold
from interview.intake.numbers import CHINESE, ENGLISH, count
from interview.intake.taxonomy import Taxonomy
from interview.questions.competencies import Competencies
from talentloop.strict import Strict

JobLevel = Literal["junior", "mid", "senior", "lead"]
Depth = Literal["basic", "working", "expert"]
Section = Literal["duties", "musts", "wishes", "offer"]

_HEADINGS: dict[Section, str] = {
    "duties": r"岗位职责|工作职责|工作内容|职位描述|主要职责|职责描述|responsibilities|what you will do|your tasks|duties|about the role",
    "musts": r"任职要求|岗位要求|职位要求|任职资格|必备条件|要求|requirements|qualifications|must have|what you bring|your profile",
    "wishes": r"加分项|优先条件|优先考虑|nice to have|preferred qualifications|preferred|bonus|pluses",
    "offer": r"福利待遇|薪资福利|我们提供|公司福利|关于我们|公司介绍|工作地点|what we offer|benefits|about us|we offer|location",
}
_HEADING = {
    section: re.compile(rf"^\W*(?:{names})\s*(?:[:：]\s*(?P<rest>.*))?\W*$")
    for section, names in _HEADINGS.items()
}
_WISH = re.compile(
    r"优先|加分|更佳|者佳|\bpreferred\b|\bnice to have\b|\ba plus\b|\bbonus\b|\badvantage\b|\bdesirable\b|\bideally\b"
)
_EXPERT = re.compile(
    r"精通|专家|资深|深入|深厚|\bexpert\b|\bdeep\b|\badvanced\b|\bin-depth\b|\bmastery\b"
)
_WORKING = re.compile(r"熟悉|熟练|掌握|具备|\bproficien|\bfamiliar|\bsolid\b|\bstrong\b|\bgood\b")
_BASIC = re.compile(
    r"了解|接触过|\bbasic\b|\bbasics\b|\bexposure to\b|\bsome knowledge\b|\bawareness\b"
)
_DEPTHS: tuple[tuple[re.Pattern[str], Depth], ...] = (
    (_EXPERT, "expert"), (_WORKING, "working"), (_BASIC, "basic")
)  # fmt: skip
_YEARS = re.compile(
    rf"(?P<zh>{CHINESE})\s*(?:[-~—至到]\s*\d{{1,2}}\s*)?年(?:及?以上|或以上)?[^\n。；;]{{0,24}}?"
    r"(?:经验|经历)"
    rf"|(?P<en>{ENGLISH})\s*(?:[-–]\s*\d{{1,2}}|\+)?\s*(?:\+\s*)?years?['’]?\b[^\n.;]{{0,40}}?"
    r"\bexperience"
)
_ASKS = re.compile(
    r"具备|具有|熟悉|熟练|精通|掌握|了解|能够|能独立|适应|接受|愿意|良好的|较强的|经验|\bexperience\b|\bability\b|\bknowledge\b|\bskills?\b|\bproficien|\bfamiliar|\bable to\b|\bwilling|\bunderstanding\b"
)
_CLAUSE = re.compile(r"[^\n。；;]+")
_BULLET = re.compile(r"^\s*(?:[-•·*▪◆●]|\(?\d{1,2}[.、)）]|[一二三四五六七八九十]、)\s*")
_LEAD_TITLE = re.compile(
    r"经理|主管|总监|负责人|组长|\bmanager\b|\bdirector\b|\bhead of\b|\bteam lead|\blead\b|\bsupervisor\b"
)
_NO_LEAD = re.compile(
    r"产品经理|项目经理|客户经理|大客户经理|销售经理|\b(?:product|project|account|sales) manager\b"
)
_SENIOR_TITLE = re.compile(r"资深|高级|专家|架构师|\bsenior\b|\bprincipal\b|\bstaff\b|\bexpert\b")
_JUNIOR_TITLE = re.compile(
    r"初级|助理|应届|实习|\bjunior\b|\bgraduate\b|\bintern\b|\bassistant\b|\bentry.level\b"
)


class Requirement(Strict):
    """Something that a job description asks for.

    Attributes:
        code: kind and what, such as `skill:sql`.
        text: the clause that asks for it, as it stands.
        is_must: asked for as such; wishes and what only the duties imply are not.
        depth: how well, for skills.
        years: at least, for experience.
        competency_code: what a question would find out; None for what is read off the résumé.
    """

    code: str
    kind: Literal["skill", "behaviour", "years", "education", "other"]
    text: str
    is_must: bool
    depth: Depth = "working"
    years: int | None = None
    competency_code: str | None = None

    @property
    def is_asked(self) -> bool:
        """Whether an interview finds it out; a degree is checked on paper."""
        return self.kind != "education"


def requirements(
    job_description: str, taxonomy: Taxonomy, competencies: Competencies
) -> tuple[Requirement, ...]:
    """The requirements of a job description, musts first, each once.

    Without headings everything counts as asked for. What the company offers asks for nothing.
    """
    found: dict[str, Requirement] = {}
    for clause, section in _clauses(job_description):
        is_must = section == "musts" and not _WISH.search(fold(clause))
        for each in _in_clause(clause, is_must, taxonomy, competencies, section):
            known = found.get(each.code)
            if known is None or (each.is_must and not known.is_must):
                found[each.code] = each
    return tuple(sorted(found.values(), key=lambda each: not each.is_must))


def asking_text(job_description: str) -> list[str]:
    """The clauses that describe the job and who is wanted, without what the company offers."""
    return [clause for clause, section in _clauses(job_description) if section != "offer"]


def level_of(job_title: str, asked: tuple[Requirement, ...]) -> JobLevel:
    """The level of a job: by its title, else by the most years that are a must."""
    title = fold(job_title)
    if _LEAD_TITLE.search(_NO_LEAD.sub("", title)):
        return "lead"
    if _SENIOR_TITLE.search(title):
        return "senior"
    if _JUNIOR_TITLE.search(title):
        return "junior"
    years = max((each.years or 0 for each in asked if each.is_must), default=0)
    return "senior" if years >= 6 else "mid" if years >= 3 else "junior" if asked else "mid"


def _clauses(text: str) -> Iterator[tuple[str, Section]]:
    section: Section = "musts"
    for line in text.split("\n"):
        folded = fold(line.strip())
        rest: str | None = line
        for name, heading in _HEADING.items():
            if matched := heading.match(folded):
                section = name
                rest = line.strip()[matched.start("rest") :] if matched["rest"] else None
                break
        for found in _CLAUSE.finditer(_BULLET.sub("", rest or "")):
            if found.group().strip():
                yield found.group().strip(), section


def _in_clause(
    clause: str, is_must: bool, taxonomy: Taxonomy, competencies: Competencies, section: Section
) -> Iterator[Requirement]:
    if section == "offer":
        return
    folded = fold(clause)
    years = _YEARS.search(folded)
    if years is not None:
        yield Requirement(
            code="years", kind="years", text=clause, is_must=is_must,
            years=count(years["zh"] or years["en"]), competency_code="technical_depth",
        )  # fmt: skip
    named = False
    for hit in taxonomy.skills.find(clause):
        named = True
        yield Requirement(
            code=f"skill:{hit.code}", kind="skill", text=clause, is_must=is_must,
            depth=_depth(folded, hit.start), competency_code=competencies.of_skill(hit.code),
        )  # fmt: skip
    for hit in competencies.words.find(clause):
        named = True
        yield Requirement(
            code=f"behaviour:{hit.code}", kind="behaviour", text=clause, is_must=is_must,
            competency_code=hit.code,
        )  # fmt: skip
    degrees = taxonomy.levels.find(clause)
    if degrees:
        yield Requirement(code="education", kind="education", text=clause, is_must=is_must)
    is_plain = not named and years is None and not degrees and section != "duties"
    if is_plain and _ASKS.search(folded):
        yield Requirement(
            code=f"other:{clause[:60]}", kind="other", text=clause, is_must=is_must,
            competency_code=None,
        )  # fmt: skip


def _depth(clause: str, place: int) -> Depth:
    """How well a skill is wanted: by the last word before it that tells, else by the clause's."""
    told = sorted(
        (found.start(), depth) for pattern, depth in _DEPTHS for found in pattern.finditer(clause)
    )
    before = [depth for start, depth in told if start < place]
    return before[-1] if before else told[0][1] if told else "working"
