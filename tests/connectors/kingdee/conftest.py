"""Both stand-in tenants on loopback, and what reads and writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from connectors.base import SinkConnector, SourceConnector
from connectors.kingdee_cosmic.source import CosmicSource
from connectors.kingdee_cosmic.writer import CosmicSink
from connectors.kingdee_k3cloud.source import K3CloudSource
from connectors.kingdee_k3cloud.writer import K3CloudSink
from connectors.sandbox.company import Company
from connectors.sandbox.service import Service, control, running
from talentloop.settings import Settings
from tests.connectors.quick import QUICK

K3CLOUD, COSMIC = "kingdee_k3cloud", "kingdee_cosmic"
BOTH = (K3CLOUD, COSMIC)
_QUICK = {**QUICK, "base_url": "sandbox"}
OPTIONS: dict[str, dict[str, Any]] = {
    K3CLOUD: {**_QUICK, "acct_id": "yuanshan", "user_name": "talentloop"},
    COSMIC: {
        **_QUICK,
        "isv": "yuanshan",
        "app": "hr",
        "client_id": "talentloop",
        "client_secret": "file:sandbox_kingdee_cosmic.secret",
        "username": "integration",
        "account_id": "yuanshan",
        "token_limit": {"requests": 10_000, "seconds": 60, "shared": False},
    },
}
#: Per system: its class, the stream of applications, and how small pages are asked for.
_SOURCES = {K3CLOUD: K3CloudSource, COSMIC: CosmicSource}
_SINKS = {K3CLOUD: K3CloudSink, COSMIC: CosmicSink}
APPLICATIONS = {K3CLOUD: "TL_Application", COSMIC: "application"}
NUMBER = {K3CLOUD: "FNumber", COSMIC: "number"}

Open = Callable[..., SourceConnector]
OpenSink = Callable[..., SinkConnector]
Switch = Callable[..., dict[str, Any]]


def small_pages(system: str, size: int, paging: str = "key") -> dict[str, Any]:
    """Options that make a system hand out applications in small pages."""
    if system == K3CLOUD:
        form = {"key": ["FNumber"], "cursor": "FModifyDate", "paging": paging, "page_size": size}
        return {"forms": {"TL_Application": form}}
    path = "tl_application_query"
    return {"lists": {"application": {
        "key": ["number"], "cursor": "modifytime", "paging": "page", "page_size": size, "path": path,
    }}}  # fmt: skip


def rows_of(source: SourceConnector, stream: str, since: Any = None) -> list[Any]:
    """All rows of a stream."""
    return [row for page in source.read(stream, since) for row in page.rows]


@pytest.fixture
def tenants(settings: Settings, company: Company) -> Iterator[Service]:
    """Both tenants, serving; their clock stands at 2026-11-01."""
    with running(settings, company) as service:
        yield service


@pytest.fixture(params=BOTH)
def system(request: pytest.FixtureRequest) -> str:
    """Each of both products."""
    found: str = request.param
    return found


@pytest.fixture
def open_source(settings: Settings, tenants: Service) -> Iterator[Open]:
    """Opens sources of a tenant, and closes them."""
    with ExitStack() as stack:

        def opened(system: str, **options: Any) -> SourceConnector:
            source = _SOURCES[system](settings, system, {**OPTIONS[system], **options})
            return stack.enter_context(source)

        yield opened


@pytest.fixture
def open_sink(settings: Settings, tenants: Service) -> Iterator[OpenSink]:
    """Opens sinks of a tenant, and closes them."""
    with ExitStack() as stack:

        def opened(system: str, **options: Any) -> SinkConnector:
            sink = _SINKS[system](settings, system, {**OPTIONS[system], **options})
            return stack.enter_context(sink)

        yield opened


@pytest.fixture
def faults(settings: Settings) -> Switch:
    """Switches a tenant's faults on; without any, tells what is on and what has fired."""

    def switch(system: str, **wanted: object) -> dict[str, Any]:
        return control(settings, f"/sandbox/{system}/faults", wanted or None)

    return switch
