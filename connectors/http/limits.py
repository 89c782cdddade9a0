"""A request rate and a quota that all workers keep together, in the operations database."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field
from pyrate_limiter import Duration, Limiter, Rate
from pyrate_limiter.abstracts.algorithm import GCRA, Decision, State, StateAlgorithm
from pyrate_limiter.abstracts.store import StateStore
from pyrate_limiter.buckets.state_bucket import InMemoryStateStore, StateBucket
from pyrate_limiter.clocks import WallClock
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from connectors.http.errors import HttpError, RetryClass
from talentloop.ops import session
from talentloop.ops.models import RateLimit
from talentloop.settings import Settings
from talentloop.strict import Strict

#: Share of the limit that stays unused, so that a request held up on its way never meets more than
#: the limit's number of later ones in one window.
_HEADROOM = 0.05
#: One in so many requests may follow its neighbour at once, which makes up for late starts.
_ONE_AT_ONCE_IN = 40


class Limit(Strict):
    """So many requests in so many seconds."""

    requests: int = Field(ge=1, description="Requests allowed")
    seconds: float = Field(gt=0, description="within this many seconds")
    shared: bool = Field(True, description="Count all workers together, in the operations database")
    quota_resets: Literal["hour", "day", "month"] = Field(
        "hour", description="When a used-up quota is full again, where the system does not say"
    )
    quota_time_zone: str = Field("Asia/Shanghai", description="Whose hours, days and months")

    def next_period(self, now: datetime) -> datetime:
        """When the quota is full again."""
        here = now.astimezone(ZoneInfo(self.quota_time_zone))
        if self.quota_resets == "hour":
            return here.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
        if self.quota_resets == "day":
            return midnight + timedelta(days=1)
        return (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)


def evened(limit: Limit) -> Rate:
    """The limit as an even flow of which no window of `seconds` ever holds more than `requests`.

    A few may follow each other at once; the flow is thinner by as many.
    """
    at_once = math.ceil(limit.requests / _ONE_AT_ONCE_IN)
    interval = math.ceil(limit.seconds * (1 + _HEADROOM) * Duration.SECOND.value)
    return Rate(limit.requests - at_once + 1, interval, burst=at_once)


class _UsedUpError(Exception):
    """The quota is used up."""

    def __init__(self, until: datetime) -> None:
        super().__init__(str(until))
        self.until = until


def _stop_if_used_up(until: datetime | None) -> None:
    if until is not None and until > datetime.now(UTC):
        raise _UsedUpError(until)


class _LocalStore(InMemoryStateStore):
    """The limiter's numbers in this process alone."""

    closed_until: datetime | None = None

    def check(
        self, algorithm: StateAlgorithm, rates: list[Rate], now: int, weight: int
    ) -> Decision:
        """Whether `weight` requests may pass now."""
        _stop_if_used_up(self.closed_until)
        decision: Decision = super().check(algorithm, rates, now, weight)  # type: ignore[no-untyped-call]
        return decision

    def close_until(self, until: datetime) -> None:
        """Let nothing pass before."""
        self.closed_until = until


class SharedLimiter:
    """Lets a request pass when the rate allows it, and nothing while the quota is used up.

    Args:
        source: the configured source; all who name the same one share its rate and quota.
    """

    def __init__(self, settings: Settings, source: str, limit: Limit) -> None:
        self._limit = limit
        self._store = _OperationsStore(settings, source) if limit.shared else _LocalStore()
        bucket = StateBucket([evened(limit)], GCRA(), self._store, WallClock())
        # Waits are exact; the library's own buffer would let slots pass unused.
        self._limiter = Limiter(bucket, buffer_ms=0)

    def try_acquire(self, timeout: float) -> bool:
        """Wait for a turn, at most `timeout` seconds; whether there was one."""
        return bool(self._limiter.try_acquire("requests", timeout=timeout))

    def wait(self, timeout: float, where: str) -> None:
        """Wait for a turn.

        Raises:
            HttpError: the quota is used up, or no turn came in time; nothing was sent.
        """
        try:
            if self.try_acquire(timeout):
                return
        except _UsedUpError as error:
            raise HttpError(
                f"The allowance is used up until {error.until:%Y-%m-%d %H:%M} UTC; nothing was sent",
                where=where,
                remedy="Run again then, or ask the vendor for a larger allowance.",
            ).classed(RetryClass.QUOTA) from None
        raise HttpError(
            "Our own rate limit for this source let no request through in time",
            where=where,
            remedy="Raise the limit of the source, or run fewer tasks at once.",
        ).classed(RetryClass.TRANSIENT)  # a write that waited in vain is to be tried again

    def close_for(self, seconds: float | None) -> None:
        """Let nothing pass, in any process, for so many seconds; None: until the next period."""
        now = datetime.now(UTC)
        pause = None if seconds is None else timedelta(seconds=seconds)
        until = self._limit.next_period(now) if pause is None else now + pause
        self._store.close_until(until.astimezone(UTC))


def shared_limiter(settings: Settings, source: str, limit: Limit) -> SharedLimiter:
    """The limiter of one source."""
    return SharedLimiter(settings, source, limit)


class _OperationsStore(StateStore):
    """The limiter's numbers as a row that one worker at a time reads and moves on."""

    def __init__(self, settings: Settings, source: str) -> None:
        self._settings = settings
        self._source = source
        _ensure_row(settings, source)

    def check(
        self, algorithm: StateAlgorithm, rates: list[Rate], now: int, weight: int
    ) -> Decision:
        """Whether `weight` requests may pass now; what passes is written down at once."""
        with session(self._settings, durable=False) as db:
            row = db.scalars(
                select(RateLimit).where(RateLimit.source == self._source).with_for_update()
            ).one()
            _stop_if_used_up(row.closed_until)
            state, decision = algorithm.step(rates, _state(row, rates, now), now, weight)
            if decision.allowed:
                row.state = ",".join(str(number) for number in state)
                row.requests += weight
        return decision

    def read(self, _algorithm: StateAlgorithm, rates: list[Rate]) -> State:
        """The numbers as they stand."""
        with session(self._settings, durable=False) as db:
            row = db.scalars(select(RateLimit).where(RateLimit.source == self._source)).one()
            return _state(row, rates, WallClock().now())

    def close_until(self, until: datetime) -> None:
        """Let nothing pass before, in any process."""
        with session(self._settings) as db:
            db.execute(
                update(RateLimit).where(RateLimit.source == self._source).values(closed_until=until)
            )

    def reset(self) -> None:
        """Forget what has passed."""
        with session(self._settings, durable=False) as db:
            db.execute(update(RateLimit).where(RateLimit.source == self._source).values(state=""))


def _state(row: RateLimit, rates: Sequence[Rate], now: int) -> State:
    """The numbers kept; anew where the limit has other parts now, or a clock was set back."""
    kept = tuple(int(number) for number in row.state.split(",") if number)
    farthest = (now + max(rate.interval for rate in rates)) * 1000
    if len(kept) != len(rates) or max(kept) > farthest:
        return tuple(0 for _ in rates)
    return kept


def _ensure_row(settings: Settings, source: str) -> None:
    try:
        with session(settings) as db:
            if db.get(RateLimit, source) is None:
                db.add(RateLimit(source=source))
    except IntegrityError:
        pass  # another worker made it at the same moment
