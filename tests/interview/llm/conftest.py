"""A judge over a running endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interview.llm import LlmConfig, LlmJudge, load_llm
from interview.scoring import Rubric, load_rubric
from talentloop.settings import Settings
from tests.interview.llm.endpoint import Endpoint, serve

MakeJudge = Callable[..., LlmJudge]


@pytest.fixture(scope="session")
def rubric() -> Rubric:
    return load_rubric(Settings())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings over an empty home; the judge keeps its state in files and needs no database."""
    return Settings(home=tmp_path / "home", now=datetime(2026, 11, 2, tzinfo=UTC))


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with serve() as running:
        yield running


@pytest.fixture
def slept() -> list[float]:
    """Seconds that judges waited between attempts."""
    return []


@pytest.fixture
def make(
    settings: Settings, rubric: Rubric, endpoint: Endpoint, slept: list[float]
) -> Iterator[MakeJudge]:
    """Makes judges of the shipped configuration, switched on and turned to the endpoint."""
    with ExitStack() as stack:

        def made(key: str | None = None, **changes: object) -> LlmJudge:
            shipped = load_llm(Settings()).model_dump()
            config = LlmConfig.model_validate(
                {**shipped, "enabled": True, "base_url": endpoint.url, **changes}
            )
            return stack.enter_context(LlmJudge(settings, config, rubric, key, sleep=slept.append))

        yield made
