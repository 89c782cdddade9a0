"""Fixtures for the file connector: a folder, a mapping, and a source over both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.files import FileSource
from talentloop.settings import Settings

MAPPING = {
    "streams": {
        "people": {
            "records": [
                {"entity": "candidate", "key": "id", "fields": {"full_name": "name"}},
            ]
        }
    }
}

OpenSource = Callable[..., FileSource]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "drop"
    path.mkdir()
    return path


@pytest.fixture
def open_source(settings: Settings, folder: Path, tmp_path: Path) -> OpenSource:
    """A source over the folder; arguments are options of its only stream, `people`."""

    def make(
        mapping: dict[str, Any] = MAPPING, more: dict[str, Any] | None = None, **stream: Any
    ) -> FileSource:
        path = tmp_path / "mapping.yml"
        path.write_text(yaml.safe_dump(mapping))
        options = {
            "path": str(folder),
            "settle_seconds": 0,
            "streams": {"people": {"files": "*", **stream}},
            **(more or {}),
        }
        return FileSource(settings, "drop", options, path)

    return make
