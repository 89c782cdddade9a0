"""Years by employer: the periods of the work section, who the employer was, and its industry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from interview.intake.document import Document, Span, fold
from interview.intake.facts import Job
from interview.intake.periods import Period, periods
from interview.intake.sections import SCHOOL, Layout
from interview.intake.taxonomy import Taxonomy

_COMPANY = re.compile(
    r"公司|集团|股份|工厂|[^工]厂\b|研究院|研究所|银行|医院|大学|学院|事务所|工作室"
    r"|\b(?:co|ltd|inc|corp|corporation|company|gmbh|llc|plc|group|ag|holdings|technologies|university"
    r"|college|hospital|bank|institute|motors|works|industries|manufacturing|machinery|solutions|labs)\b"
)
_CHINESE_COMPANY = re.compile(
    r".*[\u4e00-\u9fff].*(?:公司|集团|工厂|厂|研究院|研究所|银行|医院|大学|学院|事务所|工作室)"
)
_PIECE = re.compile(
    r"[^|\t•·;；，、]+?(?=\s{2,}|[|\t•·;；，、]|\s[-–—]\s|,\s(?!ltd|inc|llc|co\b)|$)"
)
_INTERN = re.compile(r"实习(?!\S{0,3}转正)|\bintern(?:ship)?\b")
_INDUSTRY_LABEL = re.compile(r"行\s*业|\bindustry\b")
_BULLET = re.compile(r"^\s*[-•·*▪◆●]|^\s*\d{1,2}[.、)](?!\d)")
_LONGEST_HEAD = 80


def jobs_in(document: Document, layout: Layout, taxonomy: Taxonomy, as_of: date) -> Iterator[Job]:
    """The jobs of a résumé in its order.

    Without a heading for work, periods count that are neither beside a school nor under another
    section's heading.
    """
    has_work = "work" in layout.sections
    found = [
        period
        for period in periods(document.text, as_of)
        if _is_work(layout, layout.lines.number(period.start), as_of, has_work=has_work)
    ]
    for place, period in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else None
        yield _job(document, layout, taxonomy, as_of, (period, following))


def _is_work(layout: Layout, line: int, as_of: date, *, has_work: bool) -> bool:
    text = layout.lines.line(line)
    if _BULLET.match(text) and not _COMPANY.search(fold(text)):
        return False  # part of what was done there
    if has_work:
        return layout.section(line) == "work"
    if layout.section(line) not in (None, "other") or SCHOOL.search(fold(text)):
        return False
    below = layout.lines.line(line + 1) if line + 1 < len(layout.lines) else ""
    # A school on the line below belongs to this period unless it has a period of its own.
    is_below = bool(SCHOOL.search(fold(below))) and not any(periods(below, as_of))
    return bool(_COMPANY.search(fold(text))) or not is_below


def _job(
    document: Document,
    layout: Layout,
    taxonomy: Taxonomy,
    as_of: date,
    spell: tuple[Period, Period | None],
) -> Job:
    """One job; `spell` is its period and the next one."""
    period, following = spell
    line = layout.lines.number(period.start)
    last = layout.lines.number(following.start) - 1 if following else line
    while not following and last + 1 < len(layout.lines) and layout.section(last + 1) == "work":
        last += 1
    last = max(line, last)
    head = _head(layout, line, as_of)
    employer = _employer(document, layout, period, head)
    is_internship = any(_INTERN.search(fold(layout.lines.line(n))) for n in head) or bool(
        _INTERN.search(_heading_above(layout, line))
    )
    return Job(
        employer=employer,
        narrow=period.narrow,
        wide=period.wide,
        is_current=period.is_open,
        is_internship=is_internship,
        industry_codes=_industries(document, layout, taxonomy, employer, (line, last)),
        span=document.span(period.start, period.end),
    )


def _head(layout: Layout, line: int, as_of: date) -> list[int]:
    """The line of the period and its neighbours that may name employer and title."""
    near = [line]
    for number in (line - 1, line + 1):
        if 0 <= number < len(layout.lines) and number not in layout.headings:
            text = layout.lines.line(number)
            is_short = 0 < len(text.strip()) <= _LONGEST_HEAD
            # A neighbour with a period of its own is the head of another job.
            if is_short and not _BULLET.match(text) and not any(periods(text, as_of)):
                near.append(number)
    return near


def _heading_above(layout: Layout, line: int) -> str:
    above = [number for number in layout.headings if number <= line]
    return fold(layout.lines.line(max(above))) if above else ""


def _employer(document: Document, layout: Layout, period: Period, head: list[int]) -> Span | None:
    """The first piece of the head that looks like a company; else the first beside the period."""
    pieces = [piece for number in head for piece in _pieces(layout, number, period)]
    for start, end in pieces:
        if _COMPANY.search(fold(document.text[start:end])):
            return document.span(*_company(document.text, start, end))
    own = layout.lines.bounds(head[0])
    beside = [(start, end) for start, end in pieces if own[0] <= start < own[1]]
    return document.span(*beside[0]) if beside else None


def _pieces(layout: Layout, number: int, period: Period) -> Iterator[tuple[int, int]]:
    start, end = layout.lines.bounds(number)
    stretches = [(start, end)]
    if start <= period.start < end:
        stretches = [(start, period.start), (period.end, end)]
    for first, last in stretches:
        text = fold(layout.lines.text[first:last])
        for found in _PIECE.finditer(text):
            bare = found.group().strip(" ():：-–—,")
            if "(" in bare and ")" not in bare:
                bare = bare[: bare.index("(")].rstrip()
            if len(bare) > 1:
                begin = first + found.start() + found.group().index(bare)
                yield begin, begin + len(bare)


def _company(text: str, start: int, end: int) -> tuple[int, int]:
    """Without the title that follows a Chinese company, after a space or none."""
    for found in re.finditer(r"[^ ]+", text[start:end]):
        if named := _CHINESE_COMPANY.match(found.group()):
            return start + found.start(), start + found.start() + named.end()
    return start, end


def _industries(
    document: Document,
    layout: Layout,
    taxonomy: Taxonomy,
    employer: Span | None,
    block: tuple[int, int],
) -> tuple[str, ...]:
    """By the employer's name; else by a line of the job that is labelled with the industry.

    A description may speak of customers in any industry, so that it does not count.
    """
    if employer is not None:
        hits = taxonomy.industries.find(document.text, employer.char_start, employer.char_end)
        if hits:
            return tuple(dict.fromkeys(hit.code for hit in hits))
    for number in range(block[0], block[1] + 1):
        if _INDUSTRY_LABEL.search(fold(layout.lines.line(number))):
            hits = taxonomy.industries.find(document.text, *layout.lines.bounds(number))
            if hits:
                return tuple(dict.fromkeys(hit.code for hit in hits))
    return ()
