"""Fixtures for the runner: a configuration folder, a source of files and a scripted source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors import registry
from connectors.base import Page
from talentloop.landing import LandingZone
from talentloop.settings import Settings
from tests.migrated import set_up

MAPPING: dict[str, Any] = {
    "streams": {
        "offers": {
            "records": [
                {
                    "entity": "offer",
                    "key": "id",
                    "updated_at": "at",
                    "fields": {"application_id": "app", "status_code": "status", "version": "v"},
                }
            ]
        }
    }
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings over an empty home and a configuration folder of their own."""
    (tmp_path / "config" / "sources").mkdir(parents=True)
    made = Settings(
        home=tmp_path / "home",
        config=tmp_path / "config",
        now=datetime(2026, 11, 2, tzinfo=UTC),
    )
    set_up(made)
    return made


@pytest.fixture
def configure(settings: Settings) -> Callable[..., Path]:
    """Writes a source file and the mapping beside it."""

    def make(file: str = "s", /, *, rules: dict[str, Any] = MAPPING, **fields: Any) -> Path:
        folder = settings.config / "sources"
        (folder / "mapping.yaml").write_text(yaml.safe_dump(rules))
        path = folder / f"{file}.yml"
        path.write_text(yaml.safe_dump({"mapping": "mapping.yaml", **fields}))
        return path

    return make


@dataclass
class Script:
    """What a scripted source answers, and what it was asked."""

    pages: list[Sequence[Any]] = field(default_factory=list)
    clock: datetime = datetime(2026, 11, 1, tzinfo=UTC)
    asked: list[datetime | None] = field(default_factory=list)
    acknowledged: int = 0
    error_after: int | None = None
    exhaustive: bool = True


class ScriptedSource:
    """A SourceConnector that answers from a script."""

    script: Script

    def __init__(self, _settings: Settings, name: str, _options: Any, _mapping: Path) -> None:
        self.name = name

    def streams(self) -> Sequence[str]:
        return ["offers"]

    def read(self, stream: str, since: datetime | None) -> Iterator[Page]:
        self.script.asked.append(since)
        for number, rows in enumerate(self.script.pages):
            if number == self.script.error_after:
                raise ConnectionError("the source went away")
            yield Page(
                rows, f"page {number}".encode(), self.script.clock, f"{stream} page {number}"
            )

    def acknowledge(self, _stream: str) -> None:
        self.script.acknowledged += 1

    def is_exhaustive(self, _stream: str) -> bool:
        return self.script.exhaustive


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, configure: Callable[..., Path]) -> Script:
    """A configured source `s` that answers from this script."""
    made = Script()
    bound = type("Bound", (ScriptedSource,), {"script": made})
    monkeypatch.setitem(registry.SOURCES, "scripted", "not:imported")
    monkeypatch.setattr(registry, "_class", lambda _path: bound)
    configure(connector="scripted")
    return made


@pytest.fixture
def landed(settings: Settings) -> Callable[..., Counter[Any]]:
    """Everything in the landing zone, counted: entity, id, content, time, whether deleted."""

    def look() -> Counter[Any]:
        zone = LandingZone(settings)
        columns = ["source_id", "payload_hash", "source_updated_at", "is_deleted"]
        return Counter(
            (entity, *row.values())
            for entity in sorted({file.entity for file in zone.files()})
            for row in zone.read(entity, columns=columns).to_pylist()
        )

    return look
