"""An endpoint on loopback that speaks the OpenAI chat protocol, and misbehaves as it is told."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Levels = dict[str, int]


@dataclass
class Said:
    """What the endpoint sends back: a status, headers, a body; `drip` seconds between its bytes."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drip: float = 0.0


@dataclass
class Endpoint:
    """A running endpoint: its address, the requests that came, and how it answers the next."""

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    answers: Callable[[dict[str, Any]], Said] = lambda _: Said(b"")


def answer_in(request: dict[str, Any]) -> str:
    """The answer between the marks of a request."""
    found = re.search(r"<<<(\w+)\n(.*)\n\1>>>", request["messages"][1]["content"], re.DOTALL)
    assert found is not None
    return found.group(2)


def chat(content: str, **more: Any) -> Said:
    """A reply in the protocol."""
    body = {"choices": [{"message": {"role": "assistant", "content": content}}],
            "usage": {"total_tokens": 100}}  # fmt: skip
    return Said(json.dumps(body).encode(), **more)


def judged(request: dict[str, Any], level: int | Levels, quote: str | None = None) -> Said:
    """A well-formed judgement of every dimension asked for, quoting the answer's first words."""
    schema = request["response_format"]["json_schema"]["schema"]
    item = schema["properties"]["dimensions"]["items"]
    codes = item["properties"]["dimension_code"]["enum"]
    said = quote if quote is not None else answer_in(request)[:24]
    dimensions = [
        {"dimension_code": code, "level": level if isinstance(level, int) else level[code],
         "quotes": [said], "confidence": 0.8}
        for code in codes
    ]  # fmt: skip
    return chat(json.dumps({"dimensions": dimensions}, ensure_ascii=False))


@contextmanager
def serve() -> Iterator[Endpoint]:
    """An endpoint while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            running.requests.append(body)
            running.keys.append(self.headers.get("Authorization"))
            said = running.answers(body)
            time.sleep(said.delay)
            try:
                self._send(said)
            except OSError:
                self.close_connection = True  # the client had enough

        def _send(self, said: Said) -> None:
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            if not said.drip:
                self.wfile.write(said.body)
                return
            for byte in said.body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(said.drip)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running = Endpoint(f"http://127.0.0.1:{server.server_port}/v1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
