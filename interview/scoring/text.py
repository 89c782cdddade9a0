"""A text as tokens whose places are known: hanzi and kana one by one, other words whole.

Chinese is written without spaces, so a hanzi is a token of its own and a phrase is a run of tokens;
the same search then serves both languages, and spaces that a recogniser puts between hanzi do not
matter. Every token knows its characters in the original text, for quotes must be exact.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

#: Words that may stand where a phrase has "…"; two hanzi count as one.
GAP_WORDS = 4
_VOWELS = set("aeiou")


class Break(IntEnum):
    """What stands before a token: nothing but space, a comma in a list, a clause's end, a stop."""

    NONE = 0
    LIST = 1
    CLAUSE = 2
    SENTENCE = 3


_BREAKS: Mapping[str, Break] = {
    **dict.fromkeys(",、/\"“”'()（）·", Break.LIST),
    **dict.fromkeys("，;；:：—–", Break.CLAUSE),
    **dict.fromkeys(".!?。！？…\n", Break.SENTENCE),
}


class Token(NamedTuple):
    """A word or a hanzi: its form for comparison, its characters, what stands before it."""

    form: str
    start: int
    end: int
    before: Break


class Span(NamedTuple):
    """Tokens `first` to `last`, both included."""

    first: int
    last: int


Phrase = tuple[tuple[str, ...], ...]


def is_hanzi(character: str) -> bool:
    """Whether a character is a token of its own: CJK ideographs and kana."""
    code = ord(character)
    return 0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0x3040 <= code <= 0x30FF


@lru_cache(maxsize=20_000)
def form_of(word: str) -> str:
    """The form that inflections of an English word share; other words in lower case.

    A short suffix list, not a linguist's stemmer: `managed`, `manages` and `managing` meet, `led`
    and `lead` do not.
    """
    word = unicodedata.normalize("NFKC", word).lower().replace("’", "'")
    if not (word.isascii() and word.replace("'", "").isalpha()) or len(word) < 4:
        return word
    return _without_suffix(word.removesuffix("'s"))


def _without_suffix(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return _without_suffix(word[:-1])
    for suffix in ("ing", "ed"):
        stem = word.removesuffix(suffix)
        if stem != word and len(stem) >= 3 and _VOWELS & set(stem):
            return _single(stem).removesuffix("e")
    return word.removesuffix("e") if len(word) > 4 else word


def _single(stem: str) -> str:
    doubled = stem[-1] == stem[-2] and stem[-1] not in "lsz"
    return stem[:-1] if doubled else stem


@lru_cache(maxsize=20_000)
def phrase(text: str) -> Phrase:
    """A phrase to look for; "…" in it leaves room for up to four words or eight hanzi."""
    parts = (tuple(t.form for t in tokens(part)) for part in text.split("…"))
    return tuple(part for part in parts if part)


def tokens(raw: str) -> list[Token]:
    """The tokens of a text, in order; characters that do not show (category Cf) are passed over."""
    found: list[Token] = []
    before = Break.NONE
    for start, end in _words(raw):
        gap = raw[found[-1].end : start] if found else raw[:start]
        before = max((_BREAKS.get(c, Break.NONE) for c in gap), default=Break.NONE)
        shown = "".join(c for c in raw[start:end] if unicodedata.category(c) != "Cf")
        found.append(Token(form_of(shown), start, end, before))
    return found


def _words(raw: str) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for place, character in enumerate(raw):
        if is_hanzi(character):
            if start is not None:
                yield start, place
            yield place, place + 1
            start = None
        elif character.isalnum() or (start is not None and _goes_on(raw, place)):
            start = place if start is None else start
        elif start is not None:
            yield start, place
            start = None
    if start is not None:
        yield start, len(raw)


def _goes_on(raw: str, place: int) -> bool:
    """Whether a character within a word is part of it: an apostrophe, 3.5, 1,200, 30 %."""
    character, following = raw[place], raw[place + 1 : place + 2]
    if unicodedata.category(character) == "Cf":
        return bool(following) and following.isalnum() and not is_hanzi(following)
    if character in "%％":
        return raw[place - 1].isdigit()
    if character in "'’":
        return following.isalpha() and not is_hanzi(following)
    return character in ".," and raw[place - 1].isdigit() and following.isdigit()


class Text:
    """A text to search.

    Args:
        raw: as it is; quotes are cut out of it.
        alike: form -> form that it counts as, so that `she` and `he` are one word.
    """

    def __init__(self, raw: str, alike: Mapping[str, str] | None = None) -> None:
        self.raw = raw
        same = alike or {}
        self.tokens = [t._replace(form=same.get(t.form, t.form)) for t in tokens(raw)]
        self._alike = same
        self._places: dict[str, list[int]] = {}
        for place, token in enumerate(self.tokens):
            self._places.setdefault(token.form, []).append(place)

    def __len__(self) -> int:
        return len(self.tokens)

    def find(self, wanted: Phrase) -> list[Span]:
        """Places of a phrase, in order; its words stand together, but for its gaps."""
        if not wanted:
            return []
        parts = [tuple(self._alike.get(form, form) for form in part) for part in wanted]
        found = []
        for first in self._places.get(parts[0][0], ()):
            last = self._ends(parts, first)
            if last is not None:
                found.append(Span(first, last))
        return found

    def _ends(self, parts: list[tuple[str, ...]], first: int) -> int | None:
        last = self._run(parts[0], first)
        for part in parts[1:]:
            if last is None:
                return None
            last = self._next(part, last)
        return last

    def _next(self, part: tuple[str, ...], after: int) -> int | None:
        left = float(GAP_WORDS)
        for place in range(after + 1, len(self.tokens)):
            if left < 0 or self.tokens[place].before >= Break.SENTENCE:
                return None
            last = self._run(part, place)
            if last is not None:
                return last
            left -= 0.5 if is_hanzi(self.tokens[place].form[0]) else 1
        return None

    def _run(self, part: tuple[str, ...], first: int) -> int | None:
        last = first + len(part) - 1
        if last >= len(self.tokens):
            return None
        for offset, form in enumerate(part):
            token = self.tokens[first + offset]
            if token.form != form or (offset and token.before != Break.NONE):
                return None
        return last

    def sentence(self, place: int) -> Span:
        """The sentence that a token stands in."""
        first = place
        while first > 0 and self.tokens[first].before < Break.SENTENCE:
            first -= 1
        last = place
        while last + 1 < len(self.tokens) and self.tokens[last + 1].before < Break.SENTENCE:
            last += 1
        return Span(first, last)

    def sentences(self) -> list[Span]:
        """All sentences."""
        found: list[Span] = []
        while not found or found[-1].last + 1 < len(self.tokens):
            if not self.tokens:
                break
            found.append(self.sentence(found[-1].last + 1 if found else 0))
        return found

    def around(self, span: Span, margin: int = 20) -> tuple[int, int]:
        """Characters of a span with up to `margin` tokens on each side, within its sentence(s)."""
        low = max(self.sentence(span.first).first, span.first - margin)
        high = min(self.sentence(span.last).last, span.last + margin)
        return self.tokens[low].start, self.tokens[high].end

    def characters(self, span: Span) -> tuple[int, int]:
        """Characters of a span, start and end."""
        return self.tokens[span.first].start, self.tokens[span.last].end
