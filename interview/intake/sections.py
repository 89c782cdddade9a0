"""The sections of a résumé by their headings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from interview.intake.document import fold
from interview.intake.taxonomy import Taxonomy
from interview.intake.terms import Lines

#: What names a place of study.
SCHOOL = re.compile(
    r"大学|学院|学校|\b(?:university|college|polytechnic|institute of technology)\b"
)
_LONGEST_HEADING = 40
_DECORATION = re.compile(r"[\s\W_]+|^[一二三四五六七八九十\d]+[、.]")


@dataclass(frozen=True)
class Layout:
    """The lines of a résumé and the section that each stands in; None before the first heading."""

    lines: Lines
    sections: tuple[str | None, ...]
    headings: frozenset[int]

    def section(self, line: int) -> str | None:
        """The section that a line stands in."""
        return self.sections[line]


def lay_out(text: str, taxonomy: Taxonomy) -> Layout:
    """Find the headings: short lines that hold nothing but a section's name, in either language."""
    names = {_bare(name): section for section, names in taxonomy.sections.items() for name in names}
    lines = Lines(text)
    current: str | None = None
    sections: list[str | None] = []
    headings: set[int] = set()
    for number in range(len(lines)):
        found = _heading(lines.line(number), names)
        if found is not None:
            current = found
            headings.add(number)
        sections.append(current)
    return Layout(lines, tuple(sections), frozenset(headings))


def _heading(line: str, names: dict[str, str]) -> str | None:
    if len(line) > _LONGEST_HEADING:
        return None
    bare = _bare(line)
    if bare in names:
        return names[bare]
    # 教育背景 Education: the same heading in both languages.
    chinese, latin = re.sub(r"[a-z]", "", bare), re.sub(r"[^a-z]", "", bare)
    if chinese in names and latin in names and names[chinese] == names[latin]:
        return names[chinese]
    return None


def _bare(line: str) -> str:
    return _DECORATION.sub("", fold(line))
