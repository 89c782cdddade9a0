"""One request and its whole answer, within limits of time and size."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpx
import orjson

from connectors.http.errors import HttpError, no_answer
from connectors.http.redaction import quiet_library_logs, shown
from talentloop.logs import get_logger

_log = get_logger(__name__)
Parse = Callable[[bytes], Any]


@dataclass(frozen=True)
class TimeLimits:
    """Seconds for one exchange: to connect, between two bytes, and for all of it."""

    connect_seconds: float = 10
    read_seconds: float = 60
    total_seconds: float = 300
    max_bytes: int = 256 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """A good answer: parsed body, the bytes that it was parsed from, and its headers."""

    data: Any
    body: bytes = field(repr=False)
    headers: httpx.Headers = field(repr=False)
    where: str

    @property
    def server_time(self) -> datetime:
        """The source's own clock when it answered (UTC, whole seconds).

        Raises:
            HttpError: the answer carries no usable `Date`.
        """
        try:
            return parsedate_to_datetime(self.headers["date"]).astimezone(UTC)
        except (KeyError, TypeError, ValueError):
            raise HttpError(
                "The source does not tell its time (no valid Date header)",
                where=self.where,
                remedy="Cursors follow the source's clock: check proxies between it and us.",
            ) from None


@dataclass(frozen=True)
class Request:
    """What to send, and what the answer must be.

    Attributes:
        url: the whole address, query included; what is signed is what is sent.
        where: names the thing asked for, in messages.
        media: end of the content type that the answer must have; empty takes any.
    """

    method: str
    url: httpx.URL
    where: str
    content: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    parse: Parse = orjson.loads
    media: str = "json"

    def with_headers(self, headers: Mapping[str, str]) -> Request:
        """The same request with more headers, or other values of some."""
        return replace(self, headers={**self.headers, **headers})

    def with_params(self, params: Mapping[str, str]) -> Request:
        """The same request with more query parameters, or other values of some."""
        return replace(self, url=self.url.copy_merge_params(dict(params)))


@cache
def _authorities() -> ssl.SSLContext:
    """The certificate authorities that httpx trusts; reading them takes as long as some requests."""
    return httpx.create_ssl_context(trust_env=False)


class Transport:
    """Sends requests over kept-alive connections. Threads may share it.

    Args:
        limits: time and size limits of one exchange.
        proxy: address of a forward proxy; the environment's proxy variables are not looked at.
    """

    def __init__(self, limits: TimeLimits, proxy: str | None = None) -> None:
        quiet_library_logs()
        self._limits = limits
        self._http = httpx.Client(
            timeout=httpx.Timeout(limits.read_seconds, connect=limits.connect_seconds),
            follow_redirects=False,
            trust_env=False,
            proxy=proxy,
            verify=_authorities(),
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def send(self, request: Request) -> tuple[httpx.Response, bytes]:
        """The answer, whatever its status, and its body. Redirects are the caller's to follow.

        Raises:
            HttpError: no whole answer came.
        """
        started = time.monotonic()
        built = self._http.build_request(
            request.method, request.url, content=request.content, headers=dict(request.headers)
        )
        try:
            response, body = self._receive(built, request.where)
        except httpx.RequestError as cause:
            raise no_answer(cause, request.where) from None
        _log.debug(
            "http_exchange",
            method=request.method,
            address=shown(request.url),
            status=response.status_code,
            bytes=len(body),
            seconds=round(time.monotonic() - started, 4),
        )
        return response, body

    def _receive(self, request: httpx.Request, where: str) -> tuple[httpx.Response, bytes]:
        """The whole body, within the limits on time and size that httpx itself does not have."""
        started, size, chunks = time.monotonic(), 0, []
        response = self._http.send(request, stream=True)
        try:
            for chunk in response.iter_bytes():
                chunks.append(chunk)
                size += len(chunk)
                if time.monotonic() - started > self._limits.total_seconds:
                    raise httpx.ReadTimeout("the answer took too long", request=request)
                if size > self._limits.max_bytes:
                    raise HttpError(
                        f"The source sent more than {self._limits.max_bytes} bytes at once",
                        where=where,
                        remedy="Lower the page size of the source.",
                    )
        finally:
            response.close()
        return response, b"".join(chunks)
