"""Guards: what a person should look at before an answer's score is believed. None lowers a score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from functools import lru_cache

from datasketch import MinHash

from interview.evidence import Flag
from interview.scoring.content import behaviour, closeness, concepts
from interview.scoring.reading import Reading
from interview.scoring.rubric import GuardCode, Rubric, phrases
from interview.scoring.text import Span, Text

#: Behaviours that an answer off the topic would not tell.
_FEW_BEHAVIOURS = 2
#: Tokens in a row that count as copied: a run of five hanzi or words is rarely chance.
_COPIED_RUN = 5
_SHINGLE = 4
_PERMUTATIONS = 128
#: A sketch errs by about 1/√128 ≈ .09; whoever comes this near is compared exactly.
_SKETCH_MARGIN = 0.25
#: Lengths in characters stand for numbers of runs only roughly.
_LENGTH_MARGIN = 0.7

Run = tuple[str, ...]


def flags(reading: Reading, others: Sequence[str]) -> tuple[Flag, ...]:
    """All flags of an answer, in the order of the code list.

    Args:
        others: texts of other candidates' answers to the same question.
    """
    found = {
        "too_short": _too_short(reading),
        "off_topic": _off_topic(reading),
        "copied_question": _copied(reading),
        "keyword_stuffing": _stuffed(reading),
        "near_duplicate": _near_duplicate(reading, others),
        "instructions_to_scorer": _instructions(reading),
    }  # fmt: skip
    return tuple(_flag(reading, code, spans) for code, spans in found.items() if spans is not None)  # type: ignore[arg-type]


def _flag(reading: Reading, code: GuardCode, spans: Sequence[Span]) -> Flag:
    return Flag(
        code=code,
        withholds=reading.rubric.scoring.guards[code].withholds,
        evidence=reading.evidence(spans) if spans else reading.whole(),
    )


def _limit(reading: Reading, code: GuardCode) -> float:
    return reading.rubric.scoring.guards[code].limit


def _too_short(reading: Reading) -> list[Span] | None:
    least = reading.rubric.scoring.least_units.get(reading.lang, 0)  # type: ignore[call-overload]
    return [] if len(reading.text) < least * _limit(reading, "too_short") else None


def _off_topic(reading: Reading) -> list[Span] | None:
    """Nothing in common with what was asked, no expected point, and hardly a behaviour."""
    measured = closeness(reading)
    if measured is None or measured.score_0_1 >= _limit(reading, "off_topic"):
        return None
    dimensions = [reading.rubric.dimension(code) for code in reading.question.dimension_codes]
    points = concepts(reading, dimensions[0])
    if points is not None and points.score_0_1 > 0:
        return None
    told = max(behaviour(reading, d).score_0_1 * d.enough for d in dimensions)
    return [] if told < _FEW_BEHAVIOURS else None


def _copied(reading: Reading) -> list[Span] | None:
    """Runs of the question or the job description make up most of the answer."""
    sources = [*reading.question.text.values(), reading.job_description or ""]
    known = {run for raw in sources for run in _runs(reading.other(raw), _COPIED_RUN)}
    return _mostly(reading, "copied_question", _covered_by(reading.text, known, _COPIED_RUN))


def _runs(text: Text, length: int) -> Iterable[Run]:
    forms = [token.form for token in text.tokens]
    return zip(*(forms[offset:] for offset in range(length)), strict=False)


def _covered_by(text: Text, known: Set[Run], length: int) -> set[int]:
    return {
        place + offset
        for place, run in enumerate(_runs(text, length))
        if run in known
        for offset in range(length)
    }


def _mostly(reading: Reading, code: GuardCode, places: set[int]) -> list[Span] | None:
    if not places or len(places) <= _limit(reading, code) * len(reading.text):
        return None
    return _joined(places)


def _joined(places: Iterable[int]) -> list[Span]:
    found: list[Span] = []
    for place in sorted(places):
        if found and place == found[-1].last + 1:
            found[-1] = Span(found[-1].first, place)
        else:
            found.append(Span(place, place))
    return found


def _stuffed(reading: Reading) -> list[Span] | None:
    """Keywords without sentences around them, or the same words over and over."""
    rubric = reading.rubric
    wanted = [p for point in reading.question.ideal_points for p in point.phrases]
    for each in (rubric.dimension(code) for code in reading.question.dimension_codes):
        wanted += [p for b in each.behaviours for p in b.phrases if "…" not in p]
    keywords = {
        place
        for found in phrases(tuple(wanted))
        for span in reading.text.find(found)
        for place in range(span.first, span.last + 1)
    }
    return _mostly(reading, "keyword_stuffing", keywords) or _mostly(
        reading, "keyword_stuffing", _said_again(reading.text)
    )


def _said_again(text: Text) -> set[int]:
    """Places of runs that were said before; a run of one token is said again only if all of it is."""
    runs = list(_runs(text, _SHINGLE))
    counts = Counter(runs)
    first_at: dict[tuple[str, ...], int] = {}
    again: set[int] = set()
    for place, run in enumerate(runs):
        if counts[run] > 1 and first_at.setdefault(run, place) != place:
            again.update(range(place, place + _SHINGLE))
    return again


def _near_duplicate(reading: Reading, others: Sequence[str]) -> list[Span] | None:
    """An answer of another candidate that is nearly the same; the sketch looks, the sets decide."""
    own = frozenset(_runs(reading.text, _SHINGLE))
    if not own:
        return None
    limit, sketch, length = _limit(reading, "near_duplicate"), _sketch(own), len(reading.text.raw)
    for raw in others:
        # Sets whose sizes differ much cannot be alike, so most texts need not be read at all.
        if min(len(raw), length) < limit * _LENGTH_MARGIN * max(len(raw), length):
            continue
        other, known = _sketched(reading.rubric, raw)
        if not other or sketch.jaccard(known) < limit - _SKETCH_MARGIN:
            continue
        if len(own & other) >= limit * len(own | other):
            return _joined(_covered_by(reading.text, own & other, _SHINGLE))
    return None


@lru_cache(maxsize=4096)
def _sketched(rubric: Rubric, raw: str) -> tuple[frozenset[Run], MinHash]:
    """Runs of somebody's answer and their sketch, kept for the next answers of this process."""
    runs = frozenset(_runs(Text(raw, rubric.alike), _SHINGLE))
    return runs, _sketch(runs)


def _sketch(runs: frozenset[Run]) -> MinHash:
    made = MinHash(num_perm=_PERMUTATIONS, seed=1)
    made.update_batch(["\x1f".join(run).encode() for run in sorted(runs)])
    return made


def _instructions(reading: Reading) -> list[Span] | None:
    found = [
        span
        for wanted in phrases(reading.rubric.cues.instructions)
        for span in reading.text.find(wanted)
    ]
    return found if len(found) >= _limit(reading, "instructions_to_scorer") else None
