"""Identifiers: sortable load ids, and keyed hashes for what must not be readable."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
from pathlib import Path

from talentloop.clock import Clock
from talentloop.errors import ConfigError
from talentloop.settings import Settings

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


_last_id = 0
_last_id_lock = threading.Lock()


def new_load_id(clock: Clock) -> str:
    """A ULID: 26 characters, 48 bits of milliseconds and 80 random bits, sortable by time.

    Ids of one process grow even within a millisecond, or under a clock that stands still.
    """
    global _last_id  # noqa: PLW0603 - the one counter of this process
    milliseconds = int(clock.now().timestamp() * 1000)
    with _last_id_lock:
        if milliseconds <= _last_id >> 80:
            _last_id += 1 + secrets.randbits(40)
        else:
            _last_id = (milliseconds << 80) | secrets.randbits(79)
        value = _last_id
    return "".join(_CROCKFORD[(value >> shift) & 31] for shift in range(125, -1, -5))


def secret_key(settings: Settings, name: str) -> bytes:
    """A 32-byte key kept under the secrets folder (mode 0600), made at first use.

    Two processes that make it at once agree: the first to link the file wins.

    Raises:
        ConfigError: the file was damaged; nobody may guess a key that data depend on.
    """
    path: Path = settings.secrets_dir / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first; its key is the key
        finally:
            draft.unlink()
    try:
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        raise ConfigError(
            "A key is not written in hexadecimal digits",
            where=str(path),
            remedy="Restore the file from its backup; a new key would change every key made with it.",
        ) from None


def keyed_hash(settings: Settings, text: str) -> str:
    """HMAC-SHA256 of a text under this installation's key: 32 hex characters."""
    key = secret_key(settings, "hash.key")
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]
