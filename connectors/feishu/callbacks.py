"""Events that Feishu posts to us, in its own scheme."""

from __future__ import annotations

from typing import Any

import orjson

from connectors.channels.channel import Channel
from connectors.channels.receiving import Post, Reply, callback_of, keep
from connectors.http.callbacks import FeishuScheme, challenge
from connectors.http.secrets import secret
from talentloop.settings import Settings


class FeishuCallbacks:
    """Receives the events of one application.

    Raises:
        ConfigError: the channel receives none, or a secret is missing.
    """

    def __init__(self, settings: Settings, channel: Channel) -> None:
        self._settings = settings
        self._channel = channel
        self._callback = callback_of(channel)
        self._scheme = FeishuScheme(
            secret(settings, self._callback.key, "encrypt key"),
            secret(settings, self._callback.token, "verification token"),
        )

    def receive(self, post: Post) -> Reply:
        """Answer the question `url_verification`, or keep an event."""
        event = self._scheme.open(
            post.headers, post.body, now=self._settings.clock.now(),
            window_seconds=self._callback.window_seconds,
        )  # fmt: skip
        asked = challenge(event)
        if asked is not None:
            return _json({"challenge": asked})
        header = event.get("header")
        about: dict[str, Any] = header if isinstance(header, dict) else {}
        inner = event.get("event")
        old = inner.get("type") if isinstance(inner, dict) else ""  # the form of older events
        kind, event_id = about.get("event_type") or old, about.get("event_id") or event.get("uuid")
        body = orjson.dumps(event, option=orjson.OPT_SORT_KEYS)
        keep(self._settings, self._channel, str(kind or ""), body, str(event_id or ""))
        return _json({})


def _json(content: dict[str, str]) -> Reply:
    return Reply(orjson.dumps(content), "application/json")
