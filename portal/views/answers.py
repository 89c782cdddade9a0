"""One answer of an interview: what was said, what was measured, what was scored on which words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from interview.evaluation.results import AnswerResult, Judgement
from interview.evidence import DimensionEvidence, Evidence
from interview.session import Interview, Turn
from interview.speech.corrections import Correction, correction_of
from interview.transcript import Transcript
from portal.frame import Frame
from portal.views.marks import Marked, marked
from portal.views.reasons import Why, reasons_of
from talentloop.ops.models import AnswerEvaluation

#: Quotes are cut to so many characters where they are listed; the text itself is whole.
_LONGEST = 120


@dataclass(frozen=True)
class Quote:
    """Words that a signal rests on; `number` is theirs in the text, None for the whole answer.

    The whole answer is not written out again.
    """

    number: int | None
    words: str
    place: Evidence


@dataclass(frozen=True)
class Signal:
    """One signal of a dimension: its share, its weight, quotes and what else is to be known."""

    code: str
    score_0_1: float
    weight: float
    detail: str
    quotes: list[Quote]


@dataclass(frozen=True)
class Scored:
    """One dimension of an answer."""

    code: str
    score_0_1: float
    level: int
    signals: list[Signal]


@dataclass(frozen=True)
class AnswerBlock:
    """One answer as the page shows it.

    Attributes:
        position: place among all answers of the interview, from 1.
        counts: whether it is the attempt that counts, by the disclosed rule.
        supplements: position of the answer that it supplements.
        text: what was scored, with its quotes marked; None before it was evaluated.
        heard: what the recogniser heard, where a person has corrected that.
    """

    position: int
    turn: Turn
    row: AnswerEvaluation
    counts: bool
    supplements: int | None
    reasons: list[Why]
    text: Marked | None
    transcript: Transcript | None
    heard: Transcript | None
    correction: Correction | None
    judgement: Judgement | None
    scores: list[Scored]
    scorer_code: str
    scorer_version: str

    @property
    def is_open(self) -> bool:
        """Whether it waits for its evaluation."""
        return self.row.state in ("waiting", "running")

    @property
    def is_withheld(self) -> bool:
        """Whether there is no score until a person has looked, or no score at all any more."""
        return self.row.outcome in ("withheld", "reviewed")


def answer_block(
    frame: Frame, interview: Interview, turn: Turn, row: AnswerEvaluation,
    result: AnswerResult | None,
) -> AnswerBlock:  # fmt: skip
    """One answer; `result` is None before it was evaluated, and where it was given up."""
    ids = [each.answer_id for each in interview.turns]
    score = result.score if result else None
    places = [e for d in (score.dimensions if score else ()) for e in _places(d)]
    text = marked(result.text, places) if result else None
    kept = correction_of(frame.settings, result.heard) if result and result.heard else None
    return AnswerBlock(
        ids.index(turn.answer_id) + 1,
        turn,
        row,
        interview.counts(turn),
        ids.index(turn.follows_id) + 1 if turn.follows_id else None,
        [] if row.state in ("waiting", "running") else reasons_of(frame, result),
        text,
        result.transcript if result else None,
        result.heard if result else None,
        kept.last if kept else None,
        result.judgement if result else None,
        [_scored(frame, d, text) for d in score.dimensions] if score and text else [],
        score.scorer_code if score else "",
        score.scorer_version if score else "",
    )


def _places(dimension: DimensionEvidence) -> Iterator[Evidence]:
    for sub in dimension.sub_scores:
        yield from sub.evidence


def _scored(frame: Frame, dimension: DimensionEvidence, text: Marked) -> Scored:
    signals = [
        Signal(
            sub.signal_code,
            sub.score_0_1,
            sub.weight,
            sub.detail.get(frame.lang, ""),
            [Quote(text.number(e), _short(e.quote), e) for e in sub.evidence if e.quote.strip()],
        )
        for sub in dimension.sub_scores
    ]
    return Scored(dimension.dimension_code, dimension.score_0_1, dimension.level, signals)


def _short(quote: str) -> str:
    line = " ".join(quote.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
