"""An installation with one small destination."""

from __future__ import annotations

from pathlib import Path

import pytest

from talentloop.settings import Settings
from tests.connectors.outbox.tenant import CONFIG, Tenant


@pytest.fixture
def outbox(settings: Settings, tmp_path: Path) -> Settings:
    """Settings whose only destination is `hr`."""
    folder = tmp_path / "config" / "destinations"
    folder.mkdir(parents=True)
    (folder / "hr.yml").write_text(CONFIG)
    return settings.model_copy(update={"config": folder.parent})


@pytest.fixture
def tenant() -> Tenant:
    """A system with records 1, 2 and 3."""
    return Tenant()
