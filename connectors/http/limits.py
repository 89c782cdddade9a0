"""A request rate that all workers of one machine keep together."""

from __future__ import annotations

import re
import time
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from pyrate_limiter import AbstractBucket, Duration, InMemoryBucket, Limiter, Rate, SQLiteBucket

from connectors.http.errors import HttpError, RetryClass
from talentloop.settings import Settings


class Limit(BaseModel):
    """So many requests in so many seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    requests: int = Field(ge=1, description="Requests allowed")
    seconds: float = Field(gt=0, description="within this many seconds")
    shared: bool = Field(True, description="Count all processes of this machine together")
    quota_seconds: float = Field(
        3600, gt=0, description="Pause after a used-up quota where the system names no time"
    )


class SharedLimiter:
    """Lets a request pass when the rate allows it, and nothing while the quota is used up."""

    def __init__(self, limiter: Limiter, quota_seconds: float) -> None:
        self._limiter = limiter
        self._quota_seconds = quota_seconds
        self._closed_until = 0.0

    def try_acquire(self, timeout: float) -> bool:
        """Wait for a turn, at most `timeout` seconds; whether there was one."""
        return bool(self._limiter.try_acquire("requests", timeout=timeout))

    def wait(self, timeout: float, where: str) -> None:
        """Wait for a turn.

        Raises:
            HttpError: the quota is used up, or no turn came in time; nothing was sent.
        """
        if time.monotonic() < self._closed_until:
            raise HttpError(
                "The allowance of this period is used up; nothing was sent",
                where=where,
                remedy="Run again in the source's next period.",
            ).classed(RetryClass.QUOTA)
        if not self.try_acquire(timeout):
            raise HttpError(
                "Our own rate limit for this source let no request through in time",
                where=where,
                remedy="Raise the limit of the source, or run fewer tasks at once.",
            )

    def close_for(self, seconds: float | None) -> None:
        """Let nothing pass for so many seconds; None: for the source's quota period."""
        self._closed_until = time.monotonic() + (seconds or self._quota_seconds)


def shared_limiter(settings: Settings, source: str, limit: Limit) -> SharedLimiter:
    """The limiter of one source; its counts lie in a SQLite file where the limit is shared."""
    return SharedLimiter(Limiter(_bucket(settings, source, limit)), limit.quota_seconds)


def _bucket(settings: Settings, source: str, limit: Limit) -> AbstractBucket:
    rates = [Rate(limit.requests, int(limit.seconds * Duration.SECOND))]
    if not limit.shared:
        return InMemoryBucket(rates)
    folder: Path = settings.home / "limits"
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^A-Za-z0-9_-]", "_", source)
    return SQLiteBucket.init_from_file(
        rates, table="requests", db_path=str(folder / f"{name}.sqlite"), use_file_lock=True
    )
