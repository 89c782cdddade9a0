"""A named person's decision about proposed weights. An approval holds from a day still to come."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from talentloop.errors import ConfigError
from talentloop.ops import proposals as store
from talentloop.ops.models import Proposal
from talentloop.reports.options import load_options
from talentloop.settings import Settings
from talentloop.warehouse.portraits import (
    WEIGHTS,
    PortraitVersion,
    load_portrait,
    local_midnight,
)


def approve(
    settings: Settings,
    proposal_id: int,
    person: str,
    *,
    effective_on: date | None = None,
    note: str = "",
) -> PortraitVersion:
    """Put proposed weights in force from a day on (default: tomorrow); the version it makes.

    Applications whose first score is older keep the weights they were judged by. The next build
    applies the new version.

    Raises:
        ConfigError: no such pending proposal, nobody is named, the day has begun already or does not
            follow the newest version, or the portrait has changed since the proposal was made.
    """
    row = find(settings, proposal_id)
    portrait = load_portrait(settings, row.subject)
    if row.state == "pending" and row.change["replaces"] != portrait.newest.version:
        raise ConfigError(
            f"The proposal would replace version {row.change['replaces']}, but version "
            f"{portrait.newest.version} has been made since",
            where=f"proposal {proposal_id}, portrait {row.subject}",
            remedy=f"Propose again: `talentloop weights propose --portrait {row.subject}`.",
        )
    effective_at = _effective(settings, effective_on, portrait.newest)
    store.decide(settings, proposal_id, "approved", person, note=note, effective_at=effective_at)
    return load_portrait(settings, row.subject).newest


def reject(settings: Settings, proposal_id: int, person: str, *, note: str = "") -> None:
    """Turn a proposal down; the weights stay as they are.

    Raises:
        ConfigError: no such pending proposal, or nobody is named.
    """
    find(settings, proposal_id)
    store.decide(settings, proposal_id, "rejected", person, note=note)


def find(settings: Settings, proposal_id: int) -> Proposal:
    """A proposal of weights, in whatever state.

    Raises:
        ConfigError: there is none of this number.
    """
    for row in store.proposals(settings, WEIGHTS):
        if row.id == proposal_id:
            return row
    raise ConfigError(
        f"There is no proposal of weights with number {proposal_id}",
        where=f"proposal {proposal_id}",
        remedy="`talentloop weights list` shows them.",
    )


def _effective(settings: Settings, day: date | None, newest: PortraitVersion) -> datetime:
    now = settings.clock.now()
    today = now.astimezone(load_options(settings).zone).date()
    at = local_midnight(settings, day or today + timedelta(days=1))
    if at <= now or (newest.effective_at is not None and at <= newest.effective_at):
        raise ConfigError(
            "Weights hold from a day that is still to come and later than the newest version's",
            where=f"--effective {day}",
            remedy=f"Name a day after {today}"
            + (f" and after {newest.effective_at:%Y-%m-%d}." if newest.effective_at else "."),
        )
    return at
