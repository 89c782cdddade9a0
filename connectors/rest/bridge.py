"""dlt's REST client over our own HTTP core, so that both directions keep one set of rules.

dlt sends through a `requests` session. Here the session's only transport is `HttpClient`: host
allow-list, retries with a deadline, the shared rate limit, error words, size limits and redaction
are those of every other connector, and dlt does what it is good at, which is paging.
"""

from __future__ import annotations

import hashlib
from typing import Any

import requests
from requests.adapters import BaseAdapter

from connectors.http import Answer, HttpClient, HttpError, LostTime


class Bridge(BaseAdapter):
    """A transport of a `requests` session that sends through `HttpClient`.

    Args:
        http: the client.
        where: names what is read, in messages.
    """

    def __init__(self, http: HttpClient, where: str) -> None:
        super().__init__()
        self._http = http
        self._where = where
        self._lost: LostTime = http.lost_time()
        self._asked: set[bytes] = set()
        self._last_body = b""
        self.pages = 0
        self.answer: Answer | None = None

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Send one request of dlt's.

        Raises:
            HttpError: as `HttpClient.send`; or the source leads us in a circle.
        """
        self.pages += 1
        where = f"{self._where} page {self.pages}"
        body = request.body.encode() if isinstance(request.body, str) else request.body
        content = bytes(body) if isinstance(body, bytes | bytearray) else None
        method, url = str(request.method), str(request.url)
        asked = hashlib.sha256(b"\0".join((method.encode(), url.encode(), content or b""))).digest()
        if asked in self._asked:
            raise _circle("The source's next page leads back to one already read", where)
        self._asked.add(asked)
        # Reading again does no harm, whatever the method: these are lists.
        answer = self._http.send(
            method, url, content, headers=_headers(request), where=where, idempotent=True,
            lost=self._lost,
        )  # fmt: skip
        if self.pages > 1 and answer.body == self._last_body and _has_rows(answer.data):
            raise _circle("The source sends the same page again and again", where)
        self._last_body, self.answer = answer.body, answer
        return _as_response(request, answer)

    def close(self) -> None:
        """The client belongs to the source, which closes it."""


def open_session(bridge: Bridge) -> requests.Session:
    """A session that sends everything through the bridge, and adds nothing of its own."""
    session = requests.Session()
    session.trust_env = False
    session.headers.clear()
    session.mount("https://", bridge)
    session.mount("http://", bridge)
    return session


def _headers(request: requests.PreparedRequest) -> dict[str, str]:
    left_out = {"content-length", "accept-encoding", "connection", "cookie"}
    return {k: str(v) for k, v in request.headers.items() if k.lower() not in left_out}


def _as_response(request: requests.PreparedRequest, answer: Answer) -> requests.Response:
    response = requests.Response()
    response.status_code = 200
    response.url = str(request.url)
    response.request = request
    response.headers.update(dict(answer.headers))
    response.encoding = "utf-8"
    response._content = answer.body
    return response


def _has_rows(data: object) -> bool:
    """Whether a list with items lies in a body, at the top or below."""
    if isinstance(data, dict):
        return any(_has_rows(value) for value in data.values())
    return isinstance(data, list) and bool(data)


def _circle(problem: str, where: str) -> HttpError:
    return HttpError(
        problem,
        where=where,
        remedy="Compare the paginator of the resource with the system's documentation.",
    )
