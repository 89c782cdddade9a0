"""Bounded retries: a number of attempts, growing waits, and a limit on all time lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import tenacity
from pydantic import Field

from connectors.http.errors import HttpError, RetryClass
from talentloop.logs import get_logger
from talentloop.strict import Strict

_log = get_logger(__name__)
_RETRIED = (RetryClass.RETRY_AFTER, RetryClass.TRANSIENT)
ResultT = TypeVar("ResultT")


class RetryPolicy(Strict):
    """How patient we are with one system."""

    attempts: int = Field(6, ge=1, description="Attempts of one request")
    deadline_seconds: float = Field(
        1800, gt=0, description="Time that one read or write may lose to failures and waiting"
    )
    wait_initial_seconds: float = Field(0.5, ge=0, description="First wait; each next is doubled")
    wait_max_seconds: float = Field(30, ge=0, description="Longest wait of our own choosing")
    throttled_wait_seconds: float = Field(
        300, ge=0, description="Wait where the source throttles without saying how long"
    )
    odd_answer_wait_seconds: float = Field(
        30, ge=0, description="Wait after a page that is not JSON, as in a maintenance window"
    )


@dataclass
class LostTime:
    """Seconds lost to failed attempts and waits, shared by all requests of one read.

    Throttling on every page never fails a single request for good, yet would keep a read going
    for hours; this sum is what ends it.
    """

    allowed: float
    spent: float = 0.0

    @property
    def left(self) -> float:
        return self.allowed - self.spent


@dataclass(frozen=True)
class Retrier:
    """Runs operations under a policy. `sleep` and `monotonic` are replaced in tests."""

    policy: RetryPolicy
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic

    def run(
        self, operation: Callable[[], ResultT], lost: LostTime, *, idempotent: bool = True
    ) -> ResultT:
        """The operation's result, after as many attempts as the policy allows.

        Args:
            operation: raises HttpError when it fails.
            lost: the time already lost in this read; grows by what is lost here.
            idempotent: False for a write that must not be repeated once it may have taken effect.

        Raises:
            HttpError: the last failure, when it is hopeless or patience has ended.
        """

        def timed() -> ResultT:
            started = self.monotonic()
            try:
                return operation()
            except HttpError:
                lost.spent += self.monotonic() - started
                raise

        return tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda error: _helps(error, idempotent)),
            wait=self._wait,
            stop=lambda state: self._stop(state, lost),
            before_sleep=lambda state: _note(state, lost),
            sleep=self.sleep,
            reraise=True,
        )(timed)

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = _failure(state)
        if error.retry_after is not None:
            return error.retry_after
        if error.retry_class is RetryClass.RETRY_AFTER:
            return self.policy.throttled_wait_seconds
        grow = tenacity.wait_exponential_jitter(
            initial=self.policy.wait_initial_seconds,
            max=self.policy.wait_max_seconds,
            jitter=self.policy.wait_initial_seconds,
        )
        return float(grow(state))

    def _stop(self, state: tenacity.RetryCallState, lost: LostTime) -> bool:
        if state.attempt_number >= self.policy.attempts:
            return True
        return state.upcoming_sleep >= lost.left


def _helps(error: BaseException, idempotent: bool) -> bool:
    if not isinstance(error, HttpError) or error.retry_class not in _RETRIED:
        return False
    return idempotent or not error.maybe_applied


def _failure(state: tenacity.RetryCallState) -> HttpError:
    error = state.outcome.exception() if state.outcome else None
    if not isinstance(error, HttpError):
        raise TypeError("only failed exchanges are retried")
    return error


def _note(state: tenacity.RetryCallState, lost: LostTime) -> None:
    error = _failure(state)
    lost.spent += state.upcoming_sleep
    _log.warning(
        "http_retry",
        where=error.where,
        status=error.status,
        retry_class=error.retry_class.value,
        attempt=state.attempt_number,
        wait_seconds=round(state.upcoming_sleep, 3),
    )
