"""Counting exchanges, cheaply: in memory, and once in a while into the operations database."""

from __future__ import annotations

import threading
import time

from connectors.http.errors import RetryClass
from connectors.http.limits import Limit
from talentloop.errors import TalentLoopError
from talentloop.logs import get_logger
from talentloop.ops.exchanges import Exchanges, add_exchanges
from talentloop.settings import Settings

_log = get_logger(__name__)
_WRITE_EVERY_SECONDS = 60.0


class ExchangeCounter:
    """Counts the exchanges of one client; threads may share it.

    Args:
        source: the configured source under whose name they count.
        limit: the rate that holds for it, kept beside the counts.
    """

    def __init__(self, settings: Settings, source: str, limit: Limit) -> None:
        self._settings = settings
        self._source = source
        self._limit = limit
        self._lock = threading.Lock()
        self._counts = Exchanges()
        self._first = self._last = 0.0

    def began(self, waited_seconds: float) -> None:
        """An exchange begins, after our own rate limit held it back so long."""
        now = time.monotonic()
        with self._lock:
            if not self._counts.requests:
                self._first = now - waited_seconds
            self._counts.requests += 1
            self._counts.waited_seconds += waited_seconds
            self._last = now
            due = now - self._first > _WRITE_EVERY_SECONDS
        if due:
            self.write()

    def failed(self, kind: RetryClass) -> None:
        """An exchange failed."""
        with self._lock:
            setattr(self._counts, kind.value, getattr(self._counts, kind.value) + 1)

    def write(self) -> None:
        """Write down what was counted. Counts are no reason to fail: what cannot be is logged."""
        with self._lock:
            counts, self._counts = self._counts, Exchanges()
            counts.busy_seconds = self._last - self._first if counts.requests else 0.0
        if counts == Exchanges():
            return
        limit = (self._limit.requests, self._limit.seconds)
        try:
            add_exchanges(self._settings, self._source, counts, limit=limit)
        except TalentLoopError as error:
            _log.warning("exchanges_not_counted", source=self._source, reason=error.what)
