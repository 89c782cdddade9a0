"""What scorers see: scores on six dimensions, from ability, noise, leniency and one planted bias."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from connectors.sandbox.company.arrivals import Arrivals
from connectors.sandbox.company.kinds import Bools, Floats, Ints
from connectors.sandbox.company.people import People
from connectors.sandbox.company.requisitions import Requisitions
from connectors.sandbox.company.staff import Staff
from connectors.sandbox.company.streams import stream
from connectors.sandbox.company.vocabulary import (
    COMMUNICATION,
    CULTURE,
    DIMENSIONS,
    LOGIC,
    PROFESSIONALISM,
    SCALES,
    STRESS,
    TEAMWORK,
    WEIGHTS,
)

#: Score (0..1) of an average applicant, and what one standard deviation of ability adds.
MEAN_SCORE, SCORE_PER_SD = 0.665, 0.15
#: The planted bias: what the AI scorer takes from women on communication, of 100 points.
AI_BIAS_POINTS = -6.0
AI_NOISE, PERSON_NOISE = 0.30, 0.38
#: Dimensions that each seat at the table scores: two seats per round, the second of the first
#: round stays empty.
SEATS: tuple[tuple[int, ...], ...] = (
    (COMMUNICATION, LOGIC, PROFESSIONALISM, STRESS),
    (TEAMWORK, CULTURE, COMMUNICATION, STRESS),
    (PROFESSIONALISM, TEAMWORK, LOGIC, CULTURE),
)
#: The round in which each seat sits.
SEAT_ROUND = (0, 1, 1)


@dataclass(frozen=True)
class Assessment:
    """Scores that would be given, per application; NaN where a seat does not score a dimension.

    Attributes:
        ai_raw: AI scores, 0..100 points with one decimal, (n, 6).
        seat_raw: raw scores on the interviewer's scale, (seats, n, 6).
        seat_score: the same as shares of their scale, (seats, n, 6).
        interviewer: employee number in each seat, (seats, n).
    """

    ai_raw: Floats
    seat_raw: Floats
    seat_score: Floats
    interviewer: Ints

    @property
    def ai_score(self) -> Floats:
        """AI scores as shares of their scale."""
        return self.ai_raw / 100


def assess(
    seed: int, arrivals: Arrivals, people: People, requisitions: Requisitions, staff: Staff
) -> Assessment:
    """Scores of every application, whether or not it comes that far."""
    rng = stream(seed, "assessment")
    ability = people.ability[arrivals.person]
    n = len(arrivals)
    is_female: Bools = people.gender[arrivals.person] == 0
    ai = MEAN_SCORE + SCORE_PER_SD * (ability + rng.normal(0, AI_NOISE, ability.shape))
    ai[is_female, COMMUNICATION] += AI_BIAS_POINTS / 100
    interviewer = _seated(seed, requisitions.family[arrivals.requisition], staff)
    raw = np.full((len(SEATS), n, len(DIMENSIONS)), np.nan)
    score = raw.copy()
    for seat, dimensions in enumerate(SEATS):
        who = interviewer[seat]
        for dimension in dimensions:
            seen = ability[:, dimension] + staff.leniency[who] + rng.normal(0, PERSON_NOISE, n)
            share = MEAN_SCORE + SCORE_PER_SD * seen
            raw[seat, :, dimension], score[seat, :, dimension] = _on_scale(share, staff.scale[who])
    return Assessment(np.round(np.clip(ai, 0, 1) * 100, 1), raw, score, interviewer)


def _seated(seed: int, family: Ints, staff: Staff) -> Ints:
    """An interviewer of the family for each seat; the two of one round are never the same."""
    rng = stream(seed, "interviewers")
    seated = np.zeros((len(SEATS), len(family)), dtype=np.int64)
    for number in range(int(family.max()) + 1):
        pool, rows = staff.interviewers(number), np.flatnonzero(family == number)
        start = rng.integers(0, len(pool), len(rows))
        seated[0, rows] = pool[rng.integers(0, len(pool), len(rows))]
        seated[1, rows] = pool[start]
        seated[2, rows] = pool[(start + rng.integers(1, len(pool), len(rows))) % len(pool)]
    return seated


def _on_scale(share: Floats, scale: Ints) -> tuple[Floats, Floats]:
    low, high, step = (np.array([s[column] for s in SCALES])[scale] for column in (1, 2, 3))
    raw = low + np.clip(np.round(share * (high - low) / step) * step, 0, high - low)
    return raw, np.round((raw - low) / (high - low), 9)


def mean_scores(assessment: Assessment, with_ai: Bools, rounds: Ints) -> Floats:
    """Mean score (0..1) per application and dimension over the scorers that took part, (n, 6)."""
    seats = np.array(SEAT_ROUND)[:, None] < rounds[None, :]
    parts = np.concatenate([assessment.ai_score[None], assessment.seat_score])
    used = np.concatenate([with_ai[None], seats])[:, :, None] & ~np.isnan(parts)
    count = used.sum(axis=0)
    total = np.where(used, parts, 0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def overall(scores: Floats) -> Floats:
    """Weighted mean over the dimensions present, weights renormalised; NaN when none is."""
    weights = np.where(np.isnan(scores), 0, np.array(WEIGHTS))
    total = weights.sum(axis=1)
    return np.where(
        total > 0, np.nansum(weights * scores, axis=1) / np.where(total > 0, total, 1), np.nan
    )
