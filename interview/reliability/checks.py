"""The checks on simulated answers: re-run, better answers, swapped words, two languages."""

from __future__ import annotations

import hashlib
import multiprocessing
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import get_args

import numpy as np

from interview.evidence import AnswerScore
from interview.reliability.material import (
    MadeAnswer,
    Material,
    Trait,
    ladders,
    load_material,
    swapped,
)
from interview.scoring import Rubric, load_rubric, score_answer
from talentloop.settings import Settings

Shares = Mapping[str, float]


@dataclass(frozen=True)
class Retest:
    """The same answers scored in two processes."""

    n_answers: int
    n_identical: int


@dataclass(frozen=True)
class Sensitivity:
    """Steps up the ladders, each on each dimension of its question.

    Attributes:
        n_falls: steps after which a score was lower or gone; there must be none.
        n_rises: steps that raised a score.
        mean_rise: mean difference between the top and the bottom of a ladder.
        rank_correlation: mean Spearman correlation of rung and score over the ladders.
    """

    n_ladders: int
    n_steps: int
    n_falls: int
    n_rises: int
    mean_rise: float
    rank_correlation: float


@dataclass(frozen=True)
class Invariance:
    """Answers that differ in one trait: largest difference of a score within a set."""

    trait: str
    n_answers: int
    largest_difference: float


@dataclass(frozen=True)
class LanguagePair:
    """The same answers in Chinese and English, one dimension."""

    dimension_code: str
    n: int
    mean_zh: float
    mean_en: float
    mean_difference: float
    mean_absolute_difference: float
    correlation: float | None


def scored(rubric: Rubric, answers: Iterable[MadeAnswer]) -> list[tuple[MadeAnswer, AnswerScore]]:
    """Made answers with their scores."""
    return [(a, score_answer(rubric, a.question, a.transcript)) for a in answers]


def shares(score: AnswerScore) -> dict[str, float]:
    """Dimension -> score from 0 to 1."""
    return {d.dimension_code: d.score_0_1 for d in score.dimensions}


def _digests(settings: Settings) -> list[str]:
    """Hashes of the bytes of all ladder answers' scores."""
    rubric = load_rubric(settings)
    return [
        hashlib.sha256(score.model_dump_json().encode()).hexdigest()
        for _, score in scored(rubric, ladders(load_material(settings)))
    ]


def retest(settings: Settings, first: Sequence[AnswerScore]) -> Retest:
    """Score the ladders again in a fresh process, whose hash seed and caches are others."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawn) as pool:
        again = pool.submit(_digests, settings).result()
    once = [hashlib.sha256(score.model_dump_json().encode()).hexdigest() for score in first]
    return Retest(len(once), sum(a == b for a, b in zip(once, again, strict=True)))


def sensitivity(pairs: Sequence[tuple[MadeAnswer, AnswerScore]]) -> Sensitivity:
    """Whether a better answer ever scores lower, and how much better ones gain."""
    from scipy.stats import spearmanr

    by_ladder: dict[str, list[Shares]] = {}
    for answer, score in pairs:
        by_ladder.setdefault(answer.group, []).append(shares(score))
    steps = [
        (before[code], after.get(code))
        for rungs in by_ladder.values()
        for before, after in pairwise(rungs)
        for code in before
    ]
    tracks = [
        [rung[code] for rung in rungs if code in rung]
        for rungs in by_ladder.values()
        for code in rungs[-1]
    ]
    ranks = [
        float(spearmanr(range(len(t)), t).statistic) if len(set(t)) > 1 else 0.0 for t in tracks
    ]
    return Sensitivity(
        n_ladders=len(by_ladder),
        n_steps=len(steps),
        n_falls=sum(after is None or after < before for before, after in steps),
        n_rises=sum(after is not None and after > before for before, after in steps),
        mean_rise=float(np.mean([t[-1] - t[0] for t in tracks])),
        rank_correlation=float(np.mean(ranks)),
    )


def invariance(rubric: Rubric, material: Material) -> list[Invariance]:
    """Whether names, schools and gendered words matter."""
    found = []
    for trait in get_args(Trait):
        groups: dict[str, list[Shares]] = {}
        for answer, score in scored(rubric, swapped(material, trait)):
            groups.setdefault(answer.group, []).append(shares(score))
        gaps = [
            max(s.get(code, 0.0) for s in each) - min(s.get(code, 0.0) for s in each)
            for each in groups.values()
            for code in {code for s in each for code in s}
        ]
        n = sum(len(each) for each in groups.values())
        found.append(Invariance(trait, n, max(gaps, default=0.0)))
    return found


def comparability(pairs: Sequence[tuple[MadeAnswer, AnswerScore]]) -> list[LanguagePair]:
    """The ladders' answers in Chinese beside the same in English."""
    by_key: dict[str, dict[str, Shares]] = {}
    for answer, score in pairs:
        by_key.setdefault(answer.key, {})[answer.transcript.language_code] = shares(score)
    both: dict[str, list[tuple[float, float]]] = {}
    for languages in by_key.values():
        zh, en = languages.get("zh", {}), languages.get("en", {})
        for code in zh.keys() & en.keys():
            both.setdefault(code, []).append((zh[code], en[code]))
    return [_pair(code, np.array(values)) for code, values in sorted(both.items())]


def _pair(code: str, values: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> LanguagePair:
    zh, en = values[:, 0], values[:, 1]
    varies = zh.std() > 0 and en.std() > 0
    return LanguagePair(
        code, len(values), float(zh.mean()), float(en.mean()), float((zh - en).mean()),
        float(np.abs(zh - en).mean()), float(np.corrcoef(zh, en)[0, 1]) if varies else None,
    )  # fmt: skip
