"""What hiring costs: fees, postings, fairs, bonuses, salaries, as finance books them.

Drawn from a stream of its own after everything else has happened, so nothing else depends on it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa

from connectors.sandbox.company.application_rows import application_ids
from connectors.sandbox.company.arrivals import Arrivals
from connectors.sandbox.company.columns import build_table, codes, pick
from connectors.sandbox.company.employment import Employment
from connectors.sandbox.company.kinds import Bools, Dates, Floats, Ints, Rng
from connectors.sandbox.company.org import DEPARTMENT_IDS
from connectors.sandbox.company.requisitions import Requisitions
from connectors.sandbox.company.sizes import CLOCK_START, HORIZON, WINDOW_START
from connectors.sandbox.company.staff import NO_DATE
from connectors.sandbox.company.streams import chance, stream
from connectors.sandbox.company.timeline import at_local_hour, instant, local_dates
from connectors.sandbox.company.versions import snapshots
from connectors.sandbox.company.vocabulary import (
    CAMPUS,
    CHANNELS,
    HEADHUNTER,
    JOB_BOARD,
    REFERRAL,
)

_TYPES = (
    "agency_fee", "referral_bonus", "job_board", "career_fair", "background_check", "travel",
    "ats_licence", "recruiter_salary", "interviewer_time", "contractor_agency",
)  # fmt: skip
(_AGENCY, _BONUS, _BOARD, _FAIR, _CHECK, _TRAVEL, _LICENCE, _SALARY, _TIME, _CONTRACTOR) = range(10)
_INTERNAL = (_LICENCE, _SALARY, _TIME)
_VAT = 0.06
#: Yuan for a dollar from the first of January of a year; what the company's treasury used.
_DOLLAR = {2023: 7.05, 2024: 7.12, 2025: 7.18, 2026: 6.98}
_BONUS_YUAN = 5_000.0


@dataclass
class Costs:
    """One element per booked amount.

    Attributes:
        yuan: what it is worth in yuan without tax; negative where it is taken back.
        booked_on: when it was invoiced and counts. `paid_on`: for bonuses, after probation.
        requisition, department, application, channel: what it was for; negative where unknown.
    """

    kind: Ints
    yuan: Floats
    booked_on: Dates
    paid_on: Dates
    requisition: Ints
    department: Ints
    application: Ints
    channel: Ints

    def __len__(self) -> int:
        return len(self.kind)


def make_costs(
    seed: int, arrivals: Arrivals, requisitions: Requisitions, jobs: Employment
) -> Costs:
    """Every amount, in order of booking."""
    rng = stream(seed, "costs")
    parts = [
        *_for_hires(rng, arrivals, jobs),
        _for_travel(rng, requisitions),
        *_every_month(rng, len(arrivals)),
    ]
    joined = {f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Costs)}
    order = np.flatnonzero(joined["booked_on"] <= np.datetime64(HORIZON.date(), "D"))
    order = order[np.lexsort((order, joined["kind"][order], joined["booked_on"][order]))]
    return Costs(**{name: column[order] for name, column in joined.items()})


def _part(kind: int, yuan: Floats, booked_on: Dates, **known: Any) -> Costs:
    n = len(yuan)
    nobody = np.full(n, -1, dtype=np.int64)
    return Costs(
        kind=np.full(n, kind, dtype=np.int64),
        yuan=np.round(yuan, 2),
        booked_on=booked_on,
        paid_on=known.get("paid_on", np.full(n, NO_DATE)),
        requisition=known.get("requisition", nobody),
        department=known.get("department", nobody),
        application=known.get("application", nobody),
        channel=known.get("channel", nobody),
    )


def _for_hires(rng: Rng, arrivals: Arrivals, jobs: Employment) -> list[Costs]:
    """Agency fees, background checks and referral bonuses of those who came.

    A bonus is booked on the first day and paid after probation; of a hire who left before, it is
    taken back on the last day.
    """
    came = np.flatnonzero((jobs.application >= 0) & ~jobs.is_no_show)
    app, day = jobs.application[came], jobs.hired_on[came]
    channel = arrivals.channel[app]
    fee = 12 * jobs.pay[came] * rng.uniform(0.15, 0.25, len(came))
    check = rng.uniform(200, 600, len(came))
    agency, referred = channel == HEADHUNTER, channel == REFERRAL
    ends = jobs.probation_end(jobs.hired_on)[came]
    broken: Bools = jobs.left_on[came] <= ends
    bonus = np.full(len(came), _BONUS_YUAN)
    paid_on = np.where(broken, NO_DATE, ends + 15)
    back = referred & broken
    return [
        _part(_AGENCY, fee[agency], day[agency], application=app[agency], channel=channel[agency]),
        _part(_CHECK, check, day - 5, application=app),
        _part(_BONUS, bonus[referred], day[referred], paid_on=paid_on[referred],
              application=app[referred], channel=channel[referred]),
        _part(_BONUS, -bonus[back], jobs.left_on[came][back], application=app[back],
              channel=channel[back]),
    ]  # fmt: skip


def _for_travel(rng: Rng, requisitions: Requisitions) -> Costs:
    """Journeys of candidates, by requisition."""
    n = len(requisitions)
    spent = local_dates(requisitions.opened_at) + rng.integers(20, 60, n)
    paid = np.flatnonzero(chance(rng, 0.7, n) & ~requisitions.is_test)
    yuan = rng.gamma(2.0, 1_200.0, n)[paid]
    return _part(
        _TRAVEL, yuan, spent[paid], requisition=paid, department=requisitions.department[paid]
    )


def _every_month(rng: Rng, n_applications: int) -> list[Costs]:
    """What comes every month, whoever is hired; the sums follow the size of the company."""
    first = np.datetime64(WINDOW_START.date(), "M")
    months = np.arange(first, np.datetime64(HORIZON.date(), "M"))
    n, size = len(months), float(n_applications)
    last_day = (months + 1).astype("datetime64[D]") - 1
    middle = months.astype("datetime64[D]") + 14
    month_of_year = months.astype(np.int64) % 12
    fair = np.isin(month_of_year, (2, 8, 9))
    quarterly = month_of_year % 3 == 2
    department = rng.integers(0, len(DEPARTMENT_IDS), n)
    return [
        _part(_BOARD, size * rng.uniform(1.0, 1.6, n), middle, channel=np.full(n, JOB_BOARD)),
        _part(_FAIR, (size * rng.uniform(4, 6, n))[fair], middle[fair],
              channel=np.full(int(fair.sum()), CAMPUS)),
        _part(_LICENCE, (size * rng.uniform(1.5, 1.6, n))[quarterly], middle[quarterly]),
        _part(_SALARY, size * rng.uniform(8, 9, n), last_day),
        _part(_TIME, size * rng.uniform(2, 3, n), last_day),
        _part(_CONTRACTOR, (size * rng.uniform(2, 4, n))[quarterly], middle[quarterly],
              department=department[quarterly]),
    ]  # fmt: skip


def recruiting_cost_table(seed: int, costs: Costs) -> pa.Table:
    """The amounts as booked: licences and some agencies in dollars, invoices with tax."""
    rng = stream(seed, "cost_rows")
    kind = costs.kind
    external = ~np.isin(kind, (*_INTERNAL, _BONUS))
    in_dollars = (kind == _LICENCE) | ((kind == _AGENCY) & chance(rng, 0.15, len(kind)))
    booked = np.where(external, costs.yuan * (1 + _VAT), costs.yuan)
    booked = np.round(np.where(in_dollars, booked / _dollars(costs.booked_on), booked), 2)
    row, recorded, version = snapshots(
        [at_local_hour(costs.booked_on, 9), at_local_hour(costs.paid_on, 9)]
    )
    paid = recorded >= at_local_hour(costs.paid_on, 9)[row]
    values: dict[str, object] = {
        "source_id": codes("K", row, 7),
        "cost_type_code": pick(_TYPES, kind[row]),
        "nature_code": pick(("external", "internal"), np.isin(kind[row], _INTERNAL).astype(int)),
        "worker_type_code": pick(
            ("employee", "contractor"), (kind[row] == _CONTRACTOR).astype(int)
        ),
        "amount": booked[row],
        "amount_currency_code": pick(("CNY", "USD"), in_dollars[row].astype(int)),
        "is_vat_included": external[row],
        "vat_rate": np.where(external[row], _VAT, 0.0),
        "incurred_on": costs.booked_on[row],
        "accrued_on": costs.booked_on[row],
        "paid_on": np.where(paid, costs.paid_on[row], NO_DATE),
        "requisition_id": codes("3", costs.requisition[row], 6),
        "org_unit_id": pick(DEPARTMENT_IDS, costs.department[row]),
        "application_id": application_ids(costs.application[row]),
        "source_channel_code": pick(CHANNELS, costs.channel[row]),
    }
    return build_table("recruiting_cost", values, recorded, version)


def _dollars(dates: Dates) -> Floats:
    years = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    return np.array([_DOLLAR[int(year)] for year in years])


def planted_costs(costs: Costs) -> dict[str, Any]:
    """What was spent by the clock's start in yuan without tax: the sums that reports must find."""
    known = at_local_hour(costs.booked_on, 9) <= instant(CLOCK_START)

    def total(kinds: tuple[int, ...]) -> float:
        return float(np.round(costs.yuan[known & np.isin(costs.kind, kinds)].sum(), 2))

    internal = total(_INTERNAL)
    contractors = total((_CONTRACTOR,))
    everything = total(tuple(range(len(_TYPES))))
    return {
        "costs_cny": {
            "external": round(everything - internal - contractors, 2),
            "internal": internal,
            "contractor": contractors,
            "by_type": {name: total((i,)) for i, name in enumerate(_TYPES)},
        }
    }
