"""Applications as they arrive: for which requisition, from whom, when, through which channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from connectors.sandbox.company.kinds import Bools, Floats, Ints, Rng, Times
from connectors.sandbox.company.requisitions import Requisitions
from connectors.sandbox.company.sizes import CLOCK_START, HORIZON, WINDOW_START, Size
from connectors.sandbox.company.streams import chance, choose, choose_by_row, some, stream
from connectors.sandbox.company.timeline import (
    at_local_hour,
    days,
    days_between,
    instant,
    local_dates,
    month_numbers,
    only,
)
from connectors.sandbox.company.vocabulary import (
    CAMPUS,
    CHANNEL_SHARES,
    HEADHUNTER,
    MINI_PROGRAM,
    REFERRAL,
    SEASON,
    SEASON_CAMPUS,
)

_BATCH = 1.6  # draws per application wanted, in each attempt


@dataclass
class Arrivals:
    """One element per application, in order of arrival.

    Attributes:
        person: number of the person; those below the number of legacy staff are staff.
        first_contact_at: first engagement where it came before the application.
    """

    requisition: Ints
    applied_at: Times
    channel: Ints
    first_contact_at: Times
    is_prospect: Bools
    person: Ints

    def __len__(self) -> int:
        return len(self.requisition)


def draw_arrivals(size: Size, seed: int, requisitions: Requisitions) -> Arrivals:
    """Applications in order of time; exactly `size.applications` of them by CLOCK_START.

    Persons are not yet known: see `identity.assign_persons`.
    """
    rng = stream(seed, "arrivals")
    requisition, applied_at, channel = _enough(rng, size, requisitions)
    n = len(requisition)
    sourced = (channel == HEADHUNTER) & chance(rng, 0.5, n)
    sourced |= (channel == REFERRAL) & chance(rng, 0.25, n)
    contact = applied_at - days(rng.gamma(2.0, 4.0, n) + 0.2)
    is_prospect = some(rng, 0.12, channel == HEADHUNTER)
    return Arrivals(
        requisition=requisition,
        applied_at=applied_at,
        channel=channel,
        first_contact_at=only(sourced & ~is_prospect, contact),
        is_prospect=is_prospect,
        person=np.arange(n, dtype=np.int64),
    )


def _enough(rng: Rng, size: Size, requisitions: Requisitions) -> tuple[Ints, Times, Ints]:
    parts: list[tuple[Ints, Times, Ints]] = []
    past = 0
    while past < size.applications:
        part = _draw(rng, int(size.applications * _BATCH) + 50, requisitions)
        parts.append(part)
        past += int((part[1] <= instant(CLOCK_START)).sum())
    requisition, applied_at, channel = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    before = applied_at <= instant(CLOCK_START)
    kept = rng.permutation(np.flatnonzero(before))[: size.applications]
    later = np.flatnonzero(~before)
    later = later[chance(rng, size.applications / past, len(later))]
    rows = np.concatenate([kept, later])
    rows = rows[np.argsort(applied_at[rows], kind="stable")]
    return requisition[rows], applied_at[rows], channel[rows]


def _draw(rng: Rng, n: int, requisitions: Requisitions) -> tuple[Ints, Times, Ints]:
    """Candidate arrivals, thinned by season and by the growth of the mini program."""
    requisition = choose(rng, requisitions.popularity, n)
    into = requisitions.window_days[requisition] * rng.beta(1.1, 1.8, n)
    applied_at = requisitions.opened_at[requisition] + days(into + 0.02)
    applied_at = _waking_hours(rng, requisitions.thaw(requisition, applied_at))
    applied_at = np.maximum(applied_at, requisitions.opened_at[requisition] + days(0.01))
    channel = choose_by_row(rng, np.array(CHANNEL_SHARES)[requisitions.family[requisition]])
    share = days_between(np.full(n, instant(WINDOW_START)), applied_at) / 1_096
    growth = np.where(channel == MINI_PROGRAM, 0.35 + 0.6 * np.clip(share, 0, 1), 0.85)
    keep = chance(rng, growth * _season(channel, applied_at), n)
    keep &= (applied_at < instant(HORIZON)) & (applied_at < requisitions.stop_at[requisition])
    return requisition[keep], applied_at[keep], channel[keep]


def _season(channel: Ints, applied_at: Times) -> Floats:
    month = month_numbers(applied_at)
    general, campus = np.array(SEASON) / max(SEASON), np.array(SEASON_CAMPUS) / max(SEASON)
    return np.clip(np.where(channel == CAMPUS, campus[month] * 0.6, general[month]), 0, 1)


def _waking_hours(rng: Rng, times: Times) -> Times:
    """People apply at all hours but those of the night, 7 to 24 local time."""
    return at_local_hour(local_dates(times), rng.uniform(7, 23.9, len(times)))
