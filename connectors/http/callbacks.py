"""Callbacks: what a vendor posts to us, proven to be the vendor's, unaltered and recent.

Two schemes serve four vendors. `SharedScheme` is spoken by WeCom, by DingTalk in HTTP mode and by
YonBIP; `FeishuScheme` by Feishu. Both only open and seal envelopes. That an event is acted on once,
however often it is delivered, is the memory in `talentloop.ops.callbacks`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from talentloop.errors import ConfigError, SourceError

#: Vendors deliver again for up to a day, and whether with a fresh time is not documented. A wide
#: window costs nothing as long as what was received is remembered for longer than it.
_WINDOW_SECONDS = 90_000
_AHEAD_SECONDS = 300
_KEY_LENGTH = 43
_AES_BLOCK = 16
_SHARED_BLOCK = 32
_RANDOM = 16
_MILLISECONDS = 100_000_000_000  # later than any plausible time in seconds


class CallbackRefusedError(SourceError):
    """A callback that is not the vendor's, was altered, is too old, or is not meant for us."""


@dataclass(frozen=True)
class Sealed:
    """An encrypted answer and its signature; `fields` is what goes on the wire as JSON."""

    signature: str
    timestamp: str
    nonce: str
    encrypted: str

    @property
    def fields(self) -> dict[str, str]:
        """The answer as DingTalk and YonBIP want it."""
        return {
            "msg_signature": self.signature,
            "encrypt": self.encrypted,
            "timeStamp": self.timestamp,
            "nonce": self.nonce,
        }


