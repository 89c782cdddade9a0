"""Who holds a lease, and whether that process still lives."""

from __future__ import annotations

import os
import secrets
import socket

import psutil


def new_owner() -> str:
    """A name for this worker: host, process, start of the process, and a token of its own."""
    process = psutil.Process()
    started = int(process.create_time())
    return f"{socket.gethostname()}:{os.getpid()}:{started}:{secrets.token_hex(4)}"


def has_died(owner: str | None) -> bool:
    """Whether the named process ended. False where it cannot be known: it ran on another host.

    Should two hosts share a name, a live worker may be taken for dead: its changes are then read
    back before they are sent again, so nothing is sent twice with effect.
    """
    parts = (owner or "").rsplit(":", 3)
    if len(parts) != 4 or parts[0] != socket.gethostname():
        return False
    try:
        process = psutil.Process(int(parts[1]))
        gone = process.status() == psutil.STATUS_ZOMBIE
        return gone or int(process.create_time()) != int(parts[2])
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return False
