"""What was exchanged with each outside system: counts by day, for people who keep it running."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from talentloop.ops.database import session
from talentloop.ops.models import ExchangeDay
from talentloop.settings import Settings


@dataclass
class Exchanges:
    """Counts since the last time they were written down.

    Attributes:
        requests: exchanges begun.
        retry_after, transient, auth, permanent, quota: of those, the failed ones by what helps.
        waited_seconds: time in which our own rate limit held requests back.
        busy_seconds: time from the first to the last exchange.
    """

    requests: int = 0
    retry_after: int = 0
    transient: int = 0
    auth: int = 0
    permanent: int = 0
    quota: int = 0
    waited_seconds: float = 0.0
    busy_seconds: float = 0.0


COUNTED = tuple(field.name for field in fields(Exchanges))
ERROR_CLASSES = ("retry_after", "transient", "auth", "permanent", "quota")


def add_exchanges(
    settings: Settings, source: str, counts: Exchanges, *, limit: tuple[float, float]
) -> None:
    """Add counts to today's row of a source.

    Args:
        limit: requests allowed within so many seconds, as it holds now.
    """
    now = settings.clock.now()
    key = {"source": source, "on_day": now.date().isoformat()}
    state = {"limit_requests": limit[0], "limit_seconds": limit[1], "updated_at": now}
    with session(settings) as db:
        dialect = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
        empty = {**key, **state, **vars(Exchanges())}
        db.execute(dialect.insert(ExchangeDay).values(empty).on_conflict_do_nothing())
        more = {name: getattr(ExchangeDay, name) + getattr(counts, name) for name in COUNTED}
        db.execute(
            update(ExchangeDay)
            .where(ExchangeDay.source == source, ExchangeDay.on_day == key["on_day"])
            .values(**state, **more)
            .execution_options(synchronize_session=False)
        )


def exchange_days(settings: Settings, since: date | None = None) -> Sequence[ExchangeDay]:
    """Rows by source and day; all of them when `since` is None."""
    query = select(ExchangeDay).order_by(ExchangeDay.source, ExchangeDay.on_day)
    if since is not None:
        query = query.where(ExchangeDay.on_day >= since.isoformat())
    with session(settings) as db:
        return db.scalars(query).all()
