"""Who worked here before the window: managers, recruiters, interviewers, and those who left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from connectors.sandbox.company.kinds import Bools, Dates, Floats, Ints, Rng
from connectors.sandbox.company.org import DEPARTMENTS, FAMILY_OF_DEPARTMENT, FIRST_DEPARTMENT
from connectors.sandbox.company.sizes import Size
from connectors.sandbox.company.streams import choose, stream
from connectors.sandbox.company.vocabulary import FAMILY_SHARES

_CORPORATE = 4
_FIRST_HIRE = np.datetime64("2016-01-04", "D")
_WINDOW = np.datetime64("2023-11-01", "D")
_HORIZON = np.datetime64("2026-12-31", "D")
NO_DATE = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Staff:
    """Employees hired before the window; employee number and person number are the row number.

    Attributes:
        department, family: where they work.
        hired_on, left_on: first and last day; `left_on` is missing for those who stay.
        stays: managers, recruiters and interviewers, who never leave.
        recruiters: row numbers of the recruiters. Row d manages department d.
        leniency: what an interviewer adds to scores, in standard deviations.
        scale: the scale on which an interviewer scores, an index into SCALES.
    """

    department: Ints
    family: Ints
    hired_on: Dates
    left_on: Dates
    stays: Bools
    recruiters: Ints
    leniency: Floats
    scale: Ints

    def __len__(self) -> int:
        return len(self.department)

    def interviewers(self, family: int) -> Ints:
        """Row numbers of those who interview for a family."""
        return np.flatnonzero(self.stays & (self.family == family))


def make_staff(size: Size, seed: int) -> Staff:
    """Legacy staff of a company."""
    rng = stream(seed, "staff")
    n, managers = size.legacy_employees, int(DEPARTMENTS.sum())
    recruiters = managers + np.arange(max(3, n // 60), dtype=np.int64)
    family = choose(rng, FAMILY_SHARES, n)
    family[recruiters] = _CORPORATE
    department = FIRST_DEPARTMENT[family] + rng.integers(0, DEPARTMENTS[family])
    department[recruiters] = FIRST_DEPARTMENT[_CORPORATE]
    department[:managers] = np.arange(managers)
    family = FAMILY_OF_DEPARTMENT[department]
    stays = rng.random(n) < 0.10
    stays[: recruiters[-1] + 1] = True
    hired_on = _hire_dates(rng, n)
    return Staff(
        department=department,
        family=family,
        hired_on=hired_on,
        left_on=_leave_dates(rng, hired_on, stays),
        stays=stays,
        recruiters=recruiters,
        leniency=rng.normal(0, 0.15, n),
        scale=choose(rng, [0.35, 0.45, 0.20], n),
    )


def _hire_dates(rng: Rng, n: int) -> Dates:
    span = int((_WINDOW - _FIRST_HIRE).astype(np.int64))
    return _FIRST_HIRE + (span * np.sqrt(rng.random(n))).astype(np.int64)


def _leave_dates(rng: Rng, hired_on: Dates, stays: Bools) -> Dates:
    """About a seventh a year leaves; whoever would leave after the horizon stays."""
    tenure = (240 + rng.exponential(2_600, len(hired_on))).astype(np.int64)
    left_on = hired_on + tenure
    return np.where(stays | (left_on > _HORIZON), NO_DATE, left_on)
