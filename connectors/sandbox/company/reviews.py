"""Performance reviews: ratings 1 to 5 at months 3, 6 and 12, and yearly for legacy staff."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from connectors.sandbox.company.columns import build_table, codes, join_text, pick
from connectors.sandbox.company.employee_rows import employee_ids
from connectors.sandbox.company.employment import Employment, add_months
from connectors.sandbox.company.kinds import Bools, Dates, Floats, Ints, Rng, Times
from connectors.sandbox.company.streams import some, stream
from connectors.sandbox.company.timeline import (
    NAT,
    at_local_hour,
    days,
    happens,
    local_dates,
    office_hours,
    only,
)
from connectors.sandbox.company.versions import snapshots

MONTHS = (3, 6, 12)
#: Share of reviewed people at each rating from 1 to 5, the same at every lag.
RATING_SHARES = (0.05, 0.15, 0.41, 0.29, 0.10)
#: Spread of what a review sees beside performance, in units of the performance index.
NOISE = {3: 0.95, 6: 0.80, 12: 0.80}
_TYPES = ("month_3", "month_6", "month_12", "annual")


def performance_review_table(seed: int, jobs: Employment) -> tuple[pa.Table, dict[str, list[str]]]:
    """All reviews; and the ids of those recorded late and of those corrected."""
    rng = stream(seed, "reviews")
    parts = [_at_month(rng, jobs, month) for month in MONTHS] + [_annual(rng, jobs)]
    job, kind, finalised, rating = _by_job(parts)
    n = len(job)
    late = some(rng, 0.02, np.ones(n, dtype=bool))
    known = np.where(late, office_hours(finalised + days(rng.uniform(12, 40, n))), finalised)
    wrong = some(rng, 0.012, ~late)
    fixed_at = only(wrong, office_hours(finalised + days(rng.uniform(8, 40, n))))
    first = np.where(rating >= 3, rating - 1, rating + 1)
    row, recorded, version = snapshots([known, fixed_at])
    raw = np.where(recorded < fixed_at[row], first[row], rating[row]).astype(np.float64)
    values: dict[str, object] = {
        "source_id": _review_ids(row),
        "employee_id": employee_ids(job[row]),
        "cycle_code": _cycles(finalised[row]),
        "review_type": pick(_TYPES, kind[row]),
        "finalised_at": finalised[row],
        "reviewer_id": employee_ids(jobs.department[job[row]]),
        "rating_raw": raw,
        "scale_min": np.full(len(row), 1.0),
        "scale_max": np.full(len(row), 5.0),
        "scale_code": pa.repeat("rating_5", len(row)),
        "rating_0_1": np.round((raw - 1) / 4, 9),
    }
    notes = {"late": _review_ids(np.flatnonzero(late & happens(known))).to_pylist()}
    notes["corrected"] = _review_ids(np.flatnonzero(happens(fixed_at))).to_pylist()
    return build_table("performance_review", values, recorded, version), notes


def _review_ids(number: Ints) -> pa.Array:
    return codes("R", number, 7)


_Part = tuple[Ints, Ints, Times, Ints]


def _at_month(rng: Rng, jobs: Employment, month: int) -> _Part:
    """Reviews of starters some months after their first day, if they are still here."""
    n = len(jobs)
    due = add_months(jobs.hired_on, np.full(n, month))
    finalised = office_hours(at_local_hour(due, 9) + days(rng.uniform(2, 18, n)))
    seen = jobs.performance + rng.normal(0, NOISE[month], n)
    seen = seen + rng.normal(0, 0.15, 64)[jobs.department]  # managers differ in leniency
    candidates = (jobs.application >= 0) & ~jobs.is_no_show
    rating = np.full(n, 3, dtype=np.int64)
    if candidates.any():
        limits = np.quantile(seen[candidates], np.cumsum(RATING_SHARES)[:-1])
        rating = 1 + np.searchsorted(limits, seen).astype(np.int64)
    here = candidates & _still_here(jobs, local_dates(finalised))
    job = np.flatnonzero(here)
    return job, np.full(len(job), MONTHS.index(month)), finalised[job], rating[job]


def _annual(rng: Rng, jobs: Employment) -> _Part:
    """Legacy staff is rated every January."""
    parts: list[_Part] = []
    standing: Floats = rng.normal(0, 1, len(jobs))
    for year in (2024, 2025, 2026):
        on = np.full(len(jobs), np.datetime64(f"{year}-01-10", "D"))
        finalised = office_hours(at_local_hour(on, 9) + days(rng.uniform(0, 12, len(jobs))))
        seen = standing + rng.normal(0, 0.7, len(jobs))
        rating = 1 + np.searchsorted(np.array([-2.0, -1.0, 0.35, 1.55]), seen).astype(np.int64)
        job = np.flatnonzero((jobs.application < 0) & _still_here(jobs, local_dates(finalised)))
        parts.append((job, np.full(len(job), 3), finalised[job], rating[job]))
    return _by_job(parts)


def _by_job(parts: list[_Part]) -> _Part:
    """All reviews by employment and time."""
    job, kind, rating = (np.concatenate([part[c] for part in parts]) for c in (0, 1, 3))
    finalised: Times = np.concatenate([part[2] for part in parts])
    order = np.lexsort((finalised, job))
    return job[order], kind[order], finalised[order], rating[order]


def _still_here(jobs: Employment, on: Dates) -> Bools:
    return ~(jobs.left_on <= on)


def _cycles(finalised: Times) -> pa.Array:
    """Half-years such as 2026H1."""
    month = np.where(np.isnat(finalised), NAT, finalised).astype("datetime64[M]").astype(np.int64)
    return join_text(codes("", 1970 + month // 12, 4), "H", codes("", 1 + month % 12 // 6, 1))
