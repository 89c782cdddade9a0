"""Fixtures that every room's tests share."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from talentloop.settings import Settings
from tests.migrated import set_up

NOW = datetime(2026, 11, 2, tzinfo=UTC)
#: These take minutes. They start first, so that the last worker has nothing long left to do.
_LONG = ("tests/loop/test_loop.py", "tests/warehouse/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring what takes minutes to the front, then the files with most tests."""
    sizes = Counter(item.path for item in items)

    def rank(item: pytest.Item) -> tuple[int, int, str]:
        long = [place for place, start in enumerate(_LONG) if item.nodeid.startswith(start)]
        return long[0] if long else len(_LONG), -sizes[item.path], str(item.path)

    items.sort(key=rank)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings over an empty home of their own, a standing clock, a migrated database."""
    made = Settings(home=tmp_path / "home", now=NOW, sandbox_size="test", portal_port=0,
                    sandbox_port=0)  # fmt: skip
    set_up(made)
    return made
