"""A published copy of the small company, made once per test run and copied into each home."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from talentloop import ops, warehouse
from talentloop.settings import Settings
from tests.portal.company import write_build


@pytest.fixture(scope="session")
def company_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the small company published."""
    home = tmp_path_factory.mktemp("company") / "home"
    settings = Settings(home=home)
    ops.migrate(settings)
    write_build(settings.warehouse_file)
    warehouse.publish(settings)
    return home


@pytest.fixture
def published(settings: Settings, company_home: Path) -> Settings:
    """Settings whose home holds the published company."""
    for name in ("published", "secrets", "operations.db"):
        source, target = company_home / name, settings.home / name
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        elif source.exists():
            shutil.copyfile(source, target)
    return settings
