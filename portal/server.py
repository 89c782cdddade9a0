"""Serving the portal on a free loopback port."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import uvicorn

from portal.app import create_app
from portal.security import require_loopback
from talentloop.errors import ConfigError
from talentloop.files import replace_durably
from talentloop.logs import configure_logs, get_logger
from talentloop.settings import Settings

log = get_logger(__name__)
_TRIES = 50


def bind(host: str, port: int) -> socket.socket:
    """A listening socket on the port, or on the next free one; 0 lets the system choose.

    Raises:
        ConfigError: no port near it is free, or the address cannot be bound at all.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    candidates = [0] if port == 0 else [p for p in range(port, port + _TRIES) if p <= 65535]
    for candidate in candidates:
        opened = socket.socket(family, socket.SOCK_STREAM)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind((host, candidate))
            opened.listen(128)
        except OSError as error:
            opened.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise ConfigError(
                    f"The portal cannot bind to its address: {error.strerror}",
                    where=f"{host}:{candidate}",
                    remedy="Set TALENTLOOP_PORTAL_HOST to 127.0.0.1.",
                ) from None
        else:
            return opened
    raise ConfigError(
        "No free port for the portal",
        where=f"{host}:{candidates[0]} to {candidates[-1]}",
        remedy="Set TALENTLOOP_PORTAL_PORT to a free port, or to 0 for any.",
    )


@contextlib.contextmanager
def announced(path: Path, url: str) -> Iterator[None]:
    """Say in a file where the portal listens, for as long as it does.

    Where the state is mounted read-only, as in the deployed shape, the address is known anyhow.
    """
    content = {"url": url, "pid": os.getpid()}
    try:
        replace_durably(path, json.dumps(content).encode())
    except OSError as error:
        log.warning("portal_not_announced", path=str(path), reason=error.strerror)
    try:
        yield
    finally:
        with contextlib.suppress(OSError, json.JSONDecodeError):
            if json.loads(path.read_text()) == content:
                path.unlink()


def serve(settings: Settings, port: int | None = None) -> None:
    """Serve until interrupted; `portal.json` under the home says where.

    Args:
        port: overrides the setting; a port that is taken gives way to the next free one.

    Raises:
        ConfigError: the address is not loopback, or no port is free.
    """
    host = require_loopback(settings.portal_host)
    app = create_app(settings)
    configure_logs(settings.log_level, settings.log_format)
    with contextlib.closing(bind(host, settings.portal_port if port is None else port)) as opened:
        shown = f"[{host}]" if ":" in host else host
        url = f"http://{shown}:{opened.getsockname()[1]}"
        log.info("portal_serves", url=url)
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, lifespan="off"
        )
        with announced(settings.home / "portal.json", url):
            uvicorn.Server(config).run(sockets=[opened])
