"""The text of an answer with the places marked that its scores rest on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from interview.evidence import Evidence

#: A quote of this share of a text, or more, says nothing by being marked: it is the whole answer.
_WHOLE = 0.95


@dataclass(frozen=True)
class Stretch:
    """A part of a text; `ends` are the numbers of the quotes that end with it."""

    text: str
    is_marked: bool
    ends: tuple[int, ...] = ()


@dataclass(frozen=True)
class Marked:
    """A text in stretches, and the number of each quote by its place."""

    stretches: tuple[Stretch, ...]
    numbers: dict[tuple[int, int], int]

    def number(self, place: Evidence) -> int | None:
        """What a quote is numbered; None where it is the whole answer."""
        return self.numbers.get((place.char_start, place.char_end))


def marked(text: str, places: Iterable[Evidence]) -> Marked:
    """A text cut at the ends of its quotes, which may overlap; joined again it is the text.

    Quotes are numbered from 1 by where they begin; the same place twice is one quote.
    """
    spans = sorted(
        {
            (each.char_start, each.char_end)
            for each in places
            if 0 <= each.char_start < each.char_end <= len(text)
            and each.char_end - each.char_start < _WHOLE * len(text)
        }
    )
    numbers = {span: number for number, span in enumerate(spans, start=1)}
    cuts = sorted({0, len(text), *(end for span in spans for end in span)})
    stretches = tuple(
        Stretch(
            text[start:end],
            any(a <= start and end <= b for a, b in spans),
            tuple(numbers[span] for span in spans if span[1] == end),
        )
        for start, end in pairwise(cuts)
    )
    return Marked(stretches, numbers)
