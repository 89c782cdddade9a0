"""From answers to an interview: dimension scores with their quotes, comments and the overall score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from interview.evidence import AnswerScore, DimensionEvidence, Evidence, SubScore
from interview.scoring.rubric import Rubric
from talentloop.codes import LANGS, Bilingual, CodeLists, Lang
from talentloop.settings import Settings
from talentloop.strict import Strict
from talentloop.warehouse.portraits import DEFAULT, PortraitVersion, load_portraits

#: Quotes in a dimension's comment, and their longest form in characters.
_COMMENT_QUOTES = 2
_COMMENT_CHARACTERS = 60
_DIGITS = 6


class AnswerEvidence(Strict):
    """A quote, and the answer that it stands in."""

    answer_id: str
    signal_code: str
    evidence: Evidence


class InterviewDimension(Strict):
    """One dimension of an interview.

    Attributes:
        score_0_1: mean over the answers that count; each with its supplements.
        score_0_100: the same in points, as it is sent out.
        stars: level of the anchors, 1 to 5.
        answer_ids: answers that it rests on, supplements among them.
    """

    dimension_code: str
    score_0_1: float
    score_0_100: float
    stars: int
    answer_ids: tuple[str, ...]
    evidence: tuple[AnswerEvidence, ...]
    comment: Bilingual


class InterviewScore(Strict):
    """An interview's dimensions, and their weighted mean under a portrait.

    Attributes:
        overall_0_100: None where fewer dimensions were scored than the portrait asks for.
        unscored: dimensions that the portrait weighs and no answer gave a score for.
    """

    portrait_code: str
    portrait_version: str
    dimensions: tuple[InterviewDimension, ...]
    overall_0_100: float | None
    unscored: tuple[str, ...]


class Weights(Strict):
    """The weights in force for an interview."""

    version: PortraitVersion
    min_dimensions: int


def weights_in_force(settings: Settings, job_family_code: str | None, at: datetime) -> Weights:
    """Weights of the portrait that judges a job family, in the version in force at an instant.

    The warehouse chooses in the same way (`int_application__portrait`).
    """
    portraits = load_portraits(settings)
    code = next(
        (c for c, p in portraits.items() if job_family_code in p.job_families), DEFAULT
    )  # fmt: skip
    chosen = portraits[code]
    return Weights(version=chosen.at(at), min_dimensions=chosen.min_dimensions)


def combine(
    rubric: Rubric,
    weights: Weights,
    scores: Sequence[AnswerScore],
    codes: CodeLists,
    *,
    supplements: Mapping[str, str] | None = None,
) -> InterviewScore:
    """An interview's scores from those of its answers.

    Args:
        scores: of the answers that count, and of their supplements; withheld ones add nothing.
        codes: code lists, for the dimension's name in comments.
        supplements: answer -> the answer that it supplements. A supplement can raise what its
            answer shows, signal by signal, and never lowers it.
    """
    follows = supplements or {}
    by_dimension: dict[str, dict[str, list[tuple[str, DimensionEvidence]]]] = {}
    for score in scores:
        main = _main(score.answer_id, follows)
        for each in score.dimensions:
            of = by_dimension.setdefault(each.dimension_code, {})
            of.setdefault(main, []).append((score.answer_id, each))
    order = [*rubric.dimensions]
    known = sorted(by_dimension, key=lambda c: (order.index(c) if c in order else len(order), c))
    dimensions = tuple(_dimension(rubric, codes, code, by_dimension[code]) for code in known)
    wanted = weights.version.weights
    return InterviewScore(
        portrait_code=weights.version.portrait,
        portrait_version=weights.version.version,
        dimensions=dimensions,
        overall_0_100=overall(weights, {d.dimension_code: d.score_0_1 for d in dimensions}),
        unscored=tuple(code for code, w in wanted.items() if w and code not in by_dimension),
    )


def overall(weights: Weights, scores_0_1: Mapping[str, float]) -> float | None:
    """Weighted mean in points, as the macro `overall_score` of the warehouse computes it."""
    weighed = {c: w for c, w in weights.version.weights.items() if c in scores_0_1}
    total = sum(weighed.values())
    if len(weighed) < weights.min_dimensions or not total:
        return None
    return round(100 * sum(w * scores_0_1[c] for c, w in weighed.items()) / total, 2)


def _main(answer_id: str, follows: Mapping[str, str]) -> str:
    seen = {answer_id}
    while answer_id in follows and follows[answer_id] not in seen:
        answer_id = follows[answer_id]
        seen.add(answer_id)
    return answer_id


def _dimension(
    rubric: Rubric,
    codes: CodeLists,
    code: str,
    answers: Mapping[str, Sequence[tuple[str, DimensionEvidence]]],
) -> InterviewDimension:
    shares = [_with_supplements([each for _, each in group]) for group in answers.values()]
    score = round(sum(shares) / len(shares), _DIGITS)
    parts = [(a, sub) for group in answers.values() for a, each in group for sub in each.sub_scores]
    level = rubric.level(score)
    texts = {lang: _comment(rubric, codes, lang, code, score, parts) for lang in LANGS}
    return InterviewDimension(
        dimension_code=code,
        score_0_1=score,
        score_0_100=round(100 * score, 2),
        stars=level,
        answer_ids=tuple(dict.fromkeys(answer_id for answer_id, _ in parts)),
        evidence=tuple(
            AnswerEvidence(answer_id=answer_id, signal_code=sub.signal_code, evidence=evidence)
            for answer_id, sub in parts
            if sub.score_0_1 > 0
            for evidence in sub.evidence
        ),
        comment=Bilingual(zh=texts["zh"], en=texts["en"]),
    )


def _with_supplements(group: Sequence[DimensionEvidence]) -> float:
    """An answer's score where each signal counts as far as answer or supplement shows it."""
    if len(group) == 1:
        return group[0].score_0_1
    best: dict[str, SubScore] = {}
    for sub in (sub for each in group for sub in each.sub_scores):
        if sub.signal_code not in best or sub.score_0_1 > best[sub.signal_code].score_0_1:
            best[sub.signal_code] = sub
    total = sum(sub.weight for sub in best.values())
    pooled = sum(sub.weight * sub.score_0_1 for sub in best.values()) / total if total else 0.0
    return min(1.0, max(pooled, group[0].score_0_1))


