"""Fixtures that every room's tests share."""

from __future__ import annotations

import gc
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from talentloop.settings import Settings
from tests.migrated import set_up

NOW = datetime(2026, 11, 2, tzinfo=UTC)
#: Few tests that take long. They start first, so that the last worker has nothing long left to do.
#: Only one of them needs the built warehouse: others would wait while it is built.
_LONG = (
    "tests/loop/test_loop.py", "tests/warehouse/test_unit_tests.py",
    "tests/warehouse/test_hiring_log.py", "tests/talentloop/test_build.py",
    "tests/connectors/fault_matrix/",
)  # fmt: skip
#: A test here takes as long as so many others.
_WEIGHTS = {"warehouse": 10}


def pytest_collection() -> None:
    """Leave garbage alone while a million objects are made that all stay."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Collect garbage again, without a look at what reading the tests has made."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring what takes long to the front, then the files with most tests."""
    sizes: Counter[Path] = Counter()
    for item in items:
        sizes[item.path] += _WEIGHTS.get(item.path.parent.name, 1)

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
