"""One token for many threads."""

from __future__ import annotations

import os
import signal
import stat
import threading
import time
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest

from connectors.http import TokenCache
from connectors.http.tokens import Token
from talentloop.errors import SourceAuthError
from talentloop.settings import Settings
from tests.processes import PROCESSES


def test_threads_that_ask_at_once_cause_one_fetch(settings: Settings) -> None:
    calls: list[int] = []

    def fetch() -> Token:
        calls.append(1)
        time.sleep(0.05)
        return Token("shared", 3600)

    cache = TokenCache(settings, "shop", fetch)
    got: list[str] = []
    threads = [threading.Thread(target=lambda: got.append(cache.get())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["shared"] * 8
    assert len(calls) == 1


def test_a_token_is_renewed_after_four_fifths_of_its_life(settings: Settings) -> None:
    now = [0.0]
    numbers = iter(range(10))
    cache = TokenCache(settings, "shop", lambda: Token(f"t{next(numbers)}", 1000), lambda: now[0])
    assert cache.get() == "t0"
    now[0] = 799
    assert cache.get() == "t0"
    now[0] = 800
    assert cache.get() == "t1"


def test_a_refusal_of_an_old_token_does_not_throw_the_new_one_away(settings: Settings) -> None:
    numbers = iter(range(10))
    cache = TokenCache(settings, "shop", lambda: Token(f"t{next(numbers)}", 1000))
    old = cache.get()
    cache.refused(old)
    new = cache.get()
    cache.refused(old)
    assert cache.get() == new == "t1"


def test_a_failed_fetch_is_told_and_not_kept(settings: Settings) -> None:
    answers = iter((SourceAuthError("wrong"), Token("good", 10)))

    def fetch() -> Token:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    cache = TokenCache(settings, "shop", fetch)
    with pytest.raises(SourceAuthError):
        cache.get()
    assert cache.get() == "good"


def test_a_token_does_not_show_itself() -> None:
    assert "secret" not in repr(Token("secret", 1))


def _ask(settings: Settings, together: Barrier, fetched: Any, got: Any, seconds: float) -> None:
    def fetch() -> Token:
        fetched.put(os.getpid())
        time.sleep(seconds)
        return Token(f"from-{os.getpid()}", 3600)

    cache = TokenCache(settings, "shop", fetch)
    together.wait(60)
    got.put(cache.get())


def test_processes_that_ask_at_once_cause_one_fetch_and_its_file_is_private(
    settings: Settings,
) -> None:
    fetched: Any = PROCESSES.SimpleQueue()
    got: Any = PROCESSES.SimpleQueue()
    given = (settings, PROCESSES.Barrier(4), fetched, got, 0.05)
    processes = [PROCESSES.Process(target=_ask, args=given) for _ in range(4)]
    for process in processes:
        process.start()
    tokens = {got.get() for _ in processes}
    for process in processes:
        process.join()
    assert tokens == {f"from-{fetched.get()}"}
    assert fetched.empty()
    (kept,) = (settings.secrets_dir / "tokens").glob("*.json")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_one_that_was_killed_while_it_fetched_holds_nobody_up(settings: Settings) -> None:
    fetched: Any = PROCESSES.SimpleQueue()
    got: Any = PROCESSES.SimpleQueue()
    given = (settings, PROCESSES.Barrier(1), fetched, got, 60)
    holder = PROCESSES.Process(target=_ask, args=given)
    holder.start()
    os.kill(fetched.get(), signal.SIGKILL)
    holder.join()
    started = time.monotonic()
    assert TokenCache(settings, "shop", lambda: Token("mine", 3600)).get() == "mine"
    assert time.monotonic() - started < 2


def test_a_refused_token_is_replaced_for_every_process(settings: Settings) -> None:
    numbers = iter(range(10))
    one, other = (
        TokenCache(settings, "shop", lambda: Token(f"t{next(numbers)}", 1000)) for _ in range(2)
    )
    assert one.get() == other.get() == "t0"
    one.refused("t0")
    assert one.get() == "t1"
    other.refused("t0")
    assert other.get() == "t1"


def test_another_address_or_client_has_a_token_of_its_own(settings: Settings) -> None:
    TokenCache(settings, "shop https://a.example one", lambda: Token("a", 1000)).get()
    other = TokenCache(settings, "shop https://b.example one", lambda: Token("b", 1000))
    assert other.get() == "b"


def test_a_damaged_token_file_is_replaced(settings: Settings) -> None:
    TokenCache(settings, "shop", lambda: Token("first", 1000)).get()
    (kept,) = (settings.secrets_dir / "tokens").glob("*.json")
    kept.write_text("{")
    assert TokenCache(settings, "shop", lambda: Token("second", 1000)).get() == "second"
