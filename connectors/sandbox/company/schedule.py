"""When everything happens between application and offer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from connectors.sandbox.company.arrivals import Arrivals
from connectors.sandbox.company.decisions import Decisions
from connectors.sandbox.company.kinds import Bools, Floats, Ints, Rng, Times
from connectors.sandbox.company.requisitions import Requisitions
from connectors.sandbox.company.sizes import WINDOW_START
from connectors.sandbox.company.streams import chance, stream
from connectors.sandbox.company.timeline import (
    at_least,
    days,
    days_between,
    instant,
    nowhere,
    office_hours,
    only,
)
from connectors.sandbox.company.vocabulary import (
    AI_INTERVIEW,
    APPLIED,
    APPROVAL,
    CAREER_SITE,
    INTERVIEW,
    JOB_BOARD,
    MINI_PROGRAM,
    OFFER,
    REASON,
    SCREEN,
)

_FAMILY_SPEED = np.array([1.15, 1.05, 0.85, 0.95, 1.0, 0.9])
_CHANNEL_SPEED = np.array([0.85, 0.8, 1.1, 1.0, 1.0, 0.95, 0.9])


@dataclass
class Schedule:
    """Instants per application; missing where it never comes so far.

    Attributes:
        screen_at, ai_at, interview_at, approval_at, offer_at: stages entered.
        ai_first_end, ai_end: end of the first and of the decisive AI interview.
        round_start, round_end: planned start and end of the two interview rounds, (2, n).
        n_moved: how often each round was rescheduled, (2, n).
        exit_at: rejection or withdrawal before an offer; `reason`, `withdraws` and `is_bulk`
            say how.
    """

    screen_at: Times
    ai_at: Times
    ai_first_end: Times
    ai_end: Times
    interview_at: Times
    round_start: Times
    round_end: Times
    n_moved: Ints
    approval_at: Times
    offer_at: Times
    exit_at: Times
    reason: Ints
    withdraws: Bools
    is_bulk: Bools


def make_schedule(
    seed: int, arrivals: Arrivals, decisions: Decisions, requisitions: Requisitions
) -> Schedule:
    """The schedule of every application, pauses of its requisition and its end included."""
    rng = stream(seed, "schedule")
    plan = _plan(rng, arrivals, decisions, _pace(rng, arrivals, requisitions))
    for name in (
        "screen_at", "ai_at", "ai_first_end", "ai_end", "interview_at", "round_start",
        "round_end", "approval_at", "offer_at", "exit_at",
    ):  # fmt: skip
        setattr(plan, name, _thaw(requisitions, arrivals, getattr(plan, name)))
    _stop_hiring(plan, requisitions.stop_at[arrivals.requisition])
    return plan


def _thaw(requisitions: Requisitions, arrivals: Arrivals, times: Times) -> Times:
    """Stand still while on hold; whoever applied after the hold is not concerned."""
    begun = requisitions.hold_to[arrivals.requisition] <= arrivals.applied_at
    return np.where(begun, times, requisitions.thaw(arrivals.requisition, times))


def _pace(rng: Rng, arrivals: Arrivals, requisitions: Requisitions) -> Floats:
    """Multiplier of every waiting time; the process becomes a fifth quicker over three years."""
    n = len(arrivals)
    begin = np.full(n, instant(WINDOW_START))
    progress = np.clip(days_between(begin, arrivals.applied_at) / 1_096, 0, 1)
    family = _FAMILY_SPEED[requisitions.family[arrivals.requisition]]
    pace = 1.35 * rng.lognormal(0, 0.28, n) * family * _CHANNEL_SPEED[arrivals.channel]
    return np.asarray(pace * (1 - 0.2 * progress), dtype=np.float64)


def _plan(rng: Rng, arrivals: Arrivals, decisions: Decisions, pace: Floats) -> Schedule:
    n, last, applied = len(arrivals), decisions.last_stage, arrivals.applied_at
    automatic = np.isin(arrivals.channel, (CAREER_SITE, JOB_BOARD, MINI_PROGRAM))
    automatic &= chance(rng, 0.55, n)
    looked = office_hours(applied + days(rng.gamma(1.5, 0.8, n) * pace))
    screen = np.where(automatic, applied, at_least(looked, applied, 1))
    screened = _later(rng, np.where(decisions.is_fast, applied, screen), 3.2, pace)
    ai_first_end = at_least(screened + days(rng.gamma(2.0, 1.0, n)), screened, 30)
    again = at_least(ai_first_end + days(rng.gamma(2.0, 1.2, n)), ai_first_end, 90)
    ai_end = np.where(decisions.ai_again, again, ai_first_end)
    ai_decided = _later(rng, ai_end, 1.6, pace)
    interview = np.where(decisions.skips_ai, screened, ai_decided)
    n_moved = np.minimum(rng.geometric(0.87, (2, n)) - 1, 3).astype(np.int64)
    start, end, decided = _meetings(rng, interview, decisions.rounds, n_moved, pace)
    offer = _later(rng, decided, 2.2, pace)
    exit_at = _exits(
        rng, arrivals, decisions, (applied, screen, screened, ai_decided, interview, decided, offer)
    )
    return Schedule(
        screen_at=only(~decisions.is_fast & (last >= SCREEN), screen),
        ai_at=only(~decisions.skips_ai & (last >= AI_INTERVIEW), screened),
        ai_first_end=ai_first_end,
        ai_end=ai_end,
        interview_at=only(last >= INTERVIEW, interview),
        round_start=start,
        round_end=end,
        n_moved=n_moved,
        approval_at=only(last >= APPROVAL, decided),
        offer_at=only(last >= OFFER, offer),
        exit_at=exit_at,
        reason=decisions.reason.copy(),
        withdraws=decisions.withdraws.copy(),
        is_bulk=np.zeros(n, dtype=bool),
    )


def _later(rng: Rng, times: Times, mean_days: float, pace: Floats) -> Times:
    """Some office time later, at least ten minutes."""
    wait = rng.gamma(1.6, mean_days / 1.6, len(times)) * pace
    return at_least(office_hours(times + days(wait)), times, 10)


def _meetings(
    rng: Rng, interview: Times, rounds: Ints, n_moved: Ints, pace: Floats
) -> tuple[Times, Times, Times]:
    """Starts and ends of the two rounds, and the decision after the last."""
    n = len(interview)
    start, end = np.tile(nowhere(n), (2, 1)), np.tile(nowhere(n), (2, 1))
    before = interview
    for number in range(2):
        wait = (1.5 + rng.gamma(1.5, 1.6, n)) * pace + 2.6 * n_moved[number]
        held = at_least(office_hours(before + days(wait)), before, 60)
        start[number] = only(rounds > number, held)
        end[number] = start[number] + days(rng.integers(35, 76, n) / 1440)
        before = np.where(np.isnat(end[number]), before, end[number])
    return start, end, _later(rng, before, 2.0, pace)


def _exits(rng: Rng, arrivals: Arrivals, decisions: Decisions, t: tuple[Times, ...]) -> Times:
    """When those leave who get no offer: at the decision, or somewhere before it by own will."""
    applied, screen, screened, ai_decided, interview, decided, offer = t
    last, n = decisions.last_stage, len(arrivals)
    forgotten = applied + days(rng.uniform(20, 120, n))
    entered = np.select(
        [last == SCREEN, last == AI_INTERVIEW, last == INTERVIEW, last == APPROVAL],
        [screen, screened, interview, decided],
        applied,
    )
    decision = np.select(
        [
            last == APPLIED,
            last == SCREEN,
            last == AI_INTERVIEW,
            last == INTERVIEW,
            last == APPROVAL,
        ],
        [forgotten, screened, ai_decided, decided, offer],
        np.datetime64("NaT", "us"),
    )
    wait = days_between(entered, decision)
    share = np.where(np.isnan(wait), 0, wait * rng.uniform(0.15, 0.95, n))
    left = at_least(entered + days(share), entered, 5)
    return only(last < OFFER, np.where(decisions.withdraws, left, decision))


def _stop_hiring(plan: Schedule, stop_at: Times) -> None:
    """Reject in bulk whoever has neither left nor got an offer when hiring stops."""
    late_exit = ~np.isnat(plan.exit_at) & (plan.exit_at > stop_at)
    cut = late_exit | (~np.isnat(plan.offer_at) & (plan.offer_at > stop_at))
    for name in ("screen_at", "ai_at", "interview_at", "approval_at", "offer_at"):
        times = getattr(plan, name)
        setattr(plan, name, only(~(cut & (times > stop_at)), times))
    plan.exit_at = np.where(cut, stop_at, plan.exit_at)
    plan.reason[cut] = REASON["position_closed"]
    plan.withdraws[cut] = False
    plan.is_bulk = cut
