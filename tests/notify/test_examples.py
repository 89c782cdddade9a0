"""The channels to copy are whole: each opens as it stands."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from connectors.channels.channel import channel
from connectors.registry import make_sink

EXAMPLES = sorted((Path(__file__).parents[2] / "config" / "examples" / "channels").glob("*.yml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_opens_and_its_cards_have_targets(configured: Any, path: Path) -> None:
    settings = configured()
    shutil.copy(path, settings.config / "channels")
    found = channel(settings, path.stem)
    assert set(found.sends.values()) <= set(found.options["targets"])
    sink: Any = make_sink(settings, path.stem)
    try:
        assert sink.name == path.stem
        assert sink.can_read_back is False
    finally:
        sink.close()


def test_there_is_one_for_each_kind() -> None:
    assert [path.stem for path in EXAMPLES] == ["dingtalk", "feishu", "mail", "wecom"]
