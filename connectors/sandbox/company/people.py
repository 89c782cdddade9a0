"""Persons: what they are like, what they can do, and their protected attributes.

Abilities are drawn without regard to any protected attribute: whatever difference between groups
the data show later was planted elsewhere (see `effects.py`) or is chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from connectors.sandbox.company.arrivals import Arrivals
from connectors.sandbox.company.kinds import Dates, Floats, Ints, Rng, Times
from connectors.sandbox.company.names import FIRST_EITHER, FIRST_MALE, GIVEN, SURNAMES
from connectors.sandbox.company.requisitions import Requisitions
from connectors.sandbox.company.staff import Staff
from connectors.sandbox.company.streams import chance, choose, choose_by_row, stream
from connectors.sandbox.company.timeline import at_local_hour, days_between
from connectors.sandbox.company.vocabulary import CAMPUS, DIMENSIONS, ETHNICITY_SHARES, MAJORS

_SHARED_ABILITY = 0.45  # loading of every dimension on one common factor
_FEMALE_SHARE = np.array([0.35, 0.52, 0.45, 0.42, 0.66, 0.52])


@dataclass(frozen=True)
class People:
    """One element per person; staff first, then applicants.

    Attributes:
        ability: true standing on the six dimensions, standard normal among applicants.
        years, years_at: years of work at the instant `years_at`.
        gender: index into GENDERS. `second` is negative for given names of one character.
    """

    ability: Floats
    family: Ints
    gender: Ints
    birth_on: Dates
    ethnicity: Ints
    marital: Ints
    surname: Ints
    first: Ints
    second: Ints
    education: Ints
    major: Ints
    n_skills: Ints
    years: Floats
    years_at: Times

    def __len__(self) -> int:
        return len(self.family)

    def years_of_work(self, person: Ints, at: Times) -> Floats:
        """Years of work of persons at instants, rounded to tenths."""
        elapsed = np.maximum(days_between(self.years_at[person], at), 0) / 365.25
        return np.round(self.years[person] + elapsed, 1)


def make_people(
    seed: int, n: int, arrivals: Arrivals, requisitions: Requisitions, staff: Staff
) -> People:
    """All persons, from their first application or their hiring."""
    rng = stream(seed, "people")
    family, is_campus, years_at = _first_seen(n, arrivals, requisitions, staff)
    education = _education(rng, family, is_campus)
    years: Floats = np.where(
        is_campus, rng.uniform(0, 0.8, n), np.clip(rng.gamma(1.25, 4.6, n), 0, 28)
    )
    gender = np.where(rng.random(n) < _FEMALE_SHARE[family], 0, 1)
    gender[chance(rng, 0.002, n)] = 2
    years = np.round(years, 1).astype(np.float64)
    age = 21.5 + np.array([-1.0, 0.5, 3.5, 7.0])[education] + years + rng.uniform(0, 2.5, n)
    birth_on = years_at.astype("datetime64[D]") - np.rint(age * 365.25).astype(np.int64)
    given = np.where(gender == 0, 0, FIRST_MALE)
    per_gender = FIRST_EITHER - FIRST_MALE
    return People(
        ability=_ability(rng, n),
        family=family,
        gender=gender,
        birth_on=birth_on,
        ethnicity=choose(rng, ETHNICITY_SHARES, n),
        marital=_marital(rng, age),
        surname=np.minimum((rng.random(n) ** 1.7 * SURNAMES).astype(np.int64), SURNAMES - 1),
        first=np.where(
            chance(rng, 0.35, n),
            rng.integers(FIRST_EITHER, GIVEN, n),
            given + rng.integers(0, per_gender, n),
        ),
        second=np.where(chance(rng, 0.25, n), -1, given + rng.integers(0, per_gender, n)),
        education=education,
        major=rng.integers(0, np.array([len(names) for names in MAJORS])[family]),
        n_skills=2 + rng.binomial(7, 0.35 + 0.1 * (education >= 2), n),
        years=years,
        years_at=years_at,
    )


def _first_seen(
    n: int, arrivals: Arrivals, requisitions: Requisitions, staff: Staff
) -> tuple[Ints, np.ndarray[tuple[int], np.dtype[np.bool_]], Times]:
    """Family, whether from campus, and the instant of each person's first trace."""
    persons, opener = np.unique(arrivals.person, return_index=True)
    family = np.zeros(n, dtype=np.int64)
    family[persons] = requisitions.family[arrivals.requisition[opener]]
    is_campus = np.zeros(n, dtype=bool)
    is_campus[persons] = arrivals.channel[opener] == CAMPUS
    years_at = np.full(n, arrivals.applied_at[0])
    years_at[persons] = arrivals.applied_at[opener]
    family[: len(staff)] = staff.family
    is_campus[: len(staff)] = False
    years_at[: len(staff)] = at_local_hour(staff.hired_on, 9)
    return family, is_campus, years_at


def _ability(rng: Rng, n: int) -> Floats:
    common = rng.standard_normal((n, 1))
    own = rng.standard_normal((n, len(DIMENSIONS)))
    ability: Floats = _SHARED_ABILITY * common + np.sqrt(1 - _SHARED_ABILITY**2) * own
    return ability


def _education(
    rng: Rng, family: Ints, is_campus: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> Ints:
    weights = np.tile([0.20, 0.58, 0.20, 0.02], (len(family), 1))
    weights[family == 0] = [0.04, 0.54, 0.37, 0.05]
    weights[is_campus] = [0.03, 0.52, 0.40, 0.05]
    return choose_by_row(rng, weights)


def _marital(rng: Rng, age: Floats) -> Ints:
    drawn = rng.random(len(age))
    married = np.clip((age - 23) / 14, 0, 0.85)
    return np.where(drawn < married, 1, np.where(drawn > 0.97, 2, 0)).astype(np.int64)
