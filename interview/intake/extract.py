"""From a document to its facts: sections, degrees, fields of study, skills, certificates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from interview.intake.document import Document, Span, fold
from interview.intake.employment import jobs_in
from interview.intake.facts import DeclaredYears, Degree, Major, Named, ResumeFacts
from interview.intake.numbers import CHINESE, ENGLISH, count
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
#: Subjects that were taught; none is the field of study.
_COURSES = re.compile(r"课程|\bcourse(?:s|work)?\b|\bmodules\b|辅修|选修")
_IN_PROGRESS = re.compile(r"在读|预计|在校|\bexpected\b|\bin progress\b|\bcandidate\b|\bpursuing\b")
_GIVEN_UP = re.compile(
    r"肄业|退学|未毕业|\bdropped out\b|\bdiscontinued\b|\bdid not (?:complete|finish)"
)
_YEARS = re.compile(
    rf"(?P<zh>{CHINESE})\s*年(?:以上|多)?的?[^\n，。,;；]{{0,14}}?(?:工作)?(?:经验|经历)"
    rf"|(?P<en>{ENGLISH})\+?\s*years?['’]?\s+(?:of\s+)?[^\n,.;]{{0,40}}?\s*experience"
    r"(?:\s+in\s+(?:the\s+)?[^\n,.;]{0,40})?"
)


def facts(document: Document, taxonomy: Taxonomy, *, as_of: date) -> ResumeFacts:
    """What a résumé tells.

    Args:
        as_of: the day on which 至今 and "present" end, and on which studies are finished or not.
    """
    layout = lay_out(document.text, taxonomy)
    majors = tuple(_majors(document, layout, taxonomy))
    jobs = tuple(jobs_in(document, layout, taxonomy, as_of))
    names = [*(m.span for m in majors), *(j.employer for j in jobs if j.employer)]
    return ResumeFacts(
        as_of=as_of,
        degrees=tuple(_degrees(document, layout, taxonomy, as_of)),
        majors=majors,
        jobs=jobs,
        skills=_named(document, _beside(taxonomy.skills.find(document.text), names)),
        certificates=_named(document, taxonomy.certificates.find(document.text)),
        declared_years=tuple(_declared(document, taxonomy)),
    )


def _beside(hits: Iterable[Hit], names: Iterable[Span]) -> Iterator[Hit]:
    """Hits outside of names: a field of study, or an employer's name, says nothing of a skill."""
    taken = [(name.char_start, name.char_end) for name in names]
    return (h for h in hits if not any(h.start < end and start < h.end for start, end in taken))


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
    hits = taxonomy.levels.find(document.text)
    for place, hit in enumerate(hits):
        line = layout.lines.number(hit.start)
        if not _tells_studies(layout, line) or is_denied(document.text, hit.start, hit.end):
            continue
        start, end = layout.lines.bounds(line)
        # Words between two degrees of a line belong to the one before them, up to the next.
        if place and hits[place - 1].end > start:
            start = hits[place - 1].end
        if place + 1 < len(hits):
            end = min(end, hits[place + 1].start)
        yield Degree.model_validate(
            {
                "level_code": hit.code,
                "state_code": _state(layout, line, (start, end), as_of),
                "span": document.span(hit.start, hit.end),
            }
        )


def _state(layout: Layout, line: int, part: tuple[int, int], as_of: date) -> str:
    """Whether a degree is finished: by the words and dates of its part of a line, or of the line
    before."""
    text = fold(layout.lines.text[part[0] : part[1]])
    if _GIVEN_UP.search(text):
        return "not_completed"
    if _IN_PROGRESS.search(text):
        return "in_progress"
    found = list(periods(text, as_of))
    if not found and line > 0 and not SCHOOL.search(text):
        found = list(periods(layout.lines.line(line - 1), as_of))
    goes_on = any(each.is_open or each.narrow[1] > month_of(as_of) for each in found)
    return "in_progress" if goes_on else "completed"


def _majors(document: Document, layout: Layout, taxonomy: Taxonomy) -> Iterator[Major]:
    """Listed fields where studies are told of; else what is named as a field, but not listed."""
    text = document.text
    for hit in taxonomy.majors.find(text):
        line = layout.lines.number(hit.start)
        if _COURSES.search(fold(layout.lines.line(line))):
            continue
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
        years = count(found["zh"] or found["en"])
        industries = taxonomy.industries.find(document.text, found.start(), found.end())
        if years <= 60:
            yield DeclaredYears(
                years=years,
                industry_codes=tuple(dict.fromkeys(hit.code for hit in industries)),
                span=document.span(found.start(), found.end()),
            )
