"""Fixtures that every room's tests share."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from talentloop import ops
from talentloop.settings import Settings

NOW = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings over an empty home of their own, a standing clock, a migrated database."""
    made = Settings(home=tmp_path / "home", now=NOW, sandbox_size="test", portal_port=0,
                    sandbox_port=0)  # fmt: skip
    ops.migrate(made)
    return made
