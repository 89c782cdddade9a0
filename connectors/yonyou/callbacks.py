"""Events that 用友 posts to us: proven, kept once, and turned into an incremental pull."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from connectors.channels.receiving import Post, Reply
from connectors.http.callbacks import CallbackRefusedError, SharedScheme
from connectors.http.secrets import secret
from connectors.ingest.run import ingest
from connectors.options import checked_options
from connectors.registry import find_source
from connectors.yonyou.options import SYSTEM, YonyouOptions
from talentloop.logs import get_logger
from talentloop.ops.callbacks import settle_event, store_event, waiting_events
from talentloop.settings import Settings

_log = get_logger(__name__)
_CHECK = "CHECK_URL"
_SUCCESS = b"success"
_FIELDS = ("msgSignature", "timestamp", "nonce", "encrypt")


class YonyouCallbacks:
    """Receives the events of one tenant's app.

    Args:
        settings: where secrets and the memory of events lie.
        source: the configured source whose app it is, by name or by the path of its file.

    Raises:
        ConfigError: there is no such source, its options do not fit, or its secret is missing.
    """

    def __init__(self, settings: Settings, source: str) -> None:
        config = find_source(settings, source)
        self._settings = settings
        self._source = source
        self._name = config.name
        self._options = checked_options(config.name, config.options, YonyouOptions, SYSTEM)
        app_secret = secret(settings, self._options.secret_reference, "app secret").strip()
        self._scheme = SharedScheme.yonbip(self._options.app_key, app_secret)

    def receive(self, post: Post) -> Reply:
        """Open a callback, keep its event unless it was received before, and answer.

        Args:
            post: its body is JSON with msgSignature, timestamp, nonce, encrypt.

        Raises:
            CallbackRefusedError: it is not the vendor's, was altered, is too old or not for us.
        """
        signature, timestamp, nonce, encrypted = _parts(post.body)
        message = self._scheme.open(
            signature=signature, timestamp=timestamp, nonce=nonce, encrypted=encrypted,
            now=self._settings.clock.now(),
        )  # fmt: skip
        event = _object(message)
        kind = str(event.get("type") or "")
        if kind != _CHECK:
            event_id = str(event.get(self._options.callback.event_id) or "")
            fresh = store_event(self._settings, self._name, kind, message, event_id)
            _log.info("callback_received", source=self._name, kind=kind, repeated=not fresh)
        return self._reply(timestamp, nonce)

    def _reply(self, timestamp: str, nonce: str) -> Reply:
        if self._options.callback.reply == "plain":
            return Reply(_SUCCESS, "text/plain")
        sealed = self._scheme.answer(_SUCCESS, timestamp, nonce)
        return Reply(orjson.dumps(sealed.fields), "application/json")

    def pull(self, run: Callable[[Settings, str], Any] = ingest) -> bool:
        """Pull what changed if an event that waits says that something did; whether it did.

        An event says that there is news, not which: the incremental pull finds it. The events count
        as dealt with once it has landed, so a pull that fails is tried again.

        Args:
            run: pulls a source by its name.

        Raises:
            TalentLoopError: as `ingest`; the events go on waiting.
        """
        waiting = waiting_events(self._settings, self._name)
        moving = tuple(self._options.callback.pull_on)
        due = [event for event in waiting if event.kind.startswith(moving)]
        if due:
            run(self._settings, self._source)
        for event in waiting:
            settle_event(self._settings, event, "done" if event in due else "ignored")
        return bool(due)


def _parts(body: bytes) -> tuple[str, str, str, str]:
    envelope = _object(body)
    signature, timestamp, nonce, encrypted = (str(envelope.get(name) or "") for name in _FIELDS)
    return signature, timestamp, nonce, encrypted


def _object(text: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise CallbackRefusedError(
            "A callback is not a JSON object",
            where="callback receiver",
            remedy="Check that the address is given to the vendor for this app only.",
        )
    return found
