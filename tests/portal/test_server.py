"""Serving: a free port, an announcement, and an end."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
import uvicorn

from portal import serve
from portal.server import announced, bind
from talentloop.errors import ConfigError
from talentloop.settings import Settings


@contextlib.contextmanager
def _taken() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen(1)
        yield holder.getsockname()[1]


def test_a_port_in_use_gives_way_to_the_next_free_one() -> None:
    with _taken() as port, bind("127.0.0.1", port) as opened:
        assert port < opened.getsockname()[1] <= port + 50


def test_zero_lets_the_system_choose() -> None:
    with bind("127.0.0.1", 0) as opened:
        assert opened.getsockname()[1] > 0


def test_an_address_that_is_not_here_is_explained() -> None:
    with pytest.raises(ConfigError, match="TALENTLOOP_PORTAL_HOST"):
        bind("192.0.2.1", 0)


def test_it_refuses_to_be_reachable_from_elsewhere(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="no access control yet"):
        serve(settings.model_copy(update={"portal_host": "0.0.0.0"}))  # noqa: S104
    assert not (settings.home / "portal.json").exists()


def test_where_it_listens_is_said_as_long_as_it_does(settings: Settings) -> None:
    path = settings.home / "portal.json"
    with announced(path, "http://127.0.0.1:1"):
        assert json.loads(path.read_text()) == {"url": "http://127.0.0.1:1", "pid": os.getpid()}
    assert not path.exists()
    with announced(path, "http://127.0.0.1:1"):
        path.write_text(json.dumps({"url": "another", "pid": 1}))
    assert path.exists()  # another portal's announcement is not ours to remove


def test_a_home_that_is_read_only_does_not_stop_it(settings: Settings) -> None:
    blocked = settings.home / "operations.db" / "portal.json"  # below a file: cannot be written
    with announced(blocked, "http://127.0.0.1:1"):
        pass


def test_it_serves_over_http_and_ends(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    servers: list[uvicorn.Server] = []
    made = uvicorn.Server.__init__

    def remember(self: uvicorn.Server, config: uvicorn.Config) -> None:
        made(self, config)
        servers.append(self)

    monkeypatch.setattr(uvicorn.Server, "__init__", remember)
    thread = threading.Thread(target=serve, args=(settings, 0), daemon=True)
    thread.start()
    path = settings.home / "portal.json"
    deadline = time.monotonic() + 20
    while not (path.exists() and servers and servers[0].started) and time.monotonic() < deadline:
        time.sleep(0.05)
    url = json.loads(path.read_text())["url"]
    assert httpx.get(f"{url}/healthz", timeout=10).json()["status"] == "ok"
    servers[0].should_exit = True
    thread.join(20)
    assert not thread.is_alive()
    assert not path.exists()
