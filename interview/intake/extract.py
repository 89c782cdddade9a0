"""From a document to its facts: sections, degrees, fields of study, skills, certificates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from interview.intake.document import Document, fold
from interview.intake.employment import jobs_in
from interview.intake.facts import DeclaredYears, Degree, Major, Named, ResumeFacts
from interview.intake.periods import month_of, periods
from interview.intake.sections import SCHOOL, Layout, lay_out
from interview.intake.taxonomy import Taxonomy
from interview.intake.terms import Hit, first_of_each, is_denied

_LEVEL_LABEL = re.compile(r"学\s*历|学\s*位|文化程度|\bdegree\b|\bgraduat|毕业于")
_MAJOR_LABEL = re.compile(r"专\s*业\s*[:：\t|]\s*(?P<name>[^\s，,。;；|()（）]{2,20})")
_MAJOR_NAME = re.compile(
    r"(?P<zh>[\u4e00-\u9fff]{2,12})专业(?!技能|能力|知识)"
    r"|\b(?:degree|bachelor|master|doctor(?:ate)?|b\.?sc\.?|m\.?sc\.?|ph\.?d\.?|b\.?eng|m\.?eng)"
    r"(?:['’]?s)?(?:\s+degree)?(?:\s+of\s+\w+)?,?\s+in\s+(?P<en>[a-z]+(?:\s+(?!at\b|from\b|and\b)[a-z]+){0,3})"
    r"|\bmajor(?:ed)?\s*(?:in|:)\s*(?P<major>[a-z]+(?:\s+(?!at\b|from\b)[a-z]+){0,3})"
)
_IN_PROGRESS = re.compile(r"在读|预计|在校|\bexpected\b|\bin progress\b|\bcandidate\b|\bpursuing\b")
_GIVEN_UP = re.compile(
    r"肄业|退学|未毕业|\bdropped out\b|\bdiscontinued\b|\bdid not (?:complete|finish)"
)
_DIGITS = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
_YEARS = re.compile(
    r"(?P<zh>\d{1,2}|[一二两三四五六七八九十])\s*年(?:以上|多)?的?(?P<of>[^\n，。,;；]{0,14}?)(?:工作)?(?:经验|经历)"
    r"|(?P<en>\d{1,2})\+?\s*years?['’]?\s+(?:of\s+)?(?P<of_en>[^\n,.;]{0,40}?)\s*experience"
    r"(?P<in_en>\s+in\s+(?:the\s+)?[^\n,.;]{0,40})?"
)


def facts(document: Document, taxonomy: Taxonomy, *, as_of: date) -> ResumeFacts:
    """What a résumé tells.

    Args:
        as_of: the day on which 至今 and "present" end, and on which studies are finished or not.
    """
    layout = lay_out(document.text, taxonomy)
    return ResumeFacts(
        as_of=as_of,
        degrees=tuple(_degrees(document, layout, taxonomy, as_of)),
        majors=tuple(_majors(document, layout, taxonomy)),
        jobs=tuple(jobs_in(document, layout, taxonomy, as_of)),
        skills=_named(document, taxonomy.skills.find(document.text)),
        certificates=_named(document, taxonomy.certificates.find(document.text)),
        declared_years=tuple(_declared(document, taxonomy)),
    )


def _named(document: Document, hits: Iterable[Hit]) -> tuple[Named, ...]:
    held = (h for h in hits if not is_denied(document.text, h.start, h.end))
    return tuple(
        Named(code=hit.code, span=document.span(hit.start, hit.end)) for hit in first_of_each(held)
    )


def _tells_studies(layout: Layout, line: int) -> bool:
    """Whether a line speaks of the candidate's own studies.

    A teacher's work at a university names degrees too, so at work only a label counts.
    """
    section, text = layout.section(line), fold(layout.lines.line(line))
    if section == "education" or _LEVEL_LABEL.search(text):
        return True
    return section not in ("work", "project") and bool(SCHOOL.search(text))


def _degrees(
    document: Document, layout: Layout, taxonomy: Taxonomy, as_of: date
) -> Iterator[Degree]:
    for hit in taxonomy.levels.find(document.text):
        line = layout.lines.number(hit.start)
        if not _tells_studies(layout, line) or is_denied(document.text, hit.start, hit.end):
            continue
        yield Degree.model_validate(
            {
                "level_code": hit.code,
                "state_code": _state(layout, line, as_of),
                "span": document.span(hit.start, hit.end),
            }
        )


def _state(layout: Layout, line: int, as_of: date) -> str:
    """Whether a degree is finished: by the words and dates of its line, or of the one before."""
    text = fold(layout.lines.line(line))
    if _GIVEN_UP.search(text):
        return "not_completed"
    if _IN_PROGRESS.search(text):
        return "in_progress"
    found = list(periods(text, as_of))
    if not found and line > 0:
        above = layout.lines.line(line - 1)
        found = [] if SCHOOL.search(text) else list(periods(above, as_of))
    return (
        "in_progress"
        if any(
            p.is_open or p.wide[0] > month_of(as_of) or p.narrow[1] > month_of(as_of) for p in found
        )
        else "completed"
    )


def _majors(document: Document, layout: Layout, taxonomy: Taxonomy) -> Iterator[Major]:
    """Listed fields where studies are told of; else what is named as a field, but not listed."""
    text = document.text
    for hit in taxonomy.majors.find(text):
        line = layout.lines.number(hit.start)
        stated = _tells_studies(layout, line) or _names_major(fold(layout.lines.line(line)))
        if stated and not is_denied(text, hit.start, hit.end):
            yield Major(code=hit.code, span=document.span(hit.start, hit.end))
    folded = fold(text)
    for pattern in (_MAJOR_LABEL, _MAJOR_NAME):
        for found in pattern.finditer(folded):
            group = next(name for name, value in found.groupdict().items() if value)
            start, end = found.span(group)
            if not taxonomy.majors.find(text, start, end) and _tells_studies(
                layout, layout.lines.number(start)
            ):
                yield Major(code=None, span=document.span(start, end))


def _names_major(line: str) -> bool:
    return bool(_MAJOR_LABEL.search(line) or _MAJOR_NAME.search(line))


def _declared(document: Document, taxonomy: Taxonomy) -> Iterator[DeclaredYears]:
    for found in _YEARS.finditer(fold(document.text)):
        if is_denied(document.text, found.start(), found.end()):
            continue
        written = found["zh"] or found["en"]
        years = _DIGITS[written] if written in _DIGITS else int(written)
        industries = taxonomy.industries.find(document.text, found.start(), found.end())
        if years <= 60:
            yield DeclaredYears(
                years=years,
                industry_codes=tuple(dict.fromkeys(hit.code for hit in industries)),
                span=document.span(found.start(), found.end()),
            )
