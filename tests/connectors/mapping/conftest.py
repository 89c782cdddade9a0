"""Fixtures for the mapping engine: mappings written inside the tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.base import Page
from connectors.mapping import MappedPage, StreamMapping, apply_mapping, load_mapping

SEEN = datetime(2026, 11, 1, 12, tzinfo=UTC)


def page(rows: Sequence[Any]) -> Page:
    return Page(rows, b"", SEEN, "offers.csv", first_row=2)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a mapping file with one stream `s` of the records given."""

    def make(*records: Mapping[str, Any], **more: Any) -> Path:
        path = tmp_path / "mapping.yaml"
        content = {"streams": {"s": {"records": list(records)}}, **more}
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return path

    return make


@pytest.fixture
def mapped(write: Callable[..., Path]) -> Callable[..., MappedPage]:
    """Maps rows with one record rule."""

    def run(record: Mapping[str, Any], rows: Sequence[Any], **more: Any) -> MappedPage:
        stream: StreamMapping = load_mapping(write(record, **more)).stream("s")
        return apply_mapping(stream, page(rows), "test")

    return run
