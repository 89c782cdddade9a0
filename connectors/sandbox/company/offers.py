"""Offers: versions, answers, refusals, and the few who accept and then do not come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from connectors.sandbox.company.arrivals import Arrivals
from connectors.sandbox.company.columns import build_table, codes, join_text, pick
from connectors.sandbox.company.decisions import ACCEPTED, DECLINED, EXPIRED, Decisions
from connectors.sandbox.company.kinds import Bools, Dates, Floats, Ints, Rng, Times
from connectors.sandbox.company.people import People
from connectors.sandbox.company.requisitions import Requisitions
from connectors.sandbox.company.schedule import Schedule
from connectors.sandbox.company.sizes import CLOCK_START
from connectors.sandbox.company.streams import chance, some, stream
from connectors.sandbox.company.timeline import (
    at_least,
    at_local_hour,
    days,
    instant,
    local_dates,
    office_hours,
    only,
    weekdays,
)
from connectors.sandbox.company.versions import snapshots
from connectors.sandbox.company.vocabulary import CAMPUS, DECLINE_REASONS, INTERNAL

_STATUS = (
    "draft",
    "extended",
    "accepted",
    "declined",
    "expired",
    "rescinded",
    "reneged",
    "superseded",
)
_EXTENDED, _ACCEPTED, _DECLINED, _RESCINDED, _RENEGED, _SUPERSEDED = 1, 2, 3, 5, 6, 7
_BASE_PAY = np.array([260, 230, 180, 150, 150, 160]) * 1000.0


@dataclass(frozen=True)
class Offers:
    """One element per application; missing where no offer was extended.

    Attributes:
        counter_at: when a second version replaced the first.
        decided_at: answer to the last version; `answer` says which.
        recorded_at: when the answer became known to the HR system; later than it for a few.
        accepted_at: acceptance, kept when reneged.
        reneged_at: the promise broken; for no-shows after the first day.
        start_on: agreed first day.
        pay: yearly pay of the first and of the second version, (2, n).
    """

    counter_at: Times
    decided_at: Times
    recorded_at: Times
    answer: Ints
    accepted_at: Times
    reneged_at: Times
    start_on: Dates
    pay: Floats

    @property
    def is_hire(self) -> Bools:
        """Accepted and not reneged."""
        return ~np.isnat(self.accepted_at) & np.isnat(self.reneged_at)


def make_offers(
    seed: int,
    arrivals: Arrivals,
    decisions: Decisions,
    schedule: Schedule,
    people: People,
    requisitions: Requisitions,
) -> Offers:
    """The answers to all offers."""
    rng = stream(seed, "offers")
    n, extended = len(arrivals), schedule.offer_at
    answer, campus = decisions.answer, arrivals.channel == CAMPUS
    first = at_least(office_hours(extended + days(rng.gamma(2.0, 1.6, n))), extended, 30)
    countered = chance(rng, 0.10, n) & np.isin(answer, (ACCEPTED, DECLINED))
    counter_at = only(countered, first)
    second = at_least(office_hours(first + days(rng.gamma(2.0, 1.0, n))), first, 30)
    decided_at = np.where(countered, second, first)
    decided_at = np.where(answer == EXPIRED, office_hours(extended + days(10.0)), decided_at)
    accepted_at = only(answer == ACCEPTED, decided_at)
    notice = np.where(campus, rng.integers(25, 110, n), rng.integers(12, 45, n))
    start_on = _working_day(local_dates(decided_at) + notice)
    reneged_at = _reneged(rng, arrivals, accepted_at, start_on)
    return Offers(
        counter_at=counter_at,
        decided_at=decided_at,
        recorded_at=_recorded(rng, decided_at, only(np.isnat(reneged_at), accepted_at)),
        answer=answer,
        accepted_at=accepted_at,
        reneged_at=reneged_at,
        start_on=start_on,
        pay=_pay(rng, arrivals, people, requisitions),
    )


def _working_day(dates: Dates) -> Dates:
    day = weekdays(dates)
    return dates + np.where(day == 5, 2, np.where(day == 6, 1, 0))


def _reneged(rng: Rng, arrivals: Arrivals, accepted_at: Times, start_on: Dates) -> Times:
    """One in thirty breaks the promise, more on campus; a quarter of them by not showing up."""
    n = len(arrivals)
    share = np.where(arrivals.channel == CAMPUS, 0.055, 0.03)
    breaks = chance(rng, share, n) & (arrivals.channel != INTERNAL) & ~np.isnat(accepted_at)
    room = (start_on - local_dates(accepted_at)).astype(np.float64)
    room = np.where(breaks, room, 2.0)
    before = office_hours(accepted_at + days(1 + rng.random(n) * np.maximum(room - 4, 0)))
    no_show = at_local_hour(_working_day(start_on + 1), 11)
    return only(breaks, np.where(some(rng, 0.25, breaks), no_show, before))


def _recorded(rng: Rng, decided_at: Times, accepted_at: Times) -> Times:
    """Answers are recorded at once, but for a few acceptances that are entered days later;
    some of them just before CLOCK_START, so that the tenant's next day restates its last month."""
    n = len(decided_at)
    late = chance(rng, 0.012, n)
    clock = instant(CLOCK_START)
    recent = np.flatnonzero((accepted_at > clock - days(6.0)) & (accepted_at < clock))
    late &= ~np.isnat(accepted_at)
    recorded = office_hours(decided_at + days(rng.uniform(1.0, 5.0, n)))
    late[recent[:2]] = True
    recorded[recent[:2]] = clock + days(np.array([0.3, 2.3])[: len(recent)])
    return np.where(late, recorded, decided_at)


