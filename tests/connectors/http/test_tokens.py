"""One token for many threads."""

from __future__ import annotations

import threading
import time

import pytest

from connectors.http import TokenCache
from connectors.http.tokens import Token
from talentloop.errors import SourceAuthError
from talentloop.settings import Settings


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
