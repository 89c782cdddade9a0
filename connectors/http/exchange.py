"""One request and its whole answer, within limits of time and size, on allowed hosts only."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import orjson

from connectors.http.errors import HttpError, no_answer
from connectors.http.hosts import AllowedHosts
from connectors.http.redaction import quiet_library_logs, shown
from talentloop.logs import get_logger

_log = get_logger(__name__)
_MAX_REDIRECTS = 5
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
    """What to send, and what the answer must be. `where` names the thing asked for, in messages."""

    method: str
    url: httpx.URL
    where: str
    params: Mapping[str, str] | None = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    parse: Parse = orjson.loads
    media: str = "json"


class Transport:
    """Sends requests over kept-alive connections. Threads may share it.

    Args:
        hosts: where redirects may lead.
        limits: time and size limits of one exchange.
        proxy: address of a forward proxy; the environment's proxy variables are not looked at.
    """

    def __init__(self, hosts: AllowedHosts, limits: TimeLimits, proxy: str | None = None) -> None:
        quiet_library_logs()
        self._hosts = hosts
        self._limits = limits
        self._http = httpx.Client(
            timeout=httpx.Timeout(limits.read_seconds, connect=limits.connect_seconds),
            follow_redirects=False,
            trust_env=False,
            proxy=proxy,
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def send(
        self, request: Request, authorization: Mapping[str, str]
    ) -> tuple[httpx.Response, bytes]:
        """The answer, whatever its status, and its body.

        Raises:
            HttpError: no whole answer came, or it led to a host that is not allowed.
        """
        started = time.monotonic()
        try:
            response, body = self._follow(request, {**request.headers, **authorization})
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

    def _follow(self, asked: Request, headers: Mapping[str, str]) -> tuple[httpx.Response, bytes]:
        """The answer behind a few redirects; those of a POST are not followed."""
        request = self._http.build_request(
            asked.method, asked.url, params=asked.params, content=asked.content, headers=headers
        )
        for _ in range(_MAX_REDIRECTS):
            response, body = self._receive(request, asked.where)
            if not response.has_redirect_location or asked.method != "GET":
                return response, body
            link = str(request.url.join(response.headers["location"]))
            url = self._hosts.check(link, asked.where)
            request = self._http.build_request("GET", url, headers=headers)
        raise HttpError(
            "The source redirects in a circle",
            where=asked.where,
            remedy="Check the base address of the source.",
        )

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
