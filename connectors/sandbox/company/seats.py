"""Openings: one seat per hire, some never filled, some filled twice because a promise broke."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from connectors.sandbox.company.arrivals import Arrivals
from connectors.sandbox.company.columns import build_table, codes, pick
from connectors.sandbox.company.kinds import Ints, Times
from connectors.sandbox.company.offers import Offers
from connectors.sandbox.company.requisitions import Requisitions
from connectors.sandbox.company.streams import stream
from connectors.sandbox.company.timeline import NAT, days, nowhere, only
from connectors.sandbox.company.versions import snapshots


@dataclass(frozen=True)
class Seats:
    """One element per opening; application numbers are negative where there is none.

    Attributes:
        hire: application that fills it for good.
        reneged: application that filled it first and then did not come.
        cancelled_at: closing without a hire.
    """

    requisition: Ints
    hire: Ints
    reneged: Ints
    cancelled_at: Times

    def __len__(self) -> int:
        return len(self.requisition)


def closing_times(arrivals: Arrivals, offers: Offers, requisitions: Requisitions) -> Times:
    """When requisitions close: when hiring stops and the last offer is answered; never for
    evergreen ones."""
    sent = ~np.isnat(offers.decided_at)
    last = np.full(len(requisitions), np.iinfo(np.int64).min)
    np.maximum.at(last, arrivals.requisition[sent], offers.decided_at[sent].astype(np.int64))
    latest = np.fmax(requisitions.stop_at, last.astype("datetime64[us]") + days(0.1))
    return only(~requisitions.is_evergreen, latest)


def make_seats(
    seed: int, arrivals: Arrivals, offers: Offers, requisitions: Requisitions, closed_at: Times
) -> Seats:
    """The openings of all requisitions but the evergreen ones."""
    rng = stream(seed, "seats")
    regular = ~requisitions.is_evergreen[arrivals.requisition]
    hires = np.flatnonzero(offers.is_hire & regular)
    reneged = np.flatnonzero(~np.isnat(offers.reneged_at) & regular)
    refilled = _next_hires(arrivals, offers, hires, reneged)
    first_holder = np.full(len(arrivals), -1, dtype=np.int64)
    first_holder[refilled[refilled >= 0]] = reneged[refilled >= 0]
    lost = reneged[refilled < 0]
    spare = rng.poisson(0.35, len(requisitions)) * ~requisitions.is_evergreen
    taken = np.bincount(arrivals.requisition[hires], minlength=len(requisitions))
    spare = np.where((taken + spare == 0) & ~requisitions.is_evergreen, 1, spare)
    empty = np.repeat(np.arange(len(requisitions)), spare)
    requisition = np.concatenate([arrivals.requisition[hires], arrivals.requisition[lost], empty])
    hire = np.concatenate([hires, np.full(len(lost) + len(empty), -1)])
    holder = np.concatenate([first_holder[hires], lost, np.full(len(empty), -1)])
    order = np.argsort(requisition, kind="stable")
    requisition, hire, holder = requisition[order], hire[order], holder[order]
    again_open = np.where(holder >= 0, offers.reneged_at[np.maximum(holder, 0)], NAT)
    cancelled = np.fmax(closed_at[requisition], again_open + days(3.0))
    return Seats(requisition, hire, holder, only(hire < 0, cancelled))


def _next_hires(arrivals: Arrivals, offers: Offers, hires: Ints, reneged: Ints) -> Ints:
    """For each broken promise, the hire of the same requisition that took the seat; or −1."""
    left = pd.DataFrame(
        {"requisition": arrivals.requisition[reneged], "at": offers.reneged_at[reneged]}
    ).sort_values("at", kind="stable")
    right = pd.DataFrame(
        {
            "requisition": arrivals.requisition[hires],
            "at": offers.accepted_at[hires],
            "hire": hires,
        }
    ).sort_values("at", kind="stable")
    found = pd.merge_asof(left.reset_index(), right, on="at", by="requisition", direction="forward")
    found.loc[found.duplicated("hire"), "hire"] = np.nan
    taker = np.full(len(reneged), -1, dtype=np.int64)
    taker[found["index"].to_numpy()] = found["hire"].fillna(-1).to_numpy(dtype=np.int64)
    return taker


def opening_table(offers: Offers, requisitions: Requisitions, seats: Seats) -> pa.Table:
    """All openings through their states."""
    n = len(seats)

    def of(application: Ints, times: Times) -> Times:
        return np.where(application >= 0, times[np.maximum(application, 0)], nowhere(n))

    first_taken, reopened = (
        of(seats.reneged, offers.recorded_at),
        of(seats.reneged, offers.reneged_at),
    )
    taken, opened_at = of(seats.hire, offers.recorded_at), requisitions.opened_at[seats.requisition]
    row, recorded, version = snapshots(
        [opened_at, first_taken, reopened, taken, seats.cancelled_at]
    )
    holder = np.where(recorded >= first_taken[row], seats.reneged[row], -1)
    holder = np.where(recorded >= reopened[row], -1, holder)
    holder = np.where(recorded >= taken[row], seats.hire[row], holder)
    is_cancelled = recorded >= seats.cancelled_at[row]
    holder_time = np.where(holder >= 0, offers.accepted_at[np.maximum(holder, 0)], NAT)
    values: dict[str, object] = {
        "source_id": codes("4", row, 7),
        "requisition_id": codes("3", seats.requisition[row], 6),
        "opened_at": opened_at[row],
        "target_fill_on": requisitions.target_fill_on[seats.requisition[row]],
        "status_code": pick(
            ["open", "filled", "cancelled"], np.where(is_cancelled, 2, np.where(holder >= 0, 1, 0))
        ),
        "filled_application_id": codes("1", holder, 7),
        "filled_at": holder_time,
        "closed_at": only(is_cancelled, seats.cancelled_at[row]),
    }
    return build_table("opening", values, recorded, version)
