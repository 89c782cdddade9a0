"""How often a tenant is asked: a limit that it enforces, and a log that proves that it was kept."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import deque
from collections.abc import Sequence

_REMEMBERED = 200_000


class Admission:
    """Times (monotonic seconds) of the requests that were let in, oldest first."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=_REMEMBERED)
        self.refused = 0

    def admit(self, requests: float = 0, seconds: float = 1) -> bool:
        """Whether one more request keeps the limit of any `seconds`; it is logged if so.

        Args:
            requests: the limit; 0 for none.
        """
        now = time.monotonic()
        if requests and self._since(now - seconds) >= requests:
            self.refused += 1
            return False
        self._times.append(now)
        return True

    def _since(self, start: float) -> int:
        count = 0
        for moment in reversed(self._times):
            if moment <= start:
                break
            count += 1
        return count

    def times(self) -> list[float]:
        """When each request was let in."""
        return list(self._times)


def busiest(times: Sequence[float], seconds: float) -> int:
    """The most requests in any window of so many seconds. `times` are sorted."""
    return max(
        (
            end + 1 - bisect_left(times, moment - seconds, hi=end)
            for end, moment in enumerate(times)
        ),
        default=0,
    )
