"""One access token for all processes of a machine, fetched once however many ask."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeGuard

from filelock import FileLock, Timeout

from connectors.http.errors import HttpError, RetryClass
from talentloop.files import replace_durably
from talentloop.settings import Settings

#: Share of a token's life after which it is renewed.
_RENEW_AT = 0.8
#: How long to wait for another process that is fetching; it may be waiting for a slow answer.
_PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Token:
    """An access token and the seconds that it lives from its issue."""

    value: str = field(repr=False)
    lifetime_seconds: float


def token_in(answer: Any, name: str, life: str | float, *, where: str, remedy: str) -> Token:
    """The token in the answer of a token endpoint.

    Args:
        name: field that holds it; dots lead into the answer.
        life: field that holds its life in seconds; or the life itself, where the answer is silent.
        where, remedy: for the error.

    Raises:
        HttpError: a field is missing, or the life is no number.
    """
    try:
        seconds = _at(answer, life) if isinstance(life, str) else life
        return Token(str(_at(answer, name)), float(seconds))
    except (KeyError, TypeError, ValueError):
        missing = f"{name} or {life}" if isinstance(life, str) else name
        raise HttpError(f"The token answer lacks {missing}", where=where, remedy=remedy).classed(
            RetryClass.PERMANENT
        ) from None


def _at(answer: Any, path: str) -> Any:
    for step in path.split("."):
        answer = answer[step]
    return answer


@dataclass(frozen=True)
class _Held:
    """A token and the time (seconds since 1970) from which a new one is wanted."""

    value: str = field(repr=False)
    renew_at: float


class TokenCache:
    """Keeps a token until four fifths of its life have passed, or the other side refuses it.

    The token lies in a file that only this account reads, below the secrets folder. One process
    fetches while the others wait for it; a lock whose holder was killed is free at once.

    Args:
        settings: where secrets lie.
        name: whom the token is for: source, address and client. What differs in any of them has a
            token of its own, so that none is ever sent to another address.
        fetch: asks for a new token.
        now: seconds since 1970; replaced in tests.
    """

    def __init__(
        self,
        settings: Settings,
        name: str,
        fetch: Callable[[], Token],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._name = name
        self._fetch = fetch
        self._now = now
        self._thread_lock = threading.Lock()
        self._held: _Held | None = None
        self._file = _file_of(settings, name)
        self._file_lock = FileLock(self._file.with_suffix(".lock"), timeout=_PATIENCE_SECONDS)

    def get(self) -> str:
        """The token to send; threads and processes that come while it is fetched wait for it.

        Raises:
            SourceAuthError: our credentials were refused.
            SourceError: no token could be had.
        """
        with self._thread_lock:
            if not self._is_good(self._held):
                self._held = self._shared()
            return self._held.value

    def refused(self, value: str) -> None:
        """Forget `value`, here and for all processes, unless there is a newer token already."""
        with self._thread_lock:
            if self._held is not None and self._held.value == value:
                self._held = None
            with self._locked():
                kept = self._read()
                if kept is not None and kept.value == value:
                    self._file.unlink(missing_ok=True)

    def _is_good(self, held: _Held | None) -> TypeGuard[_Held]:
        return held is not None and self._now() < held.renew_at

    def _shared(self) -> _Held:
        """What another process has fetched already, or a token fetched here for all of them."""
        with self._locked():
            kept = self._read()
            if self._is_good(kept):
                return kept
            asked_at = self._now()
            token = self._fetch()
            held = _Held(token.value, asked_at + _RENEW_AT * token.lifetime_seconds)
            content = json.dumps({"value": held.value, "renew_at": held.renew_at})
            replace_durably(self._file, content.encode(), mode=0o600)
            return held

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with self._file_lock:
                yield
        except Timeout:
            raise HttpError(
                f"Another process has been asking for the access token for {_PATIENCE_SECONDS} s",
                where=self._name,
                remedy="See what holds that process up, and run again.",
            ).classed(RetryClass.TRANSIENT) from None

    def _read(self) -> _Held | None:
        """The token that lies in the file; None where there is none that can be read."""
        try:
            found = json.loads(self._file.read_text())
            return _Held(str(found["value"]), float(found["renew_at"]))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            return None  # an older form, or a damaged file: a new token replaces it


def _file_of(settings: Settings, name: str) -> Path:
    readable = re.sub(r"[^a-z0-9]+", "_", name.lower())[:40].strip("_")
    return (
        settings.secrets_dir
        / "tokens"
        / f"{readable}_{sha256(name.encode()).hexdigest()[:16]}.json"
    )
