"""The stand-in tenant on loopback, and a source that reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from connectors.sandbox.service import Service, control
from connectors.sandbox.successfactors.schema import tenant_schema
from connectors.successfactors import SuccessFactorsSource
from talentloop.settings import Settings
from tests.connectors.quick import QUICK

OPTIONS: dict[str, Any] = {
    "base_url": "sandbox",
    "company_id": "yuanshan",
    "client_id": "talentloop-sandbox",
    **QUICK,
}


#: Events of a job row, in the order in which the company numbers its own.
_JOB_EVENTS = ("H", "R", "PC", "5", "8", "26")


def identity(stream: str, row: Mapping[str, Any]) -> str:
    """The company's own id of a row."""
    if stream == "EmpJob":
        return f"{row['userId']}-{_JOB_EVENTS.index(row['event']) + 1}"
    return str(row[tenant_schema()[stream].id_field])


@pytest.fixture
def faults(settings: Settings) -> Callable[..., dict[str, Any]]:
    """Switches faults on; without arguments, tells what is on and what has fired."""

    def switch(**wanted: object) -> dict[str, Any]:
        return control(settings, "/sandbox/successfactors/faults", wanted or None)

    return switch


@pytest.fixture
def make_source(
    settings: Settings, tenant: Service
) -> Iterator[Callable[..., SuccessFactorsSource]]:
    """Opens sources of the tenant, and closes them."""
    opened = []

    def make(**options: Any) -> SuccessFactorsSource:
        source = SuccessFactorsSource(settings, "successfactors", {**OPTIONS, **options})
        opened.append(source)
        return source

    yield make
    for source in opened:
        source.close()


@pytest.fixture
def source(make_source: Callable[..., SuccessFactorsSource]) -> SuccessFactorsSource:
    """The source with the options of the tests."""
    return make_source()
