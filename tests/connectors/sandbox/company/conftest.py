"""Companies that several tests read; none of them changes one."""

from __future__ import annotations

import pytest

from connectors.sandbox.company import Company, simulate


@pytest.fixture(scope="session")
def small() -> Company:
    return simulate("test")


@pytest.fixture(scope="session")
def demo() -> Company:
    return simulate("demo")
