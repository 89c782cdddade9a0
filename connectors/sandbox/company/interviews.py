"""Interviews as they were scheduled, moved, missed and held."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from connectors.sandbox.company.assessment import SEAT_ROUND, Assessment
from connectors.sandbox.company.columns import build_table, codes, pick
from connectors.sandbox.company.decisions import FAILED, NO_SHOW, REFUSED, Decisions
from connectors.sandbox.company.kinds import Bools, Ints, Rng, Times
from connectors.sandbox.company.schedule import Schedule
from connectors.sandbox.company.streams import stream
from connectors.sandbox.company.timeline import (
    NAT,
    at_least,
    days,
    days_between,
    office_hours,
    only,
)
from connectors.sandbox.company.versions import snapshots

_STATUS = ("scheduled", "completed", "cancelled", "no_show", "failed")
SCHEDULED, COMPLETED, CANCELLED, MISSED, BROKEN = range(5)
_TYPES = ("ai", "phone", "onsite", "panel", "technical")
MAX_MOVES = 3


@dataclass
class Interviews:
    """One element per interview, each attempt of a chain counted.

    Attributes:
        meeting: 0 for the AI interview, 1 and 2 for the rounds with people.
        attempt: position in its chain, from 0; every attempt replaces the one before.
        outcome: final state, an index into the contract's states.
        settled_at: when that state was reached (and recorded).
    """

    application: Ints
    meeting: Ints
    attempt: Ints
    invited_at: Times
    planned_at: Times
    started_at: Times
    ended_at: Times
    outcome: Ints
    settled_at: Times
    replaces: Ints

    def __len__(self) -> int:
        return len(self.application)

    @property
    def is_held(self) -> Bools:
        """Completed."""
        held: Bools = self.outcome == COMPLETED
        return held


def make_interviews(seed: int, decisions: Decisions, schedule: Schedule) -> Interviews:
    """All interviews of all applications."""
    rng = stream(seed, "interviews")
    parts = [_ai_first(decisions, schedule), _ai_second(decisions, schedule)]
    for round_number in range(2):
        parts += _round(rng, round_number, decisions, schedule)
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    app, meeting, attempt, invited, planned, ended, outcome, settled = columns
    order = np.lexsort((attempt, meeting, app))
    app, meeting, attempt = app[order], meeting[order], attempt[order]
    invited, planned, ended = invited[order], planned[order], ended[order]
    outcome, settled = _cut(outcome[order], settled[order], schedule.exit_at[app])
    alive = ~(invited >= schedule.exit_at[app])
    kept = np.flatnonzero(alive)
    number = np.full(len(app), -1, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    replaces = np.where(attempt[kept] > 0, number[np.maximum(kept - 1, 0)], -1)
    held = outcome == COMPLETED
    length = np.where(meeting == 0, 28, 50) / 1440
    began = only(held, np.where(meeting == 0, ended - days(length), planned))
    return Interviews(
        application=app[kept],
        meeting=meeting[kept],
        attempt=attempt[kept],
        invited_at=invited[kept],
        planned_at=planned[kept],
        started_at=began[kept],
        ended_at=only(held, ended)[kept],
        outcome=outcome[kept],
        settled_at=settled[kept],
        replaces=replaces,
    )


_Part = tuple[Ints, Ints, Ints, Times, Times, Times, Ints, Times]


def _part(
    app: Ints,
    meeting: int,
    attempt: int,
    invited: Times,
    planned: Times,
    ended: Times,
    outcome: Ints,
    settled: Times,
) -> _Part:
    full = np.full(len(app), meeting), np.full(len(app), attempt)
    return (app, *full, invited, planned, ended, outcome, settled)


def _ai_first(decisions: Decisions, schedule: Schedule) -> _Part:
    app = np.flatnonzero(~np.isnat(schedule.ai_at))
    first = decisions.ai_first[app]
    outcome = np.select(
        [first == NO_SHOW, first == FAILED, first == REFUSED],
        [MISSED, BROKEN, CANCELLED],
        COMPLETED,
    ).astype(np.int64)
    end = schedule.ai_first_end[app]
    planned = at_least(end - days(28 / 1440), schedule.ai_at[app], 1)
    return _part(app, 0, 0, schedule.ai_at[app], planned, end, outcome, end)


def _ai_second(decisions: Decisions, schedule: Schedule) -> _Part:
    app = np.flatnonzero(~np.isnat(schedule.ai_at) & decisions.ai_again)
    invited = at_least(schedule.ai_first_end[app], schedule.ai_first_end[app], 15)
    end = schedule.ai_end[app]
    outcome = np.full(len(app), COMPLETED)
    return _part(app, 0, 1, invited, end - days(28 / 1440), end, outcome, end)


def _round(rng: Rng, number: int, decisions: Decisions, schedule: Schedule) -> list[_Part]:
    """One round with people: planned, perhaps moved up to three times, held or missed."""
    reached = ~np.isnat(schedule.interview_at) & (decisions.rounds > number)
    app = np.flatnonzero(reached)
    begin = schedule.interview_at[app] if number == 0 else schedule.round_end[0][app]
    start, end = schedule.round_start[number][app], schedule.round_end[number][app]
    moved = schedule.n_moved[number][app]
    missed = decisions.misses_round[app] & (decisions.rounds[app] == number + 1)
    span = days_between(begin, start)
    parts: list[_Part] = []
    for attempt in range(MAX_MOVES + 1):
        rows = np.flatnonzero(moved >= attempt)
        final = moved[rows] == attempt
        invited = begin[rows] + days(span[rows] * (0.05 + attempt * 0.9) / (moved[rows] + 1.0))
        follows = begin[rows] + days(
            span[rows] * (0.05 + (attempt + 1) * 0.9) / (moved[rows] + 1.0)
        )
        planned = np.where(final, start[rows], _planned(rng, follows, start[rows]))
        outcome = np.where(final, np.where(missed[rows], MISSED, COMPLETED), CANCELLED)
        settled = np.where(final, end[rows], follows)
        ended = np.where(final, end[rows], NAT)
        parts.append(
            _part(app[rows], number + 1, attempt, invited, planned, ended, outcome, settled)
        )
    return parts


def _planned(rng: Rng, moved_at: Times, start: Times) -> Times:
    """A date that was given up: soon after the instant at which it was moved."""
    return office_hours(moved_at + days(rng.uniform(0.3, 3.0, len(start))))


def _cut(outcome: Ints, settled: Times, exit_at: Times) -> tuple[Ints, Times]:
    """Whoever leaves before an interview ends has it cancelled."""
    gone = settled > exit_at
    return np.where(gone, CANCELLED, outcome), np.where(gone, exit_at, settled)


def interview_ids(number: Ints) -> pa.Array:
    """Ids of interviews; null for negative numbers."""
    return codes("6", number, 7)


def interview_table(interviews: Interviews, assessment: Assessment, rounds: Ints) -> pa.Table:
    """All interviews, first as scheduled, then as they ended."""
    row, recorded, version = snapshots([interviews.invited_at, interviews.settled_at])
    settled = recorded >= interviews.settled_at[row]
    meeting = interviews.meeting[row]
    single = rounds[interviews.application[row]] == 1
    kind = np.where(meeting == 0, 0, np.where(meeting == 2, 3, np.where(single, 2, 4)))
    values: dict[str, object] = {
        "source_id": interview_ids(row),
        "application_id": codes("1", interviews.application[row], 7),
        "round": meeting + 1,
        "interview_type": pick(_TYPES, kind),
        "status_code": pick(_STATUS, np.where(settled, interviews.outcome[row], SCHEDULED)),
        "invited_at": interviews.invited_at[row],
        "scheduled_start_at": interviews.planned_at[row],
        "started_at": only(settled, interviews.started_at[row]),
        "ended_at": only(settled, interviews.ended_at[row]),
        "interviewer_ids": _panels(interviews, assessment, row),
        "rescheduled_from_id": interview_ids(interviews.replaces[row]),
        "language_code": pa.repeat("zh", len(row)),
    }
    return build_table("interview", values, recorded, version)


def _panels(interviews: Interviews, assessment: Assessment, row: Ints) -> pa.Array:
    """Who interviews: nobody for the AI, one person in the first round, two in the second."""
    sits = np.array([[seat + 1 == m for seat in SEAT_ROUND] for m in range(3)])
    used = sits[interviews.meeting[row]]
    who = assessment.interviewer[:, interviews.application[row]].T
    offsets = np.concatenate([[0], np.cumsum(used.sum(axis=1))]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), codes("E", who[used], 6))
