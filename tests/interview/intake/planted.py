"""Résumés with planted truth: generated, so that every fact of each is known."""

from __future__ import annotations

import random
from dataclasses import dataclass

from interview.intake.periods import month_of, months_together
from tests.interview.intake.resumes import AS_OF, taxonomy

_LEVELS = {
    "below_bachelor": (("大专", "专科"), ("Associate degree",)),
    "bachelor": (("本科", "学士", "统招本科"), ("BSc", "Bachelor of Engineering", "B.Eng")),
    "master": (("硕士", "硕士研究生"), ("MSc", "Master of Science")),
    "doctor": (("博士",), ("PhD",)),
}
_MAJORS = {
    "mechanical_engineering": ("机械设计制造及其自动化", "Mechanical Engineering"),
    "computer_science": ("计算机科学与技术", "Computer Science"),
    "finance": ("金融学", "Finance"),
    "marketing": ("市场营销", "Marketing"),
    "electrical_engineering": ("电气工程及其自动化", "Electrical Engineering"),
}
_EMPLOYERS = {
    "manufacturing": ("长江精密机械有限公司", "Acme Machinery Ltd"),
    "internet": ("云海网络科技有限公司", "Beta Software Inc"),
    "finance": ("江南商业银行", "First City Bank"),
    "logistics": ("快达物流有限公司", "North Freight Ltd"),
    "": ("和顺贸易有限公司", "Omega Trading Ltd"),
}
_SKILLS = ("solidworks", "plc", "python", "sql", "negotiation", "welding", "kubernetes",
           "data_analysis", "recruiting", "excel")  # fmt: skip
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Planted:
    """A résumé, and what it says."""

    lines: list[str]
    level: str
    major: str
    skills: set[str]
    employers: list[str]
    months: int
    months_in_manufacturing: int


def plant(draw: random.Random) -> Planted:
    """A résumé in Chinese or English, in one of several layouts, with one to three jobs."""
    language = draw.randint(0, 1)
    level, major = draw.choice(list(_LEVELS)), draw.choice(list(_MAJORS))
    skills, year = draw.sample(_SKILLS, 4), draw.randint(2008, 2016)
    jobs: list[tuple[int, int, str]] = []
    month = (year + 4) * 12 + draw.randint(6, 9)
    for _ in range(draw.randint(1, 3)):
        length = draw.randint(5, 40)
        if month + length <= month_of(AS_OF):
            jobs.append((month, month + length - 1, draw.choice(list(_EMPLOYERS))))
        month += length + draw.randint(-3, 4)
    style = draw.choice(("{y}.{m:02d}", "{y}年{m}月", "{y}/{m:02d}") if not language
                        else ("{name} {y}", "{m:02d}/{y}"))  # fmt: skip
    written = draw.choice(_LEVELS[level][language])
    labels = [taxonomy().skills.terms[skill] for skill in skills]
    if language:
        lines = ["A. Person", "Education",
                 f"{written} in {_MAJORS[major][1]}, East University, {year} - {year + 4}",
                 "Work Experience"]  # fmt: skip
    else:
        lines = ["林某", "教育背景",
                 f"{year}.09-{year + 4}.06  东海大学  {_MAJORS[major][0]}  {written}", "工作经历"]  # fmt: skip
    for first, last, industry in jobs:
        period = f"{_date(style, first)} - {_date(style, last)}"
        lines += _job(draw.random() < 0.5, language, _EMPLOYERS[industry][language], period)
    lines += (["Skills", ", ".join(term.en for term in labels)] if language
              else ["专业技能", "熟悉" + "、".join(term.zh for term in labels)])  # fmt: skip
    until = month_of(AS_OF)
    return Planted(
        lines, level, major, set(skills), [_EMPLOYERS[i][language] for _, _, i in jobs],
        months_together([(a, b) for a, b, _ in jobs], until),
        months_together([(a, b) for a, b, i in jobs if i == "manufacturing"], until),
    )  # fmt: skip


def _job(in_one_line: bool, language: int, employer: str, period: str) -> list[str]:
    if language:
        done = "Worked on daily business and improvements"
        if in_one_line:
            return [f"{employer} | Specialist | {period}", done]
        return [employer, f"Specialist, {period}", done]
    done = "负责日常工作与流程改进"
    return (
        [f"{period}  {employer}  专员", done]
        if in_one_line
        else [employer, f"{period}  专员", done]
    )


def _date(style: str, month: int) -> str:
    return style.format(y=month // 12, m=month % 12 + 1, name=_MONTHS[month % 12])
