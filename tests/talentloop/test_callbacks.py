"""An event that is delivered many times counts once, however it is delivered again."""

from __future__ import annotations

import threading
from datetime import timedelta

from talentloop.ops.callbacks import settle_event, store_event, waiting_events
from talentloop.settings import Settings


def test_an_event_counts_once_even_when_delivered_at_once_by_many(settings: Settings) -> None:
    stored: list[bool] = []
    threads = [
        threading.Thread(
            target=lambda: stored.append(store_event(settings, "wecom", "click", b"m", "id-1"))
        )
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(stored) == [False] * 5 + [True]
    assert [event.body for event in waiting_events(settings, "wecom")] == ["m"]


def test_an_event_without_an_id_is_known_by_its_message(settings: Settings) -> None:
    assert store_event(settings, "dingtalk", "x", b"one", "")
    assert not store_event(settings, "dingtalk", "x", b"one", "")
    assert store_event(settings, "dingtalk", "x", b"two", "")
    assert store_event(settings, "feishu", "x", b"one", "")


def test_a_settled_event_is_remembered_without_its_body_and_forgotten_in_the_end(
    settings: Settings,
) -> None:
    store_event(settings, "wecom", "click", b"secret", "id-1")
    settle_event(settings, waiting_events(settings, "wecom")[0], "done")
    assert waiting_events(settings, "wecom") == []
    assert not store_event(settings, "wecom", "click", b"secret", "id-1")
    assert settings.now is not None
    later = settings.model_copy(update={"now": settings.now + timedelta(days=31)})
    store_event(later, "wecom", "click", b"other", "id-2")
    assert store_event(later, "wecom", "click", b"secret", "id-1")
