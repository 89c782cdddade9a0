"""The event log of stages, detours and mistakes included: the truth about every application."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from connectors.sandbox.company.arrivals import Arrivals
from connectors.sandbox.company.decisions import ACCEPTED, RESCINDED
from connectors.sandbox.company.kinds import Floats, Ints, Rng, Times
from connectors.sandbox.company.offers import Offers
from connectors.sandbox.company.requisitions import Requisitions
from connectors.sandbox.company.schedule import Schedule
from connectors.sandbox.company.streams import chance, stream
from connectors.sandbox.company.timeline import (
    NAT,
    days,
    days_between,
    earliest,
    happens,
    only,
)
from connectors.sandbox.company.vocabulary import (
    AI_INTERVIEW,
    APPLIED,
    APPROVAL,
    HIRED,
    INTERVIEW,
    OFFER,
    REASON,
    REJECTED,
    SCREEN,
    WITHDRAWN,
)

ACTORS = ("person", "automation", "candidate")
PERSON, AUTOMATION, CANDIDATE = range(3)


@dataclass
class StageLog:
    """One element per event, by application and time.

    Attributes:
        sequence: order among events of one application at the same instant.
        actor: index into ACTORS; `actor_id` is an employee number, negative where no person acted.
        reason: index into REASONS; negative where none is given.
        recorded_at: when the HR system learnt of it.
    """

    application: Ints
    stage: Ints
    occurred_at: Times
    recorded_at: Times
    sequence: Ints
    actor: Ints
    actor_id: Ints
    reason: Ints

    def __len__(self) -> int:
        return len(self.application)


class _Collector:
    def __init__(self) -> None:
        self.parts: list[tuple[Ints, Ints, Times, Times, Ints, Ints]] = []

    def add(
        self,
        times: Times,
        stage: Ints | int,
        actor: Ints | int,
        reason: Ints | int = -1,
        recorded: Times | None = None,
    ) -> None:
        """One event for every application with a time."""
        app = np.flatnonzero(~np.isnat(times))
        known = times if recorded is None else recorded

        def of(value: Ints | int) -> Ints:
            return value[app] if isinstance(value, np.ndarray) else np.full(len(app), value)

        self.parts.append((app, of(stage), times[app], known[app], of(actor), of(reason)))


def make_stage_log(
    seed: int,
    arrivals: Arrivals,
    schedule: Schedule,
    offers: Offers,
    requisitions: Requisitions,
) -> StageLog:
    """Every event up to the horizon."""
    rng = stream(seed, "stage_log")
    n = len(arrivals)
    events = _Collector()
    events.add(arrivals.applied_at, APPLIED, CANDIDATE)
    same = schedule.screen_at == arrivals.applied_at
    events.add(schedule.screen_at, SCREEN, np.where(same, AUTOMATION, PERSON))
    events.add(schedule.ai_at, AI_INTERVIEW, np.where(chance(rng, 0.7, n), AUTOMATION, PERSON))
    events.add(schedule.interview_at, INTERVIEW, PERSON)
    events.add(schedule.approval_at, APPROVAL, PERSON)
    events.add(schedule.offer_at, OFFER, PERSON)
    _exits(rng, events, schedule)
    _answers(events, schedule, offers)
    _detours(rng, events, arrivals, schedule)
    return _sorted(events, requisitions.recruiter[arrivals.requisition])


def _exits(rng: Rng, events: _Collector, schedule: Schedule) -> None:
    """Rejections and withdrawals before an offer; some are entered days late."""
    n = len(schedule.exit_at)
    stage = np.where(schedule.withdraws, WITHDRAWN, REJECTED)
    actor = np.where(schedule.withdraws, CANDIDATE, np.where(schedule.is_bulk, AUTOMATION, PERSON))
    lag = np.where(chance(rng, 0.015, n) & ~schedule.is_bulk, rng.uniform(1, 15, n), 0)
    events.add(schedule.exit_at, stage, actor, schedule.reason, schedule.exit_at + days(lag))


def _answers(events: _Collector, schedule: Schedule, offers: Offers) -> None:
    """Hires, refusals, and promises broken later."""
    refused = only(offers.answer != ACCEPTED, offers.decided_at)
    rescinded = offers.answer == RESCINDED
    events.add(offers.accepted_at, HIRED, CANDIDATE, recorded=offers.recorded_at)
    events.add(
        refused,
        np.where(rescinded, REJECTED, WITHDRAWN),
        np.where(rescinded, PERSON, CANDIDATE),
        schedule.reason,
    )
    events.add(offers.reneged_at, WITHDRAWN, CANDIDATE, REASON["reneged"])


def _detours(rng: Rng, events: _Collector, arrivals: Arrivals, schedule: Schedule) -> None:
    """Re-entries (back to the screen and again to the interview) and moves made by mistake and
    reversed within minutes."""
    n = len(arrivals)
    after_interview = earliest(schedule.approval_at, schedule.exit_at)
    gap = _gap(schedule.interview_at, after_interview)
    back = chance(rng, 0.03, n) & (gap > 2) & ~np.isnat(schedule.screen_at)
    start = schedule.interview_at
    events.add(only(back, start + days(gap * 0.2)), SCREEN, PERSON)
    events.add(only(back, start + days(gap * 0.5)), INTERVIEW, PERSON)
    slip = chance(rng, 0.006, n) & (gap > 0.2) & ~back
    _mistake(rng, events, only(slip, start + days(gap * 0.4)), OFFER, INTERVIEW)
    start = schedule.screen_at
    gap = _gap(start, earliest(schedule.ai_at, schedule.interview_at, schedule.exit_at))
    slip = chance(rng, 0.012, n) & (gap > 0.2)
    moment = only(slip, start + days(gap * 0.5))
    wrong = np.where(chance(rng, 0.5, n), REJECTED, INTERVIEW)
    _mistake(rng, events, moment, wrong, SCREEN)


def _gap(start: Times, end: Times) -> Floats:
    """Days between; 0 where either is missing or the end lies beyond the horizon."""
    gap = days_between(start, np.where(happens(end), end, NAT))
    return np.where(np.isnan(gap), 0, gap)


def _mistake(rng: Rng, events: _Collector, at: Times, wrong: Ints | int, right: int) -> None:
    events.add(at, wrong, PERSON, REASON["entered_by_mistake"])
    events.add(at + days(rng.integers(1, 9, len(at)) / 1440), right, PERSON)


def _sorted(events: _Collector, recruiter: Ints) -> StageLog:
    columns = [np.concatenate(column) for column in zip(*events.parts, strict=True)]
    app, stage, occurred, recorded, actor, reason = columns
    order = np.flatnonzero(happens(recorded))
    order = order[np.lexsort((order, occurred[order], app[order]))]
    app, stage, occurred = app[order], stage[order], occurred[order]
    actor = actor[order]
    same = np.zeros(len(app), dtype=np.int64)
    same[1:] = (app[1:] == app[:-1]) & (occurred[1:] == occurred[:-1])
    return StageLog(
        application=app,
        stage=stage,
        occurred_at=occurred,
        recorded_at=recorded[order],
        sequence=same,
        actor=actor,
        actor_id=np.where(actor == PERSON, recruiter[app], -1),
        reason=reason[order],
    )
