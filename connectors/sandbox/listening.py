"""A loopback socket for a server: the port wanted, or the next free one."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from talentloop.errors import TalentLoopError

_HOST = "127.0.0.1"
_PORTS_TRIED = 50


@contextmanager
def listening(preferred: int) -> Iterator[socket.socket]:
    """A listening socket on the preferred loopback port, or the next free one; 0 takes any.

    Raises:
        TalentLoopError: none is free.
    """
    last = preferred if preferred == 0 else min(preferred + _PORTS_TRIED, 65_536) - 1
    for port in range(preferred, last + 1):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((_HOST, port))
            listener.listen(128)
        except OSError:
            listener.close()
            continue
        with listener:
            yield listener
        return
    raise TalentLoopError(
        "No free port was found for the sandbox tenants",
        where=f"{_HOST}:{preferred}–{last}",
        remedy="Stop what uses them, or set TALENTLOOP_SANDBOX_PORT.",
    )


def url_of(listener: socket.socket) -> str:
    """The http address of a listening socket."""
    return f"http://{_HOST}:{listener.getsockname()[1]}"
