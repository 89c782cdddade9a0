"""The stand-ins of the worked configurations, and sources that read them without waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.registry import SourceConfig, find_source
from connectors.rest.source import RestSource
from connectors.sandbox.company import Company
from connectors.sandbox.service import Service, control, running
from talentloop.settings import PROJECT_ROOT, Settings
from tests.connectors.quick import QUICK

EXAMPLES = PROJECT_ROOT / "config" / "examples"


@pytest.fixture
def service(settings: Settings, company: Company) -> Iterator[Service]:
    """All tenants, serving; their clock stands at 2026-11-01."""
    with running(settings, company) as found:
        yield found


@pytest.fixture
def faults(settings: Settings) -> Callable[..., dict[str, Any]]:
    """Switches faults of a tenant on; without any, tells what is on and what has fired."""

    def switch(tenant: str, **wanted: object) -> dict[str, Any]:
        return control(settings, f"/sandbox/{tenant}/faults", wanted or None)

    return switch


@pytest.fixture
def quick(tmp_path: Path, settings: Settings) -> Callable[..., Path]:
    """A copy of an example's source file that does not wait; its path."""

    def make(name: str, **changes: Any) -> Path:
        source = yaml.safe_load((EXAMPLES / name / "source.yml").read_text(encoding="utf-8"))
        source |= {**QUICK, "mapping": str(EXAMPLES / name / "mapping.yml"), **changes}
        path = tmp_path / f"{name}.yml"
        path.write_text(yaml.safe_dump(source, allow_unicode=True), encoding="utf-8")
        return path

    return make


@pytest.fixture
def open_source(
    settings: Settings, service: Service, quick: Callable[..., Path]
) -> Iterator[Callable[..., RestSource]]:
    """Opens an example with changed options, and closes it."""
    opened = []

    def make(name: str, **changes: Any) -> RestSource:
        config: SourceConfig = find_source(settings, str(quick(name, **changes)))
        source = RestSource(settings, config.name, config.options, config.mapping_file)
        opened.append(source)
        return source

    yield make
    for source in opened:
        source.close()