class SharedScheme:
    """SHA-1 over sorted texts, AES-256-CBC, and the receiver's id inside.

    The key is 43 characters of base64; its first 16 bytes are the initialisation vector. Plain
    text is 16 random bytes, the message's length (4 bytes, big-endian), the message and the
    receiver's id, padded to 32 (source: WeCom, path/91144; DingTalk-Callback-Crypto).

    Args:
        token: signs; shared with the vendor.
        aes_key: 43 characters of base64.
        receiver: whom messages must be for: corporation id (WeCom), app key or corporation id
            (DingTalk), app key (YonBIP).
        random: source of random bytes; replaced in tests.

    Raises:
        ConfigError: the key is not one.
    """

    def __init__(
        self,
        token: str,
        aes_key: str,
        receiver: str,
        *,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._token = token
        self._key = _shared_key(aes_key)
        self._receiver = receiver.encode()
        self._random = random

    @classmethod
    def yonbip(cls, app_key: str, app_secret: str) -> SharedScheme:
        """The scheme as YonBIP uses it: the secret is the token and, cut or filled, the key."""
        key = app_secret.replace("-", "")[:_KEY_LENGTH].ljust(_KEY_LENGTH, "0")
        return cls(app_secret, key, app_key)

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        """The signature of an encrypted text, lower-case hexadecimal."""
        text = "".join(sorted((self._token, timestamp, nonce, encrypted)))
        return hashlib.sha1(text.encode()).hexdigest()  # noqa: S324 - the vendors' protocol

    def verify(self, signature: str, timestamp: str, nonce: str, encrypted: str) -> None:
        """Prove who sent an encrypted text, in constant time.

        Raises:
            CallbackRefusedError: the signature is not that of the vendor.
        """
        _same(self.sign(timestamp, nonce, encrypted), signature)

    def decrypt(self, encrypted: str) -> bytes:
        """The message; verify first.

        Raises:
            CallbackRefusedError: it is damaged, or meant for another receiver.
        """
        plain = _unpadded(self._cipher(_decoded(encrypted)), _SHARED_BLOCK)
        start = _RANDOM + 4
        length = int.from_bytes(plain[_RANDOM:start], "big")
        if len(plain) < start or length > len(plain) - start:
            raise _refused("A callback is damaged")
        if not hmac.compare_digest(plain[start + length :], self._receiver):
            raise _refused("A callback is meant for another receiver")
        return plain[start : start + length]

    def open(
        self,
        *,
        signature: str,
        timestamp: str,
        nonce: str,
        encrypted: str,
        now: datetime,
        window_seconds: float = _WINDOW_SECONDS,
    ) -> bytes:
        """The message of a callback that is proven, recent and ours.

        Raises:
            CallbackRefusedError: it is not.
        """
        self.verify(signature, timestamp, nonce, encrypted)
        check_recent(timestamp, now, window_seconds)
        return self.decrypt(encrypted)

    def encrypt(self, message: bytes) -> str:
        """A message for the same receiver id, encrypted."""
        length = len(message).to_bytes(4, "big")
        plain = self._random(_RANDOM) + length + message + self._receiver
        return base64.b64encode(self._cipher(_padded(plain, _SHARED_BLOCK), seal=True)).decode()

    def answer(self, message: bytes, timestamp: str, nonce: str) -> Sealed:
        """An encrypted and signed answer, such as the word `success`."""
        encrypted = self.encrypt(message)
        return Sealed(self.sign(timestamp, nonce, encrypted), timestamp, nonce, encrypted)

    def _cipher(self, data: bytes, *, seal: bool = False) -> bytes:
        return _aes_cbc(self._key, self._key[:_AES_BLOCK], data, seal=seal)


class FeishuScheme:
    """Feishu's own: SHA-256 over time, nonce, key and the raw body; the vector before the text.

    An application without an encrypt key is not supported: its callbacks would not be signed.

    Args:
        encrypt_key: of the application; signs, and its SHA-256 is the AES key.
        verification_token: of the application; each event carries it.
    """

    def __init__(self, encrypt_key: str, verification_token: str) -> None:
        self._encrypt_key = encrypt_key
        self._token = verification_token

    def sign(self, timestamp: str, nonce: str, body: bytes) -> str:
        """The signature of a body, lower-case hexadecimal."""
        return hashlib.sha256(f"{timestamp}{nonce}{self._encrypt_key}".encode() + body).hexdigest()

    def open(
        self,
        headers: Mapping[str, str],
        body: bytes,
        *,
        now: datetime,
        window_seconds: float = _WINDOW_SECONDS,
    ) -> dict[str, Any]:
        """The event of a callback, or the question `url_verification` (see `challenge`).

        The question comes before the vendor signs anything; that it is encrypted with our key and
        carries our token proves it. Everything else must be signed.

        Args:
            headers: by lower-case name.

        Raises:
            CallbackRefusedError: it is not the vendor's, was altered, or is too old.
        """
        event = _json(self.decrypt(_encrypted_part(body)))
        header = event.get("header")
        token = header.get("token") if isinstance(header, dict) else event.get("token")
        if challenge(event) is None:
            timestamp = headers.get("x-lark-request-timestamp", "")
            nonce = headers.get("x-lark-request-nonce", "")
            _same(self.sign(timestamp, nonce, body), headers.get("x-lark-signature", ""))
            check_recent(timestamp, now, window_seconds)
        _same(self._token, token if isinstance(token, str) else "")
        return event

    def decrypt(self, encrypted: str) -> bytes:
        """The plain text of the field `encrypt`.

        Raises:
            CallbackRefusedError: it is damaged.
        """
        data = _decoded(encrypted)
        key = hashlib.sha256(self._encrypt_key.encode()).digest()
        return _unpadded(_aes_cbc(key, data[:_AES_BLOCK], data[_AES_BLOCK:]), _AES_BLOCK)

    def encrypt(self, message: bytes, vector: bytes) -> str:
        """The field `encrypt` of a callback, as Feishu writes it (for the stand-in tenant)."""
        key = hashlib.sha256(self._encrypt_key.encode()).digest()
        sealed = _aes_cbc(key, vector, _padded(message, _AES_BLOCK), seal=True)
        return base64.b64encode(vector + sealed).decode()


def challenge(event: Mapping[str, Any]) -> str | None:
    """What to answer to Feishu's question whether the address is ours; None for an event."""
    asked = event.get("challenge")
    return asked if event.get("type") == "url_verification" and isinstance(asked, str) else None


def check_recent(timestamp: str, now: datetime, window_seconds: float = _WINDOW_SECONDS) -> None:
    """Refuse what was signed long ago, or for a time to come; seconds or milliseconds.

    Raises:
        CallbackRefusedError: it is out of the window, or no time.
    """
    try:
        signed = int(timestamp[:20])
    except ValueError:
        raise _refused("A callback does not tell when it was signed") from None
    seconds = signed / 1000 if abs(signed) >= _MILLISECONDS else signed
    if not -_AHEAD_SECONDS <= now.timestamp() - seconds <= window_seconds:
        raise _refused("A callback was signed too long ago, or our clock is wrong")


def _shared_key(aes_key: str) -> bytes:
    try:
        key = base64.b64decode(aes_key + "=") if len(aes_key) == _KEY_LENGTH else b""
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise ConfigError(
            "The AES key of a callback is not 43 characters of base64",
            where="callback of the channel, field aes_key",
            remedy="Copy EncodingAESKey (aes_key) from the vendor's console into the secret.",
        )
    return key


def _encrypted_part(body: bytes) -> str:
    encrypted = _json(body).get("encrypt")
    if not isinstance(encrypted, str):
        raise _refused("A callback is not encrypted")
    return encrypted


def _json(text: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(text)
    except ValueError:
        raise _refused("A callback is damaged") from None
    if not isinstance(found, dict):
        raise _refused("A callback is damaged")
    return found


def _decoded(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if len(data) < 2 * _AES_BLOCK or len(data) % _AES_BLOCK:
        raise _refused("A callback is damaged")
    return data


def _aes_cbc(key: bytes, vector: bytes, data: bytes, *, seal: bool = False) -> bytes:
    cipher = Cipher(algorithms.AES(key), modes.CBC(vector))
    step = cipher.encryptor() if seal else cipher.decryptor()
    return step.update(data) + step.finalize()


def _padded(plain: bytes, block: int) -> bytes:
    missing = block - len(plain) % block
    return plain + bytes([missing]) * missing


def _unpadded(plain: bytes, block: int) -> bytes:
    count = plain[-1] if plain else 0
    if not 1 <= count <= min(block, len(plain)) or plain[-count:] != bytes([count]) * count:
        raise _refused("A callback is damaged")
    return plain[:-count]


def _same(expected: str, found: str) -> None:
    if not hmac.compare_digest(expected.encode(), found.encode()):
        raise _refused("A callback is not signed by the vendor")


def _refused(what: str) -> CallbackRefusedError:
    return CallbackRefusedError(
        what,
        where="callback receiver",
        remedy="Compare token, key and receiver of the channel with the vendor's console.",
    )
