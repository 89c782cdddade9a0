"""Finding the terms of a vocabulary in text: synonyms, boundaries of words, and denials."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import Field

from interview.intake.document import fold
from talentloop.codes import Bilingual
from talentloop.strict import Strict


class Term(Strict):
    """One thing and the ways of writing it; both labels count among them.

    Attributes:
        ja, fr: what questions in these languages call it; without them as in English.
        names: other ways of writing it; upper and lower case are the same.
        exact: ways of writing that count only in this case, for names such as Go that are words too.
        except_in: longer phrases in which it means something else.
    """

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    ja: str | None = None
    fr: str | None = None
    names: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    except_in: tuple[str, ...] = ()

    @property
    def label(self) -> Bilingual:
        """Its name for people, in both languages."""
        return Bilingual(zh=self.zh, en=self.en)

    def called(self, language: str) -> str:
        """What a question in some language calls it."""
        return {"zh": self.zh, "ja": self.ja, "fr": self.fr}.get(language) or self.en

    def spellings(self) -> list[str]:
        """Every way of writing it in which case does not count."""
        kept = [n for n in (self.zh, self.en) if n not in self.exact]
        return [*kept, *self.names]


@dataclass(frozen=True)
class Hit:
    """A term found in a text."""

    code: str
    start: int
    end: int


class Vocabulary:
    """Terms by code, compiled once. Where terms overlap the longest one counts."""

    def __init__(self, terms: Mapping[str, Term]) -> None:
        self.terms = dict(terms)
        loose: dict[str, str] = {}
        exact: dict[str, str] = {}
        excepted: dict[str, set[str]] = {}
        for code, term in terms.items():
            loose |= {fold(name): code for name in term.spellings()}
            exact |= dict.fromkeys(term.exact, code)
            for phrase in term.except_in:
                excepted.setdefault(fold(phrase), set()).add(code)
        self._loose, self._exact = _Matcher(loose), _Matcher(exact)
        self._excepted = excepted
        self._except = _Matcher({phrase: phrase for phrase in excepted})

    def find(self, text: str, start: int = 0, end: int | None = None) -> list[Hit]:
        """Where the terms stand in a stretch of the text, in their order."""
        folded = fold(text)
        end = len(text) if end is None else end
        hits = [*self._loose.hits(folded, start, end), *self._exact.hits(text, start, end)]
        holes = self._except.hits(folded, start, end)
        kept: list[Hit] = []
        for hit in sorted(hits, key=lambda h: (h.start, h.start - h.end)):
            inside = (hole for hole in holes if hole.start <= hit.start and hit.end <= hole.end)
            if any(hit.code in self._excepted[hole.code] for hole in inside):
                continue
            if not kept or hit.start >= kept[-1].end:
                kept.append(hit)
        return kept


class _Matcher:
    """Literal names as one pattern: longest first, whole words where they are in Latin letters."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._codes = {_squeeze(name): code for name, code in names.items()}
        ordered = sorted(names, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_pattern, ordered))) if ordered else None

    def hits(self, text: str, start: int, end: int) -> list[Hit]:
        if self._pattern is None:
            return []
        return [
            Hit(self._code(found.group()), found.start(), found.end())
            for found in self._pattern.finditer(text, start, end)
        ]

    def _code(self, found: str) -> str:
        plain = _squeeze(found)
        return self._codes[plain] if plain in self._codes else self._codes[plain[:-1]]


def _squeeze(name: str) -> str:
    return re.sub(r"[\s-]+", " ", name)


#: Letters and digits that words in Latin script are made of.
_LETTERS = r"A-Za-z0-9À-ÖØ-öø-ɏ"


def _pattern(name: str) -> str:
    body = r"(?:\s+|-)".join(re.escape(part) for part in re.split(r"[\s-]+", name))
    before = rf"(?<![{_LETTERS}])" if _is_latin(name[0]) else ""
    plural = "s?" if len(name) > 2 and name[-1].isascii() and name[-1].isalpha() else ""
    after = rf"(?![{_LETTERS}+#])" if _is_latin(name[-1]) else ""
    return f"{before}{body}{plural}{after}"


def _is_latin(char: str) -> bool:
    """Letters that words are parted by spaces in; Chinese and kana are not."""
    return char.isalnum() and ord(char) < 0x2E80


#: Where a clause ends, and with it the reach of a denial.
_CLAUSE = re.compile(r"[\n。；;，,！!？?]|\.\s|\b(?:but|however)\b|但|而是")
_DENIED_ZH = re.compile(
    r"(?:不会(?!计)|不熟|不了解|不懂|不具备|不掌握|不擅长|没有|没学过|没用过|没接触|未接触|未学|未使用"
    r"|未取得|未获得|尚未|缺乏|缺少|(?<![有绝])无(?=[^损线人锡缝尘纸]{0,10}$))[^\n]{0,10}$"
)
_DENIED_EN = re.compile(
    r"\b(?:no|not|never|without|lack|lacks|lacking|neither|nor|cannot|(?:do|does|did|have|has|is|ca)n['’]t)"
    r"(?:\s+[\w'’/+#-]+){0,5}\s*$"
)
_BENIGN_EN = re.compile(r"\b(?:not only|not just|not limited to|no less than|no fewer than)\b")
_DENIED_AFTER = re.compile(r"\s*[:：]\s*(?:无|没有|不会|不熟悉|none\b|no\b|n/a\b)")


def is_denied(text: str, start: int, end: int) -> bool:
    """Whether the words around a place deny it: 没有…经验, no experience with …, `Java: none`."""
    before = fold(text[max(0, start - 80) : start])
    breaks = [found.end() for found in _CLAUSE.finditer(before)]
    clause = before[breaks[-1] :] if breaks else before
    if _DENIED_ZH.search(clause):
        return True
    if _DENIED_EN.search(clause) and not _BENIGN_EN.search(clause):
        return True
    return bool(_DENIED_AFTER.match(fold(text[end : end + 16])))


class Lines:
    """The lines of a text, by place."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def __len__(self) -> int:
        return len(self.starts)

    def number(self, char: int) -> int:
        """Number of the line, from 0, that a character stands on."""
        return bisect_right(self.starts, char) - 1

    def bounds(self, first: int, last: int | None = None) -> tuple[int, int]:
        """Where a line, or a run of lines, begins and ends; without the line end."""
        last = first if last is None else last
        end = self.starts[last + 1] - 1 if last + 1 < len(self.starts) else len(self.text)
        return self.starts[first], end

    def line(self, number: int) -> str:
        """The text of a line."""
        start, end = self.bounds(number)
        return self.text[start:end]


def first_of_each(hits: Iterable[Hit]) -> Sequence[Hit]:
    """The first hit of each code, in the order of the text."""
    found: dict[str, Hit] = {}
    for hit in hits:
        found.setdefault(hit.code, hit)
    return tuple(found.values())
