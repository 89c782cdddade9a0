"""An answer as the signals read it: found phrases, what is negated, and evidence for places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from interview.evidence import Evidence
from interview.scoring.rubric import Rubric, phrases
from interview.scoring.text import Break, Span, Text
from interview.session import Question
from interview.transcript import Transcript

#: Quotes that a sub-score shows at most; what counts is not limited by it.
MOST_QUOTES = 6


@dataclass(frozen=True)
class Measured:
    """What a signal found: a share, where, and what to say of it in each language."""

    score_0_1: float
    spans: tuple[Span, ...] = ()
    detail: tuple[tuple[str, str], ...] = ()


class Reading:
    """One answer to one question, under one rubric.

    Args:
        job_description: as published; None where there is none.
    """

    def __init__(
        self,
        rubric: Rubric,
        question: Question,
        transcript: Transcript,
        job_description: str | None,
    ) -> None:
        self.rubric, self.question, self.transcript = rubric, question, transcript
        self.job_description = job_description
        self.text = Text(transcript.text, rubric.alike)
        self._told: dict[tuple[str, ...], list[Span]] = {}

    @property
    def lang(self) -> str:
        """Language of the answer."""
        return self.transcript.language_code

    def other(self, raw: str) -> Text:
        """Another text in the same form, such as the question."""
        return Text(raw, self.rubric.alike)

    @cached_property
    def _negations(self) -> frozenset[int]:
        """Last tokens of negations that are meant as such."""
        rules = self.rubric.cues.negation
        exempt = {
            place
            for span in self._all(rules.exempt)
            for place in range(span.first, span.last + 1)
        }  # fmt: skip
        return frozenset(s.last for s in self._all(rules.words) if s.first not in exempt)

    @cached_property
    def _stops(self) -> frozenset[int]:
        return frozenset(s.first for s in self._all(self.rubric.cues.negation.stops))

    def _all(self, texts: Sequence[str]) -> list[Span]:
        return [span for wanted in phrases(tuple(texts)) for span in self.text.find(wanted)]

    def is_negated(self, span: Span) -> bool:
        """Whether a negation stands before it in its clause, and nothing in between ends it.

        A comma in a list of words does not end it; one before a new subject does.
        """
        for place in range(span.first, max(span.first - self.rubric.cues.negation.window, 0), -1):
            before = self.text.tokens[place].before
            if before >= Break.CLAUSE or (before == Break.LIST and place in self._stops):
                return False
            if place - 1 in self._negations:
                return True
            if place - 1 in self._stops:
                return False
        return False

    def told(self, texts: tuple[str, ...]) -> list[Span]:
        """Places where one of these phrases is said and not negated, in order."""
        if texts not in self._told:
            found = {s for each in phrases(texts) for s in self.text.find(each)}
            self._told[texts] = sorted(s for s in found if not self.is_negated(s))
        return self._told[texts]

    def evidence(self, spans: Iterable[Span]) -> tuple[Evidence, ...]:
        """Quotes around places, with their seconds; places whose quotes meet share one."""
        cuts: list[tuple[int, int]] = []
        for span in sorted(set(spans)):
            start, end = self.text.around(span)
            if cuts and start <= cuts[-1][1]:
                cuts[-1] = (cuts[-1][0], max(end, cuts[-1][1]))
            else:
                cuts.append((start, end))
        return tuple(self.quote(start, end) for start, end in cuts[:MOST_QUOTES])

    def quote(self, start: int, end: int) -> Evidence:
        """Characters of the answer as evidence."""
        seconds = self.transcript.audio_span(start, end)
        return Evidence(
            quote=self.text.raw[start:end],
            char_start=start,
            char_end=end,
            audio_start=None if seconds is None else round(seconds[0], 3),
            audio_end=None if seconds is None else round(seconds[1], 3),
        )

    def whole(self) -> tuple[Evidence, ...]:
        """The whole answer: where nothing was found, all of it is what was looked at."""
        if not len(self.text):
            return ()
        return (self.quote(self.text.tokens[0].start, self.text.tokens[-1].end),)
