"""What is exchanged is counted by system, day and class, without a write for each request."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.http import (
    AllowedHosts,
    ExchangeCounter,
    HttpClient,
    HttpError,
    Limit,
    shared_limiter,
)
from talentloop.ops.exchanges import exchange_days
from talentloop.settings import Settings
from tests.connectors.http.conftest import PATIENT, Reply, Stub

LIMIT = Limit(requests=1000, seconds=1)


def client(settings: Settings, stub: Stub) -> HttpClient:
    """A client whose exchanges count under `hr`."""
    return HttpClient(
        AllowedHosts(stub.url), PATIENT, limiter=shared_limiter(settings, "hr", LIMIT),
        counter=ExchangeCounter(settings, "hr", LIMIT),
    )  # fmt: skip


def test_requests_and_failures_add_up_over_runs_and_are_written_when_a_client_closes(
    settings: Settings, make_stub: Callable[..., Stub]
) -> None:
    stub = make_stub(Reply(429), Reply(503), Reply(), Reply(400))
    with client(settings, stub) as opened:
        opened.get("a", where="a")
        with pytest.raises(HttpError):
            opened.get("b", where="b")
        assert exchange_days(settings) == []
    with client(settings, stub) as opened, pytest.raises(HttpError):
        opened.get("c", where="c")

    (day,) = exchange_days(settings)
    assert (day.source, day.on_day) == ("hr", settings.clock.now().date().isoformat())
    assert (day.requests, day.retry_after, day.transient, day.permanent) == (5, 1, 1, 2)
    assert (day.limit_requests, day.limit_seconds) == (1000, 1)
    assert 0 <= day.waited_seconds <= day.busy_seconds


def test_a_client_that_sent_nothing_leaves_no_trace(
    settings: Settings, make_stub: Callable[..., Stub]
) -> None:
    with client(settings, make_stub(Reply())):
        pass
    assert exchange_days(settings) == []
