"""What an answer is about: expected points, behaviours of a dimension, relevance to what was asked."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from interview.scoring.reading import Measured, Reading
from interview.scoring.rubric import Dimension
from interview.scoring.text import Break, Span, Text, is_hanzi
from interview.session import IdealPoint

#: A bonus point counts as this share of a required one.
_BONUS = 0.5
#: Saturation of repeated terms, the k1 of BM25 (Robertson and Zaragoza 2009).
_K1 = 1.2


def concepts(reading: Reading, _dimension: Dimension) -> Measured | None:
    """Expected points that are said and not negated; None where the question expects none."""
    points = reading.question.ideal_points
    if not points:
        return None
    said = {point.code: reading.told(point.phrases) for point in points}
    required = [p for p in points if p.is_required]
    bonus = [p for p in points if not p.is_required]
    got = sum(bool(said[p.code]) for p in required) + _BONUS * sum(
        bool(said[p.code]) for p in bonus
    )
    score = min(1.0, got / (len(required) or _BONUS * len(bonus)))
    return Measured(
        score,
        tuple(span for spans in said.values() for span in spans[:2]),
        tuple(
            (lang, _covered(lang, [(_title(p, lang), bool(said[p.code])) for p in points]))
            for lang in ("zh", "en")
        ),
    )


def _title(point: IdealPoint, lang: str) -> str:
    wanted = [p for p in point.phrases if any(map(is_hanzi, p)) == (lang == "zh")]
    return (wanted or list(point.phrases))[0]


def _covered(lang: str, items: Sequence[tuple[str, bool]]) -> str:
    said, missing = [t for t, ok in items if ok], [t for t, ok in items if not ok]
    if lang == "zh":
        return f"说到 {len(said)}/{len(items)}：{'、'.join(said) or '无'}；未说到：{'、'.join(missing) or '无'}"
    return (
        f"{len(said)} of {len(items)} said: {', '.join(said) or 'none'}; "
        f"not said: {', '.join(missing) or 'none'}"
    )


def behaviour(reading: Reading, dimension: Dimension) -> Measured:
    """Behaviours of the dimension that the answer tells."""
    told = [(each, reading.told(each.phrases)) for each in dimension.behaviours]
    n = sum(bool(spans) for _, spans in told)
    return Measured(
        min(1.0, n / dimension.enough),
        tuple(span for _, spans in told for span in spans[:2]),
        (("zh", _covered("zh", [(b.label.zh, bool(s)) for b, s in told])),
         ("en", _covered("en", [(b.label.en, bool(s)) for b, s in told]))),
    )  # fmt: skip


def relevance(reading: Reading, _dimension: Dimension) -> Measured | None:
    """How much of what is asked for the answer takes up; None where only the question tells.

    The words of a question such as "describe a difficult problem" say too little of what a good
    answer speaks of, so it takes expected points or a job description in the answer's language.
    """
    return closeness(reading) if set(_references(reading)) - {"question"} else None


def closeness(reading: Reading) -> Measured | None:
    """How much of what question, expected points and job description speak of the answer takes up.

    BM25 of the answer against each reference, with b = 0 so that a longer answer is not punished,
    as a share of the reference's own weight; `full_recall` of it makes a full score. Chinese terms
    are pairs of hanzi. None where no reference is in the answer's language.
    """
    references = _references(reading)
    if not references:
        return None
    said = Counter(term for term, _ in _terms(reading, reading.text))
    rarity = _rarity([terms for _, terms in references.values()])
    total = weight_sum = 0.0
    for weight, terms in references.values():
        mass = sum(rarity[term] for term in set(terms))
        hit = sum(rarity[t] * said[t] * (_K1 + 1) / (said[t] + _K1) for t in set(terms) if said[t])
        total += weight * min(1.0, hit / (reading.rubric.scoring.full_recall * mass))
        weight_sum += weight
    wanted = {term for _, terms in references.values() for term in terms}
    spans = [span for term, span in _terms(reading, reading.text) if term in wanted]
    score = total / weight_sum
    return Measured(
        score,
        tuple(spans),
        (("zh", f"与题目、要点和职位描述共有 {len(wanted & set(said))} 个词"),
         ("en", f"{len(wanted & set(said))} terms shared with question, points and job description")),
    )  # fmt: skip


def _references(reading: Reading) -> dict[str, tuple[float, list[str]]]:
    """Terms of the references in the answer's language, with the weights of the references."""
    question, lang = reading.question, reading.lang
    points = [p for point in question.ideal_points for p in point.phrases]
    raw = {
        "question": [text for code, text in question.text.items() if code == lang],
        "ideal_points": [p.replace("…", " ") for p in points],
        "job_description": [reading.job_description or ""],
    }
    found: dict[str, tuple[float, list[str]]] = {}
    for name, weight in reading.rubric.scoring.reference_weights.items():
        texts = [t for t in raw[name] if name == "question" or _same_script(t, lang)]
        terms = [term for t in texts for term, _ in _terms(reading, reading.other(t))]
        if terms and weight:
            found[name] = (weight, terms)
    return found


def _same_script(text: str, lang: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    han = sum(map(is_hanzi, letters))
    return bool(letters) and (han * 3 >= len(letters)) == (lang == "zh")


def _rarity(references: Sequence[Sequence[str]]) -> dict[str, float]:
    """Inverse document frequency over the references, in the form of BM25 that stays positive."""
    n = len(references)
    found = Counter(term for terms in references for term in set(terms))
    return {term: math.log(1 + (n - df + 0.5) / (df + 0.5)) for term, df in found.items()}


def _terms(reading: Reading, text: Text) -> list[tuple[str, Span]]:
    """Terms that carry a topic: words, and pairs of neighbouring hanzi."""
    stop, tokens = reading.rubric.stop_forms, text.tokens
    found = []
    for place, token in enumerate(tokens):
        if token.form in stop:
            continue
        if not is_hanzi(token.form[0]):
            found.append((token.form, Span(place, place)))
            continue
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        if (
            following is not None
            and following.before == Break.NONE
            and is_hanzi(following.form[0])
            and following.form not in stop
        ):
            found.append((token.form + following.form, Span(place, place + 1)))
    return found
