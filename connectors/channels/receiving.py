"""What a channel posts to us, before its vendor's form is known, and what is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from connectors.channels.channel import Callback, Channel
from connectors.http.callbacks import CallbackRefusedError, SharedScheme
from connectors.http.secrets import secret
from talentloop.errors import ConfigError
from talentloop.logs import get_logger
from talentloop.ops.callbacks import store_event
from talentloop.settings import Settings

_log = get_logger(__name__)


@dataclass(frozen=True)
class Post:
    """A request to the receiver. `headers` are by lower-case name."""

    query: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """What to answer, with status 200, within the vendor's five seconds."""

    content: bytes
    media_type: str = "text/plain"


class Receiver(Protocol):
    """Receives the events of one channel: proves them, keeps each once, answers. Acts on none."""

    def receive(self, post: Post) -> Reply:
        """Keep an event, or answer the vendor's question whether the address is ours.

        Raises:
            CallbackRefusedError: it is not the vendor's, was altered, is too old or not for us.
        """
        ...


class EventSource(Receiver, Protocol):
    """Receives the events of a source's system; they say that something changed, not what."""

    def pull(self, run: Callable[[Settings, str], Any]) -> bool:
        """Pull the source with `run` if an event that waits asks for it; whether it did.

        Raises:
            TalentLoopError: the pull failed; the events go on waiting.
        """
        ...


def callback_of(channel: Channel) -> Callback:
    """How a channel's events are received.

    Raises:
        ConfigError: it receives none.
    """
    if channel.callback is None:
        raise ConfigError(
            "The channel receives no events",
            where=f"{channel.file}, field callback",
            remedy="Give token, key and receiver there.",
        )
    return channel.callback


def shared_scheme(settings: Settings, channel: Channel) -> SharedScheme:
    """The scheme that WeCom and DingTalk share, with the channel's secrets.

    Raises:
        ConfigError: a secret is missing, or the key is none, or nobody is named as receiver.
    """
    callback = callback_of(channel)
    if not callback.receiver:
        raise ConfigError(
            "Events could be meant for somebody else: the channel does not say who receives",
            where=f"{channel.file}, field callback.receiver",
            remedy="Name the corporation id or the app key.",
        )
    token = secret(settings, callback.token, "callback token")
    return SharedScheme(token, secret(settings, callback.key, "callback key"), callback.receiver)


def keep(settings: Settings, channel: Channel, kind: str, body: bytes, event_id: str) -> None:
    """Keep an event for a later step; one that came before is known by its id."""
    fresh = store_event(settings, channel.name, kind, body, event_id)
    _log.info("callback_received", channel=channel.name, kind=kind, repeated=not fresh)


def damaged() -> CallbackRefusedError:
    """The error for a callback whose form is not the vendor's."""
    return CallbackRefusedError(
        "A callback is not in the vendor's form",
        where="callback receiver",
        remedy="Check that the address is given to the vendor for this channel only.",
    )
