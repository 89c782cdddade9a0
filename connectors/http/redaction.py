"""Addresses and library logs without the secrets that some systems put in the query."""

from __future__ import annotations

import logging

import httpx

from talentloop.logs import scrub


def shown(url: httpx.URL) -> str:
    """An address fit for messages: host and path, never the query or user information."""
    port = f":{url.port}" if url.port else ""
    return f"{url.scheme}://{url.host}{port}{url.path}"


class _Scrub(logging.Filter):
    """Rewrites a library's log record so that it carries no secret."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.args:
            args = record.args if isinstance(record.args, tuple) else (record.args,)
            record.msg = scrub(record.msg % tuple(_plain(arg) for arg in args))
            record.args = ()
        return True


def _plain(value: object) -> object:
    return shown(value) if isinstance(value, httpx.URL) else value


def quiet_library_logs() -> None:
    """httpx logs every URL with its query, httpcore every header: scrub one, silence the other."""
    library = logging.getLogger("httpx")
    if not any(isinstance(known, _Scrub) for known in library.filters):
        library.addFilter(_Scrub())
    logging.getLogger("httpcore").setLevel(logging.WARNING)
