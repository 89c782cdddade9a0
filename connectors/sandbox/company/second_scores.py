"""Scores that decide nothing: what others, and the machine once more, make of a recorded interview.

A fifth of the AI interviews is scored again: by three interviewers of the family who each see the
recording alone, and by the AI scorer once more. They show how far scorers agree; the result of the
application is made without them. All of it draws from a random stream of its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from connectors.sandbox.company.arrivals import Arrivals
from connectors.sandbox.company.assessment import (
    AI_NOISE,
    MEAN_SCORE,
    PERSON_NOISE,
    SCORE_PER_SD,
    Assessment,
)
from connectors.sandbox.company.columns import codes
from connectors.sandbox.company.interviews import Interviews
from connectors.sandbox.company.kinds import Floats, Ints, Times
from connectors.sandbox.company.people import People
from connectors.sandbox.company.requisitions import Requisitions
from connectors.sandbox.company.staff import Staff
from connectors.sandbox.company.streams import some, stream
from connectors.sandbox.company.timeline import days, office_hours
from connectors.sandbox.company.vocabulary import COMMUNICATION, DIMENSIONS, SCALES

SHARE, RATERS = 0.20, 3
#: What running the AI scorer again on the same recording changes, in standard deviations.
RERUN_NOISE = 0.40
#: Share of second opinions that leave a dimension out.
LEFT_OUT = 0.05

Part = tuple[Ints, Ints, Ints, Ints, Ints, Floats, Times]


def second_scores(
    seed: int,
    interviews: Interviews,
    assessment: Assessment,
    arrivals: Arrivals,
    people: People,
    requisitions: Requisitions,
    staff: Staff,
) -> tuple[Part, Part]:
    """Second opinions, then re-runs: interview, application, dimension, scorer, scale, raw, time."""
    rng = stream(seed, "second scores")
    held = interviews.is_held & (interviews.meeting == 0)
    chosen: Ints = np.flatnonzero(some(rng, SHARE, held)).astype(np.int64)
    app = interviews.application[chosen]
    n, wide = len(chosen), len(DIMENSIONS)
    ability = people.ability[arrivals.person[app]]
    seen_at = office_hours(interviews.ended_at[chosen] + days(rng.uniform(1, 12, n)))
    who = _panel(rng, requisitions.family[arrivals.requisition[app]], staff)
    seen = ability[:, None, :] + staff.leniency[who][:, :, None]
    seen = seen + rng.normal(0, PERSON_NOISE, seen.shape)
    scale = np.repeat(staff.scale[who].ravel(), wide)
    raw = _on_scale((MEAN_SCORE + SCORE_PER_SD * seen).ravel(), scale)
    kept = rng.random(len(raw)) >= LEFT_OUT
    each = RATERS * wide
    opinions: Part = (
        np.repeat(chosen, each)[kept],
        np.repeat(app, each)[kept],
        np.tile(np.arange(wide, dtype=np.int64), n * RATERS)[kept],
        np.repeat(who.ravel(), wide)[kept],
        scale[kept],
        raw[kept],
        np.repeat(seen_at, each)[kept],
    )
    again = assessment.ai_raw[app] + 100 * SCORE_PER_SD * rng.normal(0, RERUN_NOISE, (n, wide))
    points: Floats = np.round(np.clip(again, 0, 100), 1).astype(np.float64)
    every: Ints = np.repeat(chosen, wide)
    rerun: Part = (
        every,
        np.repeat(app, wide),
        np.tile(np.arange(wide, dtype=np.int64), n),
        np.full_like(every, -1),
        np.zeros_like(every),
        points.ravel(),
        np.repeat(seen_at, wide),
    )
    return opinions, rerun


def _panel(rng: np.random.Generator, family: Ints, staff: Staff) -> Ints:
    """Three different interviewers of the family for each interview, (n, 3)."""
    who = np.zeros((len(family), RATERS), dtype=np.int64)
    for number in range(int(family.max()) + 1 if len(family) else 0):
        pool, rows = staff.interviewers(number), np.flatnonzero(family == number)
        drawn = rng.random((len(rows), len(pool))).argsort(axis=1)[:, :RATERS]
        who[rows, : drawn.shape[1]] = pool[drawn]
        who[rows, drawn.shape[1] :] = pool[drawn[:, :1]]
    return who


def _on_scale(share: Floats, scale: Ints) -> Floats:
    low, high, step = (np.array([s[column] for s in SCALES])[scale] for column in (1, 2, 3))
    raw: Floats = low + np.clip(np.round(share * (high - low) / step) * step, 0, high - low)
    return raw


def planted_reliability(
    interviews: Interviews,
    arrivals: Arrivals,
    people: People,
    requisitions: Requisitions,
    staff: Staff,
) -> dict[str, Any]:
    """True reliability of one score, ICC(1,1), before it is rounded to a scale: the share of the
    variance of scores that the candidates make."""
    app = interviews.application[interviews.is_held & (interviews.meeting == 0)]
    ability = people.ability[arrivals.person[app]]
    true = ability.var(axis=0)
    families = np.bincount(requisitions.family[arrivals.requisition[app]])
    pools = [staff.leniency[staff.interviewers(f)] for f in range(len(families))]
    lenient = float(np.average([pool.var() for pool in pools], weights=families))
    person, machine = lenient + PERSON_NOISE**2, AI_NOISE**2
    by_kind = {
        "human_human": true / (true + person),
        "human_ai": true / (true + (person + machine) / 2),
        "ai_ai": (true + machine) / (true + machine + RERUN_NOISE**2 / 2),
    }
    return {
        kind: {
            name: round(float(value), 4)
            for place, (name, value) in enumerate(zip(DIMENSIONS, values, strict=True))
            if kind != "human_ai" or place != COMMUNICATION  # the planted bias is not noise
        }
        for kind, values in by_kind.items()
    }


def planted_leniency(staff: Staff) -> dict[str, float]:
    """What each interviewer adds to a score, as a share of the scale, by employee number."""
    who = np.flatnonzero(staff.stays)
    added = np.round(SCORE_PER_SD * staff.leniency[who], 4)
    return dict(zip(codes("E", who, 6).to_pylist(), added.tolist(), strict=True))
