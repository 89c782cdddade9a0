"""The tenants as a process: started once, found, and stopped."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import httpx
import pytest

from connectors.sandbox.company import CLOCK_START, simulate
from connectors.sandbox.service import (
    control,
    find,
    running,
    saved_company,
    serve,
    start,
    stop,
)
from talentloop.errors import ConfigError, SourceError, TalentLoopError
from talentloop.settings import Settings


@pytest.fixture
def cleared(settings: Settings) -> Iterator[Settings]:
    """Settings whose tenants are stopped when the test ends, however it ends."""
    yield settings
    stop(settings)


def test_started_twice_it_is_one_service_and_stops_cleanly(cleared: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        service = start(cleared, port)
    assert service.url != f"http://127.0.0.1:{port}", "a taken port is left alone"
    assert start(cleared) == service
    assert find(cleared) == service
    health = httpx.get(f"{service.url}/sandbox/health", trust_env=False).json()
    assert health["pid"] == service.pid
    assert health["is_simulated"] is True
    moved = control(cleared, "/sandbox/clock", {"advance_days": 1})
    assert moved["now"].startswith("2026-11-02")
    assert stop(cleared)
    assert find(cleared) is None
    assert not (cleared.sandbox_dir / "service.json").exists()
    assert not stop(cleared)


def test_one_home_is_served_once(settings: Settings) -> None:
    with running(settings, simulate("test")), pytest.raises(TalentLoopError, match="already"):
        serve(settings)


def test_a_note_left_by_a_killed_service_is_not_believed(settings: Settings) -> None:
    settings.sandbox_dir.mkdir(parents=True)
    note = settings.sandbox_dir / "service.json"
    for text in ("", "{}", json.dumps({"url": "http://127.0.0.1:9", "pid": 1})):
        note.write_text(text)
        assert find(settings) is None
    with pytest.raises(ConfigError, match="not running"):
        control(settings, "/sandbox/successfactors/faults")


def test_a_refused_lever_says_why(settings: Settings) -> None:
    with (
        running(settings, simulate("test")),
        pytest.raises(SourceError, match="no fault thottle_every"),
    ):
        control(settings, "/sandbox/successfactors/faults", {"thottle_every": 3})


def test_the_company_is_simulated_once_and_kept(settings: Settings) -> None:
    first = saved_company(settings)
    assert first.size == "test"
    told = json.loads((settings.sandbox_dir / "truth.json").read_text())
    assert told["is_simulated"] is True
    assert (
        told["figures"]["applications"]["visible"]
        == first.visible("application", CLOCK_START).num_rows
    )
    again = saved_company(settings)
    assert again.tables["application"].equals(first.tables["application"])
    other = Settings(home=settings.home, sandbox_size="demo")
    with pytest.raises(ConfigError, match="size test is saved, but demo"):
        saved_company(other)
