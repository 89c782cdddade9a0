"""Channels of a home, and what waits in its outbox."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from talentloop.settings import Settings

ROOT = Path(__file__).parents[2]
Configure = Callable[..., Settings]


@pytest.fixture
def configured(settings: Settings, tmp_path: Path) -> Configure:
    """Settings over a copy of the configuration with some channels in it."""

    def make(**channels: Mapping[str, Any]) -> Settings:
        folder = tmp_path / "config"
        if not folder.exists():
            folder.mkdir()
            for name in ("messages", "policies", "reporting.yml", "sources", "code_lists",
                         "calendars", "scheduling.yml"):  # fmt: skip
                source = ROOT / "config" / name
                copy = shutil.copytree if source.is_dir() else shutil.copy
                copy(source, folder / name)
        shutil.rmtree(folder / "channels", ignore_errors=True)
        (folder / "channels").mkdir()
        for name, content in channels.items():
            (folder / "channels" / f"{name}.yml").write_text(yaml.safe_dump(dict(content)))
        return settings.model_copy(update={"config": folder})

    return make
