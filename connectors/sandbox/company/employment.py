"""What becomes of hires at work: first days, probation, moves, exits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from connectors.sandbox.company.arrivals import Arrivals
from connectors.sandbox.company.effects import (
    ATTRITION_RATE,
    attrition_logit,
    intercept_for,
    performance_index,
)
from connectors.sandbox.company.kinds import Bools, Dates, Floats, Ints, Rng, Times
from connectors.sandbox.company.offers import Offers
from connectors.sandbox.company.org import (
    DEPARTMENTS,
    FAMILY_OF_DEPARTMENT,
    FIRST_DEPARTMENT,
    GO_LIVE,
)
from connectors.sandbox.company.people import People
from connectors.sandbox.company.requisitions import Requisitions
from connectors.sandbox.company.schedule import Schedule
from connectors.sandbox.company.sizes import HORIZON
from connectors.sandbox.company.staff import NO_DATE, Staff
from connectors.sandbox.company.streams import chance, choose, sigmoid, some, stream
from connectors.sandbox.company.timeline import (
    NAT,
    at_local_hour,
    days,
    days_between,
    local_dates,
    only,
)
from connectors.sandbox.company.vocabulary import INTERNAL

_END = np.datetime64(HORIZON.date(), "D")


@dataclass
class Employment:
    """One element per employment: legacy staff first, then starters by acceptance.

    Attributes:
        application: the application that led here; negative for legacy staff.
        is_no_show: accepted, entered in the system, never came.
        hired_on, shown_on, fixed_at: first day; as first recorded, wrong for a few; when mended.
        left_on, leave_kind, left_recorded_at: last day, who ended it (an index
            into voluntary, employer, failed_probation), when it was entered.
        moved_on, to_department: a transfer on the way. `promoted_on`: a promotion.
        performance: noise-free performance index; NaN for legacy staff.
    """

    person: Ints
    application: Ints
    department: Ints
    created_at: Times
    hired_on: Dates
    shown_on: Dates
    fixed_at: Times
    probation_months: Ints
    left_on: Dates
    leave_kind: Ints
    left_recorded_at: Times
    moved_on: Dates
    to_department: Ints
    promoted_on: Dates
    is_no_show: Bools
    performance: Floats
    pay: Floats

    def __len__(self) -> int:
        return len(self.person)

    def probation_end(self, hired_on: Dates) -> Dates:
        """Last day of probation, for first days given per employment."""
        return add_months(hired_on, self.probation_months) - 1


def add_months(dates: Dates, months: Ints) -> Dates:
    """The same day some months later, or the last day of that month."""
    month = dates.astype("datetime64[M]")
    into = (dates - month.astype("datetime64[D]")).astype(np.int64)
    target = month + months
    last = ((target + 1).astype("datetime64[D]") - 1 - target.astype("datetime64[D]")).astype(
        np.int64
    )
    moved: Dates = target.astype("datetime64[D]") + np.minimum(into, last)
    return moved


def make_employment(
    seed: int,
    arrivals: Arrivals,
    schedule: Schedule,
    offers: Offers,
    people: People,
    requisitions: Requisitions,
    staff: Staff,
) -> Employment:
    """All employments of the company."""
    rng = stream(seed, "employment")
    no_show = ~np.isnat(offers.reneged_at) & (local_dates(offers.reneged_at) > offers.start_on)
    outside = arrivals.channel != INTERNAL
    app = np.flatnonzero(outside & (offers.is_hire | no_show))
    app = app[np.argsort(offers.accepted_at[app], kind="stable")]
    application = np.concatenate([np.full(len(staff), -1, dtype=np.int64), app])
    n, is_new = len(application), application >= 0
    hired_on = np.concatenate([staff.hired_on, offers.start_on[app]])
    created = np.concatenate([np.full(len(staff), GO_LIVE), offers.recorded_at[app] + days(1.0)])
    months = np.where(chance(rng, 0.45, n), 6, 3).astype(np.int64)
    performance, logit = _outlook(app, arrivals, schedule, people, requisitions)
    leaves = chance(rng, sigmoid(logit + intercept_for(logit, ATTRITION_RATE)), len(app))
    left_new = _leave_dates(rng, hired_on[is_new], months[is_new], leaves, performance)
    left_on = np.concatenate([staff.left_on, left_new])
    shows_up = np.concatenate([np.ones(len(staff), dtype=bool), ~no_show[app]])
    left_on = np.where(shows_up, left_on, NO_DATE)
    early = is_new & (left_on < add_months(hired_on, months))
    kind = choose(rng, [0.75, 0.25], n)
    kind = np.where(early, choose(rng, [0.38, 0.10, 0.52], n), kind)
    wrong = some(rng, 0.01, is_new)
    mended_on: Dates = hired_on + rng.integers(16, 31, n).astype("timedelta64[D]")
    jobs = Employment(
        person=np.concatenate([np.arange(len(staff)), arrivals.person[app]]),
        application=application,
        department=np.concatenate(
            [staff.department, requisitions.department[arrivals.requisition[app]]]
        ),
        created_at=created,
        hired_on=hired_on,
        shown_on=np.where(wrong, hired_on + rng.integers(2, 15, n), hired_on),
        fixed_at=only(wrong, at_local_hour(mended_on, 15)),
        probation_months=months,
        left_on=left_on,
        leave_kind=kind,
        left_recorded_at=_recorded(rng, left_on),
        moved_on=np.full(n, NO_DATE),
        to_department=np.full(n, -1, dtype=np.int64),
        promoted_on=np.full(n, NO_DATE),
        is_no_show=~shows_up,
        performance=np.concatenate([np.full(len(staff), np.nan), performance]),
        pay=_monthly_pay(rng, staff, offers, app),
    )
    _moves(rng, jobs, arrivals, offers, requisitions)
    return jobs


def _outlook(
    app: Ints, arrivals: Arrivals, schedule: Schedule, people: People, requisitions: Requisitions
) -> tuple[Floats, Floats]:
    """Performance index and early-exit log-odds of starters."""
    person, channel = arrivals.person[app], arrivals.channel[app]
    family = requisitions.family[arrivals.requisition[app]]
    ability = people.ability[person]
    years = people.years_of_work(person, arrivals.applied_at[app])
    waited = days_between(arrivals.applied_at[app], schedule.offer_at[app])
    return (
        performance_index(ability, family, years, channel),
        attrition_logit(ability, family, years, channel, waited),
    )


def _leave_dates(
    rng: Rng, hired_on: Dates, months: Ints, early: Bools, performance: Floats
) -> Dates:
    """Last days: inside probation for those who leave early; later at a rate that falls with
    performance, about one in eight a year; missing when beyond the horizon."""
    n = len(hired_on)
    end = add_months(hired_on, months) - 1
    length = (end - hired_on).astype(np.int64)
    inside = hired_on + np.maximum((length * rng.beta(1.5, 1.1, n)).astype(np.int64), 3)
    typical = performance - performance.mean() if n else performance
    after = end + 1 + (rng.exponential(2_700, n) * np.exp(0.3 * typical)).astype(np.int64)
    left_on = np.where(early, np.minimum(inside, end), after)
    return np.where(left_on > _END, NO_DATE, left_on)


def _recorded(rng: Rng, left_on: Dates) -> Times:
    """Exits are entered on the last day at 18:00, one in twelve up to 25 days late."""
    n = len(left_on)
    lag = np.where(some(rng, 0.08, ~np.isnat(left_on)), rng.integers(2, 26, n), 0)
    return np.where(np.isnat(left_on), NAT, at_local_hour(left_on + lag, 18))


def _monthly_pay(rng: Rng, staff: Staff, offers: Offers, app: Ints) -> Floats:
    old = rng.lognormal(9.75, 0.3, len(staff))
    countered = (~np.isnat(offers.counter_at[app])).astype(np.int64)
    return np.round(np.concatenate([old, offers.pay[countered, app] / 12]), -1)


def _moves(
    rng: Rng, jobs: Employment, arrivals: Arrivals, offers: Offers, requisitions: Requisitions
) -> None:
    """Transfers won by applying inside, other transfers within the family, promotions."""
    n = len(jobs)
    start = np.maximum(jobs.hired_on, GO_LIVE.astype("datetime64[D]"))
    family = FAMILY_OF_DEPARTMENT[jobs.department]
    moved_on = start + rng.integers(200, 900, n)
    moves = chance(rng, 0.06, n) & (jobs.department != np.arange(n))  # managers stay
    other = FIRST_DEPARTMENT[family] + rng.integers(0, DEPARTMENTS[family])
    moves &= other != jobs.department
    inside = np.flatnonzero((arrivals.channel == INTERNAL) & offers.is_hire)
    who = arrivals.person[inside]
    moves[who] = True
    moved_on[who] = offers.start_on[inside]
    other[who] = requisitions.department[arrivals.requisition[inside]]
    moves &= ~(moved_on >= np.where(np.isnat(jobs.left_on), _END, jobs.left_on)) & ~jobs.is_no_show
    jobs.moved_on = np.where(moves, moved_on, NO_DATE)
    jobs.to_department = np.where(moves, other, -1)
    promoted_on = start + rng.integers(400, 1_000, n)
    rises = chance(rng, 0.10, n) & ~jobs.is_no_show
    rises &= promoted_on < np.where(np.isnat(jobs.left_on), _END, jobs.left_on)
    jobs.promoted_on = np.where(rises, promoted_on, NO_DATE)


def started_at(jobs: Employment) -> Times:
    """The first morning, 9:00 in Shanghai; missing for no-shows."""
    first = at_local_hour(jobs.hired_on, 9)
    return only(~jobs.is_no_show, first)
