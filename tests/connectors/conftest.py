"""Listening to everything that is logged."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from talentloop.logs import configure_logs


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