def _comment(
    rubric: Rubric,
    codes: CodeLists,
    lang: Lang,
    code: str,
    score: float,
    parts: Sequence[tuple[str, SubScore]],
) -> str:
    texts, level = rubric.scoring.comments, rubric.level(score)
    anchor = rubric.dimension(code).anchors[level].text(lang)  # type: ignore[index]
    said = [
        texts["level"].text(lang).format(
            dimension=codes.label("dimension", code, lang), level=level,
            score=f"{100 * score:.0f}", anchor=anchor,
        )
    ]  # fmt: skip
    quotes = _best_quotes(parts)
    if quotes:
        marks = "「{}」" if lang == "zh" else "“{}”"
        joined = ("、" if lang == "zh" else ", ").join(marks.format(q) for q in quotes)
        said.append(texts["seen"].text(lang).format(quotes=joined))
    else:
        said.append(texts["nothing"].text(lang))
    missing = dict.fromkeys(
        sub.signal_code for _, sub in parts if sub.score_0_1 == 0 and sub.weight > 0
    )  # fmt: skip
    scored = {sub.signal_code for _, sub in parts if sub.score_0_1 > 0}
    absent = [codes.label("signal", signal, lang) for signal in missing if signal not in scored]
    if absent:
        items = ("、" if lang == "zh" else ", ").join(absent)
        said.append(texts["not_seen"].text(lang).format(items=items))
    return ("" if lang == "zh" else " ").join(said)


def _best_quotes(parts: Iterable[tuple[str, SubScore]]) -> list[str]:
    """Quotes of what counts most, shortened, none twice."""
    ranked = sorted(
        (sub for _, sub in parts if sub.score_0_1 > 0), key=lambda s: -s.weight * s.score_0_1
    )
    quotes = dict.fromkeys(_short(e.quote) for sub in ranked for e in sub.evidence[:1])
    return list(quotes)[:_COMMENT_QUOTES]


def _short(quote: str) -> str:
    line = " ".join(quote.split())
    return line if len(line) <= _COMMENT_CHARACTERS else line[: _COMMENT_CHARACTERS - 1] + "…"
