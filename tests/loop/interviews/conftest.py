"""A mail server on loopback, for what candidates are told; and reports that are quick to write."""

from __future__ import annotations

import pytest

from interview.feedback import render
from tests.connectors.smtp.conftest import certificate, mailbox, server

__all__ = ["certificate", "mailbox", "server"]


@pytest.fixture
def without_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Writes reports as on a machine that cannot draw PDFs, which takes most of the time."""

    def refuse(_html: str) -> bytes:
        raise OSError("no Pango")

    monkeypatch.setattr(render, "render_pdf", refuse)
