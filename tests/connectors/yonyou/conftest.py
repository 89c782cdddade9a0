"""The stand-in tenant on loopback, with sources and a sink for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.sandbox.service import Service, control
from connectors.yonyou import YonyouSink, YonyouSource
from talentloop.settings import Settings
from tests.connectors.quick import QUICK

OPTIONS: dict[str, Any] = {
    "base_url": "sandbox",
    "app_key": "talentloop-sandbox",
    **QUICK,
}
V3 = {**OPTIONS, "profile": "yonyou_ehr_v3"}
Pull = Callable[..., dict[str, Any]]


@pytest.fixture
def faults(settings: Settings, tenant: Service) -> Pull:
    """Switches faults on; without arguments, tells what is on and what has fired."""

    def switch(**wanted: object) -> dict[str, Any]:
        return control(settings, "/sandbox/yonyou/faults", wanted or None)

    return switch


@pytest.fixture
def make_source(settings: Settings, tenant: Service) -> Iterator[Callable[..., YonyouSource]]:
    """Opens sources of the tenant, and closes them."""
    opened = []

    def make(**options: Any) -> YonyouSource:
        source = YonyouSource(settings, "yonyou", {**OPTIONS, **options})
        opened.append(source)
        return source

    yield make
    for source in opened:
        source.close()


@pytest.fixture
def make_sink(settings: Settings, tenant: Service) -> Iterator[Callable[..., YonyouSink]]:
    """Opens sinks of the tenant, and closes them."""
    opened = []

    def make(**options: Any) -> YonyouSink:
        sink = YonyouSink(settings, "yonyou", {**OPTIONS, **options})
        opened.append(sink)
        return sink

    yield make
    for sink in opened:
        sink.close()
