"""The simulated company and its tenants, and listening to everything that is logged."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from connectors.sandbox.company import Company, simulate
from connectors.sandbox.service import Service, running
from talentloop.logs import configure_logs
from talentloop.settings import Settings


@pytest.fixture(scope="session")
def company() -> Company:
    """A company of 200 applications."""
    return simulate("test")


@pytest.fixture
def tenant(settings: Settings, company: Company) -> Iterator[Service]:
    """All tenants, serving; their clock stands at 2026-11-01."""
    with running(settings, company) as service:
        yield service


@pytest.fixture
def spoken(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> Iterator[Callable[[], str]]:
    """All that was logged or printed so far, at the most talkative level."""
    configure_logs("DEBUG")
    ours = io.StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(ours))
    caplog.set_level(logging.DEBUG)
    printed: list[str] = []

    def everything() -> str:
        printed.extend(capsys.readouterr())
        return ours.getvalue() + caplog.text + "".join(printed)

    yield everything
    with capsys.disabled():
        configure_logs()
