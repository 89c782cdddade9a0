"""Events that DingTalk posts to us in HTTP mode: JSON around the shared scheme."""

from __future__ import annotations

from typing import Any

import orjson

from connectors.channels.channel import Channel
from connectors.channels.receiving import Post, Reply, callback_of, damaged, keep, shared_scheme
from talentloop.settings import Settings

_CHECK = "check_url"


class DingTalkCallbacks:
    """Receives the events of one application.

    Raises:
        ConfigError: the channel receives none, or a secret is missing.
    """

    def __init__(self, settings: Settings, channel: Channel) -> None:
        self._settings = settings
        self._channel = channel
        self._callback = callback_of(channel)
        self._scheme = shared_scheme(settings, channel)

    def receive(self, post: Post) -> Reply:
        """Keep an event, unless it only asks whether the address is ours, and say `success`."""
        timestamp = post.query.get("timestamp") or post.query.get("timeStamp", "")
        nonce = post.query.get("nonce", "")
        message = self._scheme.open(
            signature=post.query.get("msg_signature") or post.query.get("signature", ""),
            timestamp=timestamp,
            nonce=nonce,
            encrypted=str(_object(post.body).get("encrypt") or ""),
            now=self._settings.clock.now(),
            window_seconds=self._callback.window_seconds,
        )
        event = _object(message)
        kind = str(event.get("EventType") or "")
        if kind != _CHECK:
            keep(self._settings, self._channel, kind, message, str(event.get("eventId") or ""))
        sealed = self._scheme.answer(b"success", timestamp, nonce)
        return Reply(orjson.dumps(sealed.fields), "application/json")


def _object(text: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise damaged() from None
    if not isinstance(found, dict):
        raise damaged()
    return found
