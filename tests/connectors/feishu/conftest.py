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
from connectors.sandbox.feishu.access import APP_ID
from connectors.sandbox.service import Service, control
from talentloop.settings import Settings
from tests.connectors.quick import QUICK

START = datetime(2026, 11, 1, tzinfo=UTC)
OPTIONS: dict[str, Any] = {
    "base_url": "sandbox",
    "app_id": APP_ID,
    **QUICK,
}


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
