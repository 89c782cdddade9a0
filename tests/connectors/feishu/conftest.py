"""The stand-in Feishu tenant on loopback, and clients and sources that talk to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.feishu.client import FeishuClient
from connectors.feishu.options import SYSTEM, FeishuOptions
from connectors.feishu.source import FeishuSource
from connectors.options import checked_options
from connectors.sandbox.company import Company, simulate
from connectors.sandbox.feishu.access import APP_ID
from connectors.sandbox.service import Service, control, running
from talentloop.settings import Settings

START = datetime(2026, 11, 1, tzinfo=UTC)
#: No waiting, but all the counting.
QUICK = {
    "attempts": 6,
    "deadline_seconds": 20,
    "wait_initial_seconds": 0,
    "throttled_wait_seconds": 0,
    "odd_answer_wait_seconds": 0,
}
OPTIONS: dict[str, Any] = {
    "base_url": "sandbox",
    "app_id": APP_ID,
    "retry": QUICK,
    "limit": {"requests": 10_000, "seconds": 1, "shared": False},
}


@pytest.fixture(scope="session")
def company() -> Company:
    """A company of 200 applications."""
    return simulate("test")


@pytest.fixture
def tenant(settings: Settings, company: Company) -> Iterator[Service]:
    """The tenant, serving; its clock stands at 2026-11-01."""
    with running(settings, company) as service:
        yield service


@pytest.fixture
def faults(settings: Settings) -> Callable[..., dict[str, Any]]:
    """Switches faults on; without arguments, tells what is on and what has fired."""

    def switch(**wanted: object) -> dict[str, Any]:
        return control(settings, "/sandbox/feishu/faults", wanted or None)

    return switch


@pytest.fixture
def client(settings: Settings, tenant: Service) -> Iterator[FeishuClient]:
    """A client of the tenant."""
    with FeishuClient(
        settings, "feishu", checked_options("feishu", OPTIONS, FeishuOptions, SYSTEM)
    ) as made:
        yield made


@pytest.fixture
def make_source(settings: Settings, tenant: Service) -> Iterator[Callable[..., FeishuSource]]:
    """Opens sources of the tenant, and closes them."""
    opened = []

    def make(**options: Any) -> FeishuSource:
        source = FeishuSource(settings, "feishu", {**OPTIONS, **options})
        opened.append(source)
        return source

    yield make
    for source in opened:
        source.close()
