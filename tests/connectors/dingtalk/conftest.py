"""The stand-in DingTalk organisation on loopback, and sources that read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.dingtalk.source import DingTalkSource
from connectors.sandbox.company import Company
from connectors.sandbox.dingtalk.app import APP_KEY, OPERATOR
from connectors.sandbox.service import Service, control, running
from talentloop.settings import Settings
from tests.connectors.quick import QUICK

START = datetime(2026, 11, 1, tzinfo=UTC)
OPTIONS: dict[str, Any] = {
    "base_url": "sandbox",
    "app_key": APP_KEY,
    "operator_id": OPERATOR,
    **QUICK,
}


@pytest.fixture
def organisation(settings: Settings, company: Company) -> Iterator[Service]:
    """The organisation, serving; its clock stands at 2026-11-01."""
    with running(settings, company) as service:
        yield service


@pytest.fixture
def switch(settings: Settings) -> Callable[..., dict[str, Any]]:
    """Switches faults on; without arguments, tells what is on and what has fired."""

    def pull(**wanted: object) -> dict[str, Any]:
        return control(settings, "/sandbox/dingtalk/faults", wanted or None)

    return pull


@pytest.fixture
def make_source(
    settings: Settings, organisation: Service
) -> Iterator[Callable[..., DingTalkSource]]:
    """Opens sources of the organisation, and closes them."""
    opened = []

    def make(**options: Any) -> DingTalkSource:
        source = DingTalkSource(settings, "dingtalk", {**OPTIONS, **options})
        opened.append(source)
        return source

    yield make
    for source in opened:
        source.close()