def _pay(rng: Rng, arrivals: Arrivals, people: People, requisitions: Requisitions) -> Floats:
    person = arrivals.person
    years = people.years_of_work(person, arrivals.applied_at)
    level = 0.75 + 0.055 * np.minimum(years, 15) + 0.12 * (people.education[person] >= 2)
    first = _BASE_PAY[requisitions.family[arrivals.requisition]] * level
    first = first * rng.lognormal(0, 0.08, len(person))
    pay: Floats = np.stack([first, first * rng.uniform(1.04, 1.12, len(person))])
    return np.round(pay, -2).astype(np.float64)


@dataclass(frozen=True)
class _Versions:
    """One element per offer version, not to be confused with row versions of each."""

    app: Ints
    is_second: Bools
    created: Times
    extended: Times
    decided: Times
    known: Times
    final: Ints
    reneged: Times


def _offer_versions(schedule: Schedule, offers: Offers) -> _Versions:
    drafted = np.flatnonzero(~np.isnat(schedule.approval_at))
    countered = np.flatnonzero(~np.isnat(offers.counter_at) & ~np.isnat(schedule.offer_at))
    app = np.concatenate([drafted, countered])
    second = np.arange(len(app)) >= len(drafted)
    replaced = ~second & ~np.isnat(offers.counter_at[app])
    sent = ~np.isnat(schedule.offer_at[app])
    decided = np.where(replaced, offers.counter_at[app], offers.decided_at[app])
    decided = np.where(sent, decided, schedule.exit_at[app])  # a draft that is dropped
    final = np.where(replaced, _SUPERSEDED, np.array([2, 3, 4, 5])[offers.answer[app]])
    return _Versions(
        app=app,
        is_second=second,
        created=np.where(second, offers.counter_at[app], schedule.approval_at[app]),
        extended=np.where(second, offers.counter_at[app], schedule.offer_at[app]),
        decided=decided,
        known=np.where(sent & ~replaced, offers.recorded_at[app], decided),
        final=np.where(sent, final, _RESCINDED),
        reneged=only(sent & ~replaced, offers.reneged_at[app]),
    )


def offer_table(seed: int, schedule: Schedule, offers: Offers) -> pa.Table:
    """All versions of all offers, each through its states."""
    v = _offer_versions(schedule, offers)
    reason = stream(seed, "offer_rows").integers(0, len(DECLINE_REASONS), len(v.app))
    row, recorded, version = snapshots([v.created, v.extended, v.known, v.reneged])
    is_sent, is_decided = recorded >= v.extended[row], recorded >= v.known[row]
    status = np.where(is_decided, v.final[row], np.where(is_sent, _EXTENDED, 0))
    status = np.where(recorded >= v.reneged[row], _RENEGED, status)
    declined = is_decided & (v.final[row] == _DECLINED)
    second, app = v.is_second.astype(np.int64)[row], v.app[row]
    values: dict[str, object] = {
        "source_id": join_text(codes("7", app, 7), "-", codes("", 1 + second, 1)),
        "application_id": codes("1", app, 7),
        "version": 1 + second,
        "status_code": pick(_STATUS, status),
        "created_at": v.created[row],
        "extended_at": only(is_sent, v.extended[row]),
        "accepted_at": only(is_decided & (v.final[row] == _ACCEPTED), v.decided[row]),
        "decided_at": only(is_decided, v.decided[row]),
        "decline_reason_code": pick(DECLINE_REASONS, np.where(declined, reason[row], -1)),
        "start_on": np.where(is_sent, offers.start_on[app], np.datetime64("NaT", "D")),
        "base_salary": offers.pay[second, app],
        "currency_code": pa.repeat("CNY", len(row)),
    }
    return build_table("offer", values, recorded, version)
