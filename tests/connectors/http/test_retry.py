"""How long we wait, how often we try, and when we stop."""

from __future__ import annotations

import pytest

from connectors.http import HttpError, LostTime, RetryClass, RetryPolicy
from connectors.http.retry import Retrier


class Clock:
    """Time that passes only in sleep."""

    def __init__(self) -> None:
        self.now = 0.0
        self.sleeps: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds

    def monotonic(self) -> float:
        return self.now


def _failing(kind: RetryClass, **more: float) -> HttpError:
    return HttpError("no", where="w").classed(kind, **more)


def _run(policy: RetryPolicy, error: HttpError, clock: Clock, allowed: float = 1e6) -> LostTime:
    lost = LostTime(allowed)

    def operation() -> None:
        raise error

    with pytest.raises(HttpError):
        Retrier(policy, clock.sleep, clock.monotonic).run(operation, lost)
    return lost


def test_waits_grow_up_to_their_limit() -> None:
    clock = Clock()
    policy = RetryPolicy(attempts=7, wait_initial_seconds=1, wait_max_seconds=8)
    lost = _run(policy, _failing(RetryClass.TRANSIENT), clock)
    assert len(clock.sleeps) == 6
    for wait, least in zip(clock.sleeps, (1, 2, 4, 8, 8, 8), strict=True):
        assert min(least, 8) <= wait <= min(least + 1, 8)
    assert lost.spent == pytest.approx(sum(clock.sleeps))


def test_the_server_decides_how_long_to_wait() -> None:
    clock = Clock()
    _run(RetryPolicy(attempts=3), _failing(RetryClass.RETRY_AFTER, retry_after=42), clock)
    assert clock.sleeps == [42, 42]


def test_silent_throttling_is_waited_out_as_the_vendor_recommends() -> None:
    clock = Clock()
    policy = RetryPolicy(attempts=2, throttled_wait_seconds=300)
    _run(policy, _failing(RetryClass.RETRY_AFTER), clock)
    assert clock.sleeps == [300]


def test_the_deadline_ends_it_before_the_attempts_do() -> None:
    clock = Clock()
    policy = RetryPolicy(attempts=100, throttled_wait_seconds=10)
    lost = _run(policy, _failing(RetryClass.RETRY_AFTER), clock, allowed=35)
    assert clock.sleeps == [10, 10, 10]
    assert lost.left == 5


@pytest.mark.parametrize("kind", [RetryClass.PERMANENT, RetryClass.AUTH, RetryClass.QUOTA])
def test_hopeless_failures_are_not_repeated(kind: RetryClass) -> None:
    clock = Clock()
    _run(RetryPolicy(), _failing(kind), clock)
    assert clock.sleeps == []


def test_other_exceptions_pass_through() -> None:
    def operation() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Retrier(RetryPolicy()).run(operation, LostTime(1))
