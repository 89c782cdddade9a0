"""The planted truths: what makes people perform, and what makes them leave early.

Both depend on ability (not on scores), on facts known at the decision, and on chance; never on a
protected attribute. They are not linear on purpose: thresholds, saturation, and effects that
differ between job families, beside monotone main effects of the dimensions.
"""

from __future__ import annotations

import numpy as np

from connectors.sandbox.company.kinds import Bools, Floats, Ints
from connectors.sandbox.company.vocabulary import (
    COMMUNICATION,
    CULTURE,
    DIMENSIONS,
    JOB_BOARD,
    LOGIC,
    MINI_PROGRAM,
    PROFESSIONALISM,
    REFERRAL,
    STRESS,
    TEAMWORK,
)

#: Dimensions by the strength of their effect on performance, strongest first.
PERFORMANCE_ORDER = ("professionalism", "teamwork", "logic", "stress", "communication", "culture")
#: Job families (rd, product, customer_success) in which teamwork counts fully …
TEAM_FAMILIES = (0, 1, 5)
#: … and those (sales, customer_success) in which resistance to stress does.
STRESS_FAMILIES = (2, 5)
#: Share of starters who leave within probation.
ATTRITION_RATE = 0.19
#: A process longer than this many days from application to offer makes early exits likelier.
LONG_PROCESS_DAYS = 33.0


def _step(z: Floats, at: float, width: float) -> Floats:
    """0 well below `at`, 1 well above."""
    return 1.0 / (1.0 + np.exp(-(z - at) / width))


def performance_parts(
    ability: Floats, family: Ints, years: Floats, channel: Ints
) -> dict[str, Floats]:
    """The noise-free parts whose sum is the performance index, by what causes them.

    Args:
        ability: true standing on the six dimensions, (n, 6), standard normal among applicants.
        family: index into FAMILIES. `years`: years of work. `channel`: index into CHANNELS.
    """
    in_team: Bools = np.isin(family, TEAM_FAMILIES)
    under_stress: Bools = np.isin(family, STRESS_FAMILIES)
    return {
        "professionalism": 1.15 * np.tanh(1.0 * ability[:, PROFESSIONALISM]),
        "teamwork": np.where(in_team, 0.95, 0.10) * ability[:, TEAMWORK],
        "logic": 0.44 * np.minimum(np.maximum(ability[:, LOGIC], -1.5), 1.4),
        "stress": np.where(under_stress, 0.62, 0.0) * ability[:, STRESS],
        "communication": 0.04 * ability[:, COMMUNICATION],
        "culture": 0.0 * ability[:, CULTURE],
        "years": 1.6 * _step(years, 3.0, 0.15) * (1 - _step(years, 8.0, 0.3)) + 0.6 * (years < 1),
        "channel": 0.25 * (channel == REFERRAL) - 0.15 * (channel == JOB_BOARD),
    }


def performance_index(ability: Floats, family: Ints, years: Floats, channel: Ints) -> Floats:
    """Noise-free performance; see `performance_parts`."""
    parts = performance_parts(ability, family, years, channel)
    total: Floats = np.sum(list(parts.values()), axis=0)
    return total


def attrition_logit(
    ability: Floats, family: Ints, years: Floats, channel: Ints, process_days: Floats
) -> Floats:
    """Log-odds, up to a constant, of leaving within probation.

    Low cultural fit (below a threshold), a first job or a long career, low resistance to stress
    where the job is stressful, and a long hiring process make it likelier; referrals stay.
    """
    misfit = 1 - _step(ability[:, CULTURE], -0.1, 0.1)
    restless = _step(years, 1.0, 0.05) * (1 - _step(years, 3.5, 0.15))
    veteran = _step(years, 9.0, 0.3)
    strained = np.isin(family, STRESS_FAMILIES) * (1 - _step(ability[:, STRESS], -0.1, 0.1))
    waited = _step(process_days, LONG_PROCESS_DAYS, 1.0)
    brought = 0.35 * np.isin(channel, (JOB_BOARD, MINI_PROGRAM)) - 0.6 * (channel == REFERRAL)
    parts = [2.6 * misfit, 3.9 * restless, 3.9 * veteran, 0.9 * strained, 0.7 * waited, brought]
    total: Floats = np.sum(parts, axis=0)
    return total


def intercept_for(logit: Floats, rate: float) -> float:
    """The constant that makes the mean probability equal to `rate`, by bisection."""
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        if float((1 / (1 + np.exp(-(logit + middle)))).mean()) < rate:
            low = middle
        else:
            high = middle
    return low


def linear_strengths(
    ability: Floats, family: Ints, years: Floats, channel: Ints
) -> dict[str, float]:
    """What one standard deviation of each dimension adds to the performance index, in standard
    deviations of the index, the other dimensions held: least squares over all these persons."""
    index = performance_index(ability, family, years, channel)
    z = (ability - ability.mean(axis=0)) / ability.std(axis=0)
    design = np.column_stack([z, np.ones(len(z))])
    solution = np.linalg.lstsq(design, (index - index.mean()) / index.std(), rcond=None)[0]
    return {name: round(float(b), 4) for name, b in zip(DIMENSIONS, solution, strict=False)}
