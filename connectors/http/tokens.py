"""One access token for all threads of a client, fetched once however many ask."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

#: Share of a token's life after which it is renewed.
_RENEW_AT = 0.8


@dataclass(frozen=True)
class Token:
    """An access token and the seconds that it lives from its issue."""

    value: str = field(repr=False)
    lifetime_seconds: float


class TokenCache:
    """Keeps a token until four fifths of its life have passed, or the other side refuses it.

    Args:
        fetch: asks for a new token; called by one thread at a time.
        monotonic: seconds that only grow; replaced in tests.
    """

    def __init__(
        self, fetch: Callable[[], Token], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._value = ""
        self._renew_at = 0.0

    def get(self) -> str:
        """The token to send; threads that come while it is fetched wait for that one fetch.

        Raises:
            SourceAuthError: our credentials were refused.
            SourceError: no token could be had.
        """
        with self._lock:
            now = self._monotonic()
            if not self._value or now >= self._renew_at:
                token = self._fetch()
                self._value = token.value
                self._renew_at = now + _RENEW_AT * token.lifetime_seconds
            return self._value

    def refused(self, value: str) -> None:
        """Forget `value`, unless another thread has already brought a newer token."""
        with self._lock:
            if self._value == value:
                self._value = ""
