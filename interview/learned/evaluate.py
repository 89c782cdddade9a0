"""How a model fares on candidates it has not seen, beside people and beside the rubric.

Each comparison is between two single raters: people pair by pair, and the model (or the rubric)
with each of them in turn. A comparison with people's mean would flatter the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interview.learned.config import LearnedConfig
from interview.learned.features import Embedding, Floats, fit_embedding
from interview.learned.ordinal import Ordinal, fit_ordinal
from interview.reliability.agreement import weighted_kappa

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Data:
    """Rated answers, ready to learn from.

    Attributes:
        ratings: rater -> level, per answer.
        by_rule: the rubric's level of each answer, 1 to 5, not rounded.
    """

    answer_ids: Sequence[str]
    candidate_ids: Sequence[str]
    texts: Sequence[str]
    sub_scores: Floats
    ratings: Sequence[Mapping[str, int]]
    by_rule: Floats

    def each_rating(self, rows: Sequence[int]) -> tuple[list[int], list[int]]:
        """Places in `rows`, one a rating, and the level given: what a model learns.

        Single ratings, for a rounded mean of two would lean upwards.
        """
        pairs = [(k, level) for k, row in enumerate(rows) for level in self.ratings[row].values()]
        return [k for k, _ in pairs], [level for _, level in pairs]


@dataclass(frozen=True)
class Fit:
    """Agreement of somebody with people: quadratic weighted kappa, exact and adjacent shares."""

    qwk: float | None
    exact: float
    adjacent: float
    n_pairs: int


def out_of_fold(config: LearnedConfig, data: Data) -> Floats:
    """Expected levels from models that saw none of the candidate's answers."""
    from sklearn.model_selection import GroupKFold

    found = np.zeros(len(data.texts))
    splits = GroupKFold(n_splits=config.folds, shuffle=True, random_state=config.seed)
    for train, test in splits.split(data.sub_scores, groups=list(data.candidate_ids)):
        embedding, model = learn(config, data, train.tolist())
        found[test] = model.expected(_features(data, embedding, test.tolist()))
    return found


def learn(config: LearnedConfig, data: Data, rows: Sequence[int]) -> tuple[Embedding, Ordinal]:
    """A model of these answers' ratings."""
    embedding = fit_embedding(config, [data.texts[row] for row in rows])
    places, levels = data.each_rating(rows)
    features = _features(data, embedding, rows)
    return embedding, fit_ordinal(features[places], levels, config.penalty)


def _features(data: Data, embedding: Embedding, rows: Sequence[int]) -> Floats:
    texts = [data.texts[row] for row in rows]
    return np.hstack([data.sub_scores[list(rows)], embedding.of(texts)])


def between_people(data: Data) -> Fit:
    """People among themselves, all pairs of ratings of one answer."""
    return _fit(
        [
            (by[a], by[b])
            for by in data.ratings
            for i, a in enumerate(sorted(by))
            for b in sorted(by)[i + 1 :]
        ]
    )


def with_people(data: Data, levels: Floats, rows: Sequence[int] | None = None) -> Fit:
    """Somebody's levels with each rating of people.

    Args:
        levels: expected levels; the nearest counts.
        rows: answers to look at; all by default.
    """
    nearest = np.clip(np.floor(levels + 0.5), 1, 5).astype(int)
    chosen = range(len(data.texts)) if rows is None else rows
    return _fit([(int(nearest[i]), level) for i in chosen for level in data.ratings[i].values()])


def _fit(pairs: Sequence[tuple[int, int]]) -> Fit:
    if not pairs:
        return Fit(None, 0.0, 0.0, 0)
    both = np.array(pairs)
    gaps = np.abs(both[:, 0] - both[:, 1])
    return Fit(
        weighted_kappa(both), float((gaps == 0).mean()), float((gaps <= 1).mean()), len(pairs)
    )


def interval(config: LearnedConfig, data: Data, levels: Floats) -> tuple[float, float]:
    """95 % of the model's kappa over resampled candidates."""
    rng = np.random.default_rng(config.seed)
    of: dict[str, list[int]] = {}
    for row, candidate in enumerate(data.candidate_ids):
        of.setdefault(candidate, []).append(row)
    people = list(of)
    found = []
    for _ in range(config.resamples):
        drawn = rng.choice(len(people), len(people))
        kappa = with_people(data, levels, [row for i in drawn for row in of[people[i]]]).qwk
        if kappa is not None:
            found.append(kappa)
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)
