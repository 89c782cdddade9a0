"""Freezing the monthly report at month end, and keeping a log of what later data change."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentloop.errors import ConfigError
from talentloop.ops.database import session
from talentloop.ops.models import FrozenFigure, Restatement
from talentloop.reports.options import load_options
from talentloop.reports.parameters import last_month
from talentloop.reports.runner import end_of_day
from talentloop.settings import Settings
from talentloop.warehouse import Published, open_as_of, open_published
from talentloop.warehouse.as_of import Progress

#: Figures of the monthly report by their metric: its column, and the column of its n.
FIGURES: dict[str, tuple[str, str | None]] = {
    "applications": ("n_applications", None),
    "accepted_offers": ("n_accepted", None),
    "time_to_hire": ("time_to_hire_median_days", "n_accepted"),
    "offer_acceptance_rate": ("offer_acceptance_rate", "n_offers_decided"),
    "on_time_fill_rate": ("on_time_fill_rate", "n_openings_due"),
    "join_rate": ("join_rate", "n_starts_due"),
}
#: A copy observed at most this long after a month's end is the one that its readers saw.
CLOSING = timedelta(days=5)

#: The whole company, or a unit as `source:id`.
Scope = str


@dataclass(frozen=True)
class Figure:
    """A figure's value, and how many cases it is about."""

    value: float | None
    n: int | None

    def equals(self, other: Figure) -> bool:
        """Whether it says the same; the last digits of a float do not count."""
        if self.value is None or other.value is None:
            return self.value is other.value and self.n == other.n
        return math.isclose(self.value, other.value, rel_tol=1e-9) and self.n == other.n


def freeze(
    settings: Settings, month: date | None = None, progress: Progress | None = None
) -> tuple[date, int]:
    """Freeze a month's figures, once; the month and the number of figures frozen now.

    A month that has just ended is frozen as it stands in the current copy. One that ended longer
    ago is frozen as it was known at its end.

    Args:
        month: any day of it; default the last month that had ended when the data were observed.
        progress: told in a sentence when the answer takes time.

    Raises:
        ConfigError: the month has not ended yet in the current copy.
        PublishError: nothing is published, or nothing was known yet at the month's end.
    """
    with open_published(settings) as current:
        zone = load_options(settings).time_zone
        first = (month or last_month(current.as_of, zone)).replace(day=1)
        following = (first + timedelta(days=31)).replace(day=1)
        end = end_of_day(settings, following - timedelta(days=1))
        if current.as_of <= end:
            raise ConfigError(
                f"{first:%Y-%m} has not ended in the published data",
                where=f"version {current.version}, observed up to {current.as_of:%Y-%m-%d %H:%M}",
                remedy="Ingest, build and publish after the month's end, then freeze.",
            )
        if _is_frozen(settings, first):
            return first, 0
        if current.as_of - end <= CLOSING:
            return first, _store(settings, first, current)
    with open_as_of(settings, end, progress) as then:
        return first, _store(settings, first, then)


def _is_frozen(settings: Settings, month: date) -> bool:
    query = select(FrozenFigure.id).where(FrozenFigure.period_on == month.isoformat()).limit(1)
    with session(settings) as db:
        return db.scalar(query) is not None


def _store(settings: Settings, month: date, db: Published) -> int:
    now = settings.clock.now()
    rows = [
        FrozenFigure(
            metric=metric, period_on=month.isoformat(), scope=scope, value=figure.value, n=figure.n,
            published_version=db.version, as_of=db.as_of, frozen_at=now,
        )
        for (metric, scope), figure in _figures(db, month).items()
    ]  # fmt: skip
    with session(settings) as operations:
        operations.add_all(rows)
    return len(rows)


def _figures(db: Published, month: date) -> dict[tuple[str, Scope], Figure]:
    """The figures of a month in a copy, by metric and scope."""
    found = db.sql(
        "select month.*, coalesce(unit.source || ':' || unit.org_unit_id, '') as scope "
        "from mart_monthly_hiring_efficiency as month "
        "left join dim_org_unit as unit on month.top_org_unit_key = unit.org_unit_key "
        "where month_on = $month",
        {"month": month},
    )
    return {
        (metric, row["scope"]): Figure(
            None if row[column] is None else float(row[column]), row[n] if n else None
        )
        for row in found.to_pylist()
        for metric, (column, n) in FIGURES.items()
    }


def note_restatements(settings: Settings) -> int:
    """Log every frozen figure that the current copy changes; how many. Each change is logged once.

    Raises:
        PublishError: nothing is published.
    """
    now = settings.clock.now()
    with open_published(settings) as current, session(settings) as db:
        rows = [
            Restatement(
                metric=metric, period_on=month, scope=scope,
                value_before=before.value, value_after=after.value,
                n_before=before.n, n_after=after.n,
                published_version=current.version, as_of=current.as_of, noticed_at=now,
            )
            for month, metric, scope, before, after in _changes(db, current)
        ]  # fmt: skip
        db.add_all(rows)
    return len(rows)


def _changes(db: Session, current: Published) -> Iterator[tuple[str, str, Scope, Figure, Figure]]:
    """Frozen figures whose last known value is not that of the current copy."""
    known: dict[str, dict[tuple[str, Scope], Figure]] = {}
    for frozen in db.scalars(select(FrozenFigure)):
        month = known.setdefault(frozen.period_on, {})
        month[frozen.metric, frozen.scope] = Figure(frozen.value, frozen.n)
    for said in db.scalars(select(Restatement).order_by(Restatement.id)):
        month = known.setdefault(said.period_on, {})
        month[said.metric, said.scope] = Figure(said.value_after, said.n_after)
    for period, last in sorted(known.items()):
        now = _figures(current, date.fromisoformat(period))
        for key in sorted(last.keys() | now.keys()):
            before, after = last.get(key, Figure(None, None)), now.get(key, Figure(None, None))
            is_empty_unit = key not in last and not after.value
            if not is_empty_unit and not after.equals(before):
                yield period, *key, before, after


def restatements(
    settings: Settings, *, metric: str | None = None, since: datetime | None = None
) -> Sequence[Restatement]:
    """Logged restatements, newest first.

    Args:
        metric: only of this metric.
        since: only those noticed at this instant or later.
    """
    query = select(Restatement).order_by(Restatement.id.desc())
    if metric is not None:
        query = query.where(Restatement.metric == metric)
    if since is not None:
        query = query.where(Restatement.noticed_at >= since)
    with session(settings) as db:
        return db.scalars(query).all()
