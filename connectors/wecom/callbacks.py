"""Events that WeCom posts to us: XML around the shared scheme."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from connectors.channels.channel import Channel
from connectors.channels.receiving import Post, Reply, callback_of, damaged, keep, shared_scheme
from talentloop.settings import Settings


class WecomCallbacks:
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
        """Answer the question `echostr`, or keep an event and answer with nothing."""
        question = post.query.get("echostr")
        encrypted = question if question is not None else _text(_xml(post.body), "Encrypt")
        message = self._scheme.open(
            signature=post.query.get("msg_signature", ""),
            timestamp=post.query.get("timestamp", ""),
            nonce=post.query.get("nonce", ""),
            encrypted=encrypted,
            now=self._settings.clock.now(),
            window_seconds=self._callback.window_seconds,
        )
        if question is not None:
            return Reply(message)
        event = _xml(message)
        kind = _text(event, "Event") or _text(event, "MsgType")
        keep(self._settings, self._channel, kind, message, _text(event, "MsgId"))
        return Reply(b"")


def _xml(text: bytes) -> Element:
    try:
        found: Element = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        raise damaged() from None
    return found


def _text(element: Element, name: str) -> str:
    return element.findtext(name) or ""
