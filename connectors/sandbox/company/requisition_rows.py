"""Requisitions and their events as the HR system holds them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from connectors.sandbox.company.columns import build_table, codes, join_text, pick
from connectors.sandbox.company.kinds import Bools, Ints, Times
from connectors.sandbox.company.org import DEPARTMENT_IDS
from connectors.sandbox.company.requisitions import Requisitions
from connectors.sandbox.company.seats import Seats
from connectors.sandbox.company.sizes import HORIZON
from connectors.sandbox.company.staff import Staff
from connectors.sandbox.company.streams import chance, stream
from connectors.sandbox.company.timeline import days, happens, instant, office_hours, only
from connectors.sandbox.company.versions import snapshots
from connectors.sandbox.company.vocabulary import FAMILIES, LOCATIONS, TITLES

_STATUS = ("draft", "approved", "open", "on_hold", "filled", "closed", "cancelled")
_DRAFT, _APPROVED, _OPEN, _ON_HOLD, _FILLED, _CLOSED, _CANCELLED = range(7)
_EVENTS = ("approved", "opened", "held", "resumed", "closed", "reopened", "closed")


@dataclass(frozen=True)
class Life:
    """The instants of each requisition's life; missing where it has no such turn.

    Attributes:
        end_state: status after closing, an index into the contract's states.
        handed_over_at, next_recruiter: a change of recruiter on the way.
    """

    closed_at: Times
    reopened_at: Times
    closed_again_at: Times
    end_state: Ints
    handed_over_at: Times
    next_recruiter: Ints


def make_life(
    seed: int, requisitions: Requisitions, seats: Seats, closed_at: Times, staff: Staff
) -> Life:
    """How requisitions end, are reopened, and change hands."""
    rng = stream(seed, "requisition_life")
    n = len(requisitions)
    unfilled = np.bincount(seats.requisition[seats.hire < 0], minlength=n)
    filled = np.bincount(seats.requisition[seats.hire >= 0], minlength=n)
    end_state = np.where(unfilled == 0, _FILLED, np.where(filled == 0, _CANCELLED, _CLOSED))
    settled = np.flatnonzero((closed_at < instant(HORIZON) - days(120.0)) & (end_state == _CLOSED))
    again: Bools = np.zeros(n, dtype=bool)
    again[rng.permutation(settled)[: max(1, round(0.02 * n))]] = True
    reopened_at = office_hours(closed_at + days(rng.uniform(12, 30, n)))
    closed_again_at = office_hours(reopened_at + days(rng.uniform(20, 60, n)))
    handed_over = office_hours(requisitions.opened_at + days(rng.uniform(10, 60, n)))
    return Life(
        closed_at=closed_at,
        reopened_at=only(again, reopened_at),
        closed_again_at=only(again, closed_again_at),
        end_state=end_state,
        handed_over_at=only(chance(rng, 0.06, n), handed_over),
        next_recruiter=rng.choice(staff.recruiters, n),
    )


def requisition_table(seed: int, requisitions: Requisitions, seats: Seats, life: Life) -> pa.Table:
    """All versions of all requisitions."""
    rng = stream(seed, "requisition_rows")
    drafted_at = office_hours(requisitions.approved_at - days(rng.uniform(1, 6, len(requisitions))))
    row, recorded, version = snapshots(
        [
            np.minimum(drafted_at, requisitions.approved_at), requisitions.approved_at,
            requisitions.opened_at, requisitions.hold_from, requisitions.hold_to, life.closed_at,
            life.reopened_at, life.closed_again_at, life.handed_over_at,
        ]
    )  # fmt: skip
    status = _status_at(requisitions, life, row, recorded)
    is_over = status >= _FILLED
    closed = np.where(
        recorded >= life.closed_again_at[row], life.closed_again_at[row], life.closed_at[row]
    )
    handed = recorded >= life.handed_over_at[row]
    family = requisitions.family[row]
    first_title = np.cumsum([0] + [len(names) for names in TITLES])
    title = first_title[family] + requisitions.title[row]
    headcount = np.bincount(seats.requisition, minlength=len(requisitions))
    values: dict[str, object] = {
        "source_id": codes("3", row, 6),
        "title": pick([name for names in TITLES for name in names], title),
        "job_code": join_text(
            "J", codes("", family + 1, 1), codes("", requisitions.title[row] + 1, 2)
        ),
        "job_family_code": pick(FAMILIES, family),
        "org_unit_id": pick(DEPARTMENT_IDS, requisitions.department[row]),
        "location_code": pick(LOCATIONS, requisitions.location[row]),
        "time_zone": pa.repeat("Asia/Shanghai", len(row)),
        "status_code": pick(_STATUS, status),
        "headcount": headcount[row],
        "hiring_manager_id": codes("E", requisitions.manager[row], 6),
        "recruiter_id": codes(
            "E", np.where(handed, life.next_recruiter[row], requisitions.recruiter[row]), 6
        ),
        "approved_at": only(status >= _APPROVED, requisitions.approved_at[row]),
        "opened_at": only(status >= _OPEN, requisitions.opened_at[row]),
        "closed_at": only(is_over, closed),
        "target_fill_on": requisitions.target_fill_on[row],
        "is_evergreen": requisitions.is_evergreen[row],
        "is_test": requisitions.is_test[row],
        "ext": join_text('{"cust_projectCode":"PRJ-', codes("", row % 97, 3), '"}'),
    }
    return build_table("requisition", values, recorded, version)


def _status_at(requisitions: Requisitions, life: Life, row: Ints, recorded: Times) -> Ints:
    """The state at each version: the last turn at or before it decides."""
    turns: list[tuple[Times, Ints | int]] = [
        (requisitions.approved_at, _APPROVED),
        (requisitions.opened_at, _OPEN),
        (requisitions.hold_from, _ON_HOLD),
        (requisitions.hold_to, _OPEN),
        (life.closed_at, life.end_state[row]),
        (life.reopened_at, _OPEN),
        (life.closed_again_at, life.end_state[row]),
    ]
    status = np.full(len(row), _DRAFT, dtype=np.int64)
    for at, state in turns:
        status = np.where(recorded >= at[row], state, status)
    return status


def requisition_event_table(requisitions: Requisitions, life: Life) -> pa.Table:
    """Approval, opening, holds, closing and reopening of every requisition."""
    times = [
        requisitions.approved_at, requisitions.opened_at, requisitions.hold_from,
        requisitions.hold_to, life.closed_at, life.reopened_at, life.closed_again_at,
    ]  # fmt: skip
    requisition = np.tile(np.arange(len(requisitions)), len(times))
    kind = np.repeat(np.arange(len(times)), len(requisitions))
    occurred = np.concatenate(times)
    order = np.flatnonzero(happens(occurred))
    order = order[np.lexsort((kind[order], occurred[order], requisition[order]))]
    requisition, kind, occurred = requisition[order], kind[order], occurred[order]
    return build_table(
        "requisition_event",
        {
            "source_id": join_text(codes("3", requisition, 6), "-", codes("", kind + 1, 1)),
            "requisition_id": codes("3", requisition, 6),
            "event_type": pick(_EVENTS, kind),
            "occurred_at": occurred,
        },
        occurred,
    )
