"""Limits that all processes share: calls and tokens a day, and the circuit breaker.

They lie in one small file under the home folder, changed under a lock. A call is counted before it
is made, so that a kill never makes room for one more.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from interview.llm.config import LlmConfig
from talentloop.clock import Clock
from talentloop.files import replace_durably

_LOCK_SECONDS = 30


class UnavailableError(Exception):
    """Nothing may be asked, or nothing that counts came back; `reason` is a code for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _State(BaseModel):
    model_config = ConfigDict(extra="forbid")

    day: str = ""
    calls: int = 0
    tokens: int = 0
    failures: int = 0
    open_until: datetime | None = None


class Limits:
    """The day's budget and the breaker of one installation."""

    def __init__(self, folder: Path, config: LlmConfig, clock: Clock) -> None:
        self._path, self._config, self._clock = folder / "limits.json", config, clock

    def take_call(self, tokens: int) -> None:
        """Count a call of about so many tokens.

        Raises:
            UnavailableError: `budget` or `breaker_open`.
        """
        with self._state() as state:
            now = self._clock.now()
            if state.open_until is not None and now < state.open_until:
                raise UnavailableError("breaker_open")
            too_many = state.calls + 1 > self._config.calls_per_day
            if too_many or state.tokens + tokens > self._config.tokens_per_day:
                raise UnavailableError("budget")
            state.calls += 1
            state.tokens += tokens

    def correct(self, reserved: int, used: int) -> None:
        """Replace the tokens reserved for a call by those that it used."""
        with self._state() as state:
            state.tokens = max(0, state.tokens + used - reserved)

    def succeeded(self) -> None:
        """Close the breaker."""
        with self._state() as state:
            state.failures, state.open_until = 0, None

    def failed(self) -> None:
        """Count a failure; the last of a row opens the breaker."""
        with self._state() as state:
            state.failures += 1
            if state.failures >= self._config.breaker.failures:
                wait = timedelta(seconds=self._config.breaker.open_seconds)
                state.failures, state.open_until = 0, self._clock.now() + wait

    @contextmanager
    def _state(self) -> Iterator[_State]:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(self._path.with_suffix(".lock"), timeout=_LOCK_SECONDS):
            state = self._read()
            today = self._clock.now().date().isoformat()
            if state.day != today:
                state.day, state.calls, state.tokens = today, 0, 0
            yield state
            data = json.dumps(state.model_dump(mode="json"), sort_keys=True)
            replace_durably(self._path, data.encode(), mode=0o600)

    def _read(self) -> _State:
        try:
            return _State.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return _State()
        except ValidationError:
            # Unreadable counts as used up until midnight: the limit must not be lost with the file.
            return _State(day=self._clock.now().date().isoformat(), calls=2**31, tokens=2**31)


def about_tokens(text: str) -> int:
    """A bound on the tokens of a text, where nobody has counted: one a hanzi, one per three others."""
    wide = sum(ord(c) > 0x2E80 for c in text)
    return wide + math.ceil((len(text) - wide) / 3)
