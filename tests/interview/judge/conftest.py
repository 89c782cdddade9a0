"""A sandbox of this machine; without bubblewrap there is none, and tests that need it are skipped."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from interview.judge import open_bench
from interview.judge.judging import Bench
from talentloop.errors import JudgeError
from talentloop.settings import Settings


@pytest.fixture(scope="session")
def judge_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("judge") / "home")


@pytest.fixture(scope="session")
def bench(judge_settings: Settings) -> Bench:
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed")
    try:
        return open_bench(judge_settings)
    except JudgeError as error:
        pytest.skip(f"no sandbox on this machine: {error.what}")


@pytest.fixture(scope="session")
def needs(bench: Bench) -> Callable[[str], None]:
    """Skips where the compiler of a language is missing."""

    def check(language: str) -> None:
        for command in (bench.config.languages[language].build,):  # type: ignore[index]
            if not Path(command[0]).exists():
                pytest.skip(f"{language} is not installed")

    return check
