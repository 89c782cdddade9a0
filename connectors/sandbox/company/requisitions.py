"""Requisitions as planned: what is hired for, when, for how long, and when they pause."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from connectors.sandbox.company.kinds import Bools, Dates, Floats, Ints, Rng, Times
from connectors.sandbox.company.org import DEPARTMENTS, FIRST_DEPARTMENT
from connectors.sandbox.company.sizes import CLOCK_START, HORIZON, WINDOW_START, Size
from connectors.sandbox.company.staff import Staff
from connectors.sandbox.company.streams import stream
from connectors.sandbox.company.timeline import (
    NAT,
    days,
    days_between,
    instant,
    local_dates,
    office_hours,
    only,
)
from connectors.sandbox.company.vocabulary import FAMILY_SHARES, LOCATIONS, TITLES

_FAR = instant(HORIZON) + np.timedelta64(400, "D")


@dataclass(frozen=True)
class Requisitions:
    """One element per requisition, in order of opening.

    Attributes:
        window_days: how long applications arrive, not counting the hold.
        stop_at: when hiring stops and whoever is still open is rejected in bulk.
        hold_from, hold_to: the pause, if any; one that lasts to the end ends far away.
        popularity: weight in the draw of applications.
    """

    family: Ints
    department: Ints
    title: Ints
    location: Ints
    manager: Ints
    recruiter: Ints
    approved_at: Times
    opened_at: Times
    window_days: Floats
    stop_at: Times
    hold_from: Times
    hold_to: Times
    target_fill_on: Dates
    popularity: Floats
    is_test: Bools
    is_evergreen: Bools

    def __len__(self) -> int:
        return len(self.family)

    def thaw(self, requisition: Ints, times: Times) -> Times:
        """Instants of a clock that stands still while the requisition is on hold, as instants."""
        start, end = self.hold_from[requisition], self.hold_to[requisition]
        return np.where(times > start, times + (end - start), times)


def make_requisitions(size: Size, seed: int, staff: Staff) -> Requisitions:
    """The requisitions of a company, those of its future included."""
    rng = stream(seed, "requisitions")
    n = size.requisitions
    family = _families(rng, n)
    department = FIRST_DEPARTMENT[family] + rng.integers(0, DEPARTMENTS[family])
    opened_at = _openings(rng, n)
    window_days = rng.uniform(50, 190, n)
    is_test, is_evergreen, on_hold_at_end, held = _special(rng, opened_at, window_days)
    window_days[is_evergreen] = 1_200
    hold_from, hold_to = _holds(rng, opened_at, held, on_hold_at_end)
    stop_at = opened_at + days(window_days + rng.uniform(1, 14, n))
    stop_at = np.where(hold_from < stop_at, stop_at + (hold_to - hold_from), stop_at)
    popularity = rng.lognormal(0, 0.45, n) * window_days / 120
    age = days_between(opened_at, np.full(n, instant(CLOCK_START)))
    popularity[(age > 5) & (age < 75)] *= size.recent_weight
    popularity[is_test], popularity[is_evergreen] = 0.35, 1.5
    titles = np.array([len(names) for names in TITLES])
    approved_at = office_hours(opened_at - days(rng.uniform(0.5, 9, n)))
    return Requisitions(
        family=family,
        department=department,
        title=rng.integers(0, titles[family]),
        location=rng.integers(0, len(LOCATIONS), n),
        manager=department,
        recruiter=rng.choice(staff.recruiters, n),
        approved_at=np.minimum(approved_at, opened_at - days(1 / 24)),
        opened_at=opened_at,
        window_days=window_days,
        stop_at=office_hours(stop_at),
        hold_from=hold_from,
        hold_to=hold_to,
        target_fill_on=local_dates(opened_at) + rng.integers(75, 150, n),
        popularity=popularity,
        is_test=is_test,
        is_evergreen=is_evergreen,
    )


def _families(rng: Rng, n: int) -> Ints:
    """Job families in their shares as nearly as `n` allows, in random order."""
    place = (np.arange(n) + 0.5) / n
    return rng.permutation(np.searchsorted(np.cumsum(FAMILY_SHARES), place).astype(np.int64))


def _openings(rng: Rng, n: int) -> Times:
    """Opening instants in order; a tenth of the requisitions opens in the first weeks."""
    span = (HORIZON - WINDOW_START).days
    offset = (np.arange(n) + rng.random(n)) / n * (span - 15)  # spread evenly, even if few
    early = rng.random(n) < 0.10
    offset[early] *= 0.03
    return np.sort(office_hours(instant(WINDOW_START) + days(offset)))


def _special(rng: Rng, opened_at: Times, window_days: Floats) -> tuple[Bools, Bools, Bools, Bools]:
    """Which requisitions are tests, evergreen, on hold at the end, or were held for a while."""
    n = len(opened_at)
    age = days_between(opened_at, np.full(n, instant(CLOCK_START)))
    order = rng.permutation(n)
    kinds = np.zeros((4, n), dtype=bool)
    rules = (
        (age > 200, 0.015),
        (age > 700, 0.015),
        ((age > 22) & (age + 3 < window_days), 0.02),  # the hold begins before hiring stops
        (age > 300, 0.08),
    )
    for kind, (eligible, share) in zip(kinds, rules, strict=True):
        free = [i for i in order if eligible[i] and not kinds[:, i].any()]
        kind[free[: max(1, round(share * n))]] = True
    return kinds[0], kinds[1], kinds[2], kinds[3]


def _holds(rng: Rng, opened_at: Times, held: Bools, to_the_end: Bools) -> tuple[Times, Times]:
    n = len(opened_at)
    start = office_hours(opened_at + days(rng.uniform(15, 45, n)))
    weeks = rng.integers(2, 9, n)  # whole ones, so that what a hold moves keeps its weekday
    end = start + days(weeks.astype(np.float64) * 7)
    last_weeks = office_hours(instant(CLOCK_START) - days(rng.uniform(4, 20, n)))
    hold_from = np.where(to_the_end, last_weeks, only(held, start))
    hold_to = np.where(to_the_end, _FAR, only(held, end))
    return hold_from, np.where(np.isnat(hold_from), NAT, hold_to)
