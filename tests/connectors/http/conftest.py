"""A real HTTP server on loopback that answers as a test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from connectors.http import AllowedHosts, HttpClient, RetryPolicy

#: No waiting, but all the counting.
PATIENT = RetryPolicy(
    attempts=4,
    deadline_seconds=30,
    wait_initial_seconds=0,
    throttled_wait_seconds=0,
    odd_answer_wait_seconds=0,
)


@dataclass(frozen=True)
class Reply:
    """What to answer. `promised` announces a longer body than is sent; status 0 hangs up."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    promised: int | None = None

    @classmethod
    def of(cls, data: Any, **more: Any) -> Reply:
        return cls(body=json.dumps(data).encode(), **more)


@dataclass
class Stub:
    """The server's side of a test: replies in order (the last one stays), and what was asked."""

    url: str = ""
    replies: list[Reply] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_reply(self, *request: Any) -> Reply:
        with self.lock:
            self.asked.append(request)
            return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def _handler(stub: Stub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            reply = stub.next_reply(self.command, self.path, dict(self.headers), body)
            if reply.status == 0:
                self.close_connection = True
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(reply.promised or len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)
            self.close_connection = reply.promised is not None

        do_GET = do_POST = do_PUT = do_PATCH = _answer  # noqa: N815 - the names that the base class calls

        def log_message(self, *args: Any) -> None:
            """Stay silent."""

    return Handler


@pytest.fixture
def make_stub() -> Iterator[Callable[..., Stub]]:
    """Starts servers; each takes its replies."""
    servers = []

    def start(*replies: Reply) -> Stub:
        stub = Stub(replies=list(replies))
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(stub))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        stub.url = f"http://127.0.0.1:{server.server_port}/"
        servers.append(server)
        return stub

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def make_client() -> Iterator[Callable[..., HttpClient]]:
    """Makes clients of a stub, and closes them."""
    clients = []

    def make(stub: Stub, policy: RetryPolicy = PATIENT, **more: Any) -> HttpClient:
        client = HttpClient(AllowedHosts(stub.url), policy, **more)
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()
