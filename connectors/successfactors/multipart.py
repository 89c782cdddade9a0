"""OData v2 `$batch`: several requests in one multipart body, and the answers taken out of one.

A batch holds parts of two kinds (OData v2, "Batch Processing"): a query stands alone; writes stand
together in a change set, a multipart body of its own, of which the tenant applies all or nothing.
Inside, each request and each answer is a small HTTP message. `Content-ID` names a write, so that
its answer can be told from the others.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from typing import Any

import orjson

_EOL = b"\r\n"


@dataclass(frozen=True)
class Operation:
    """One request inside a batch. `link` is relative to the service; `body` goes as JSON."""

    method: str
    link: str
    content_id: str = ""
    body: object = None
    tunnel: str = ""  # the method that is meant where `method` is POST (`x-http-method`)


@dataclass(frozen=True)
class Reply:
    """One answer inside a batch; `data` is its JSON body, None where it has none."""

    status: int
    content_id: str = ""
    data: Any = None

    @property
    def ok(self) -> bool:
        """Whether it is a success."""
        return 200 <= self.status < 300


Part = Operation | Sequence[Operation]
#: An answer to a query, or to a change set refused as a whole; or one answer per write of it.
PartReply = Reply | list[Reply]


def encode_batch(parts: Sequence[Part]) -> tuple[str, bytes]:
    """The content type of a batch and its body."""
    return _multipart("batch", [_encoded(part) for part in parts])


def _encoded(part: Part) -> bytes:
    if isinstance(part, Operation):
        return _request(part)
    kind, body = _multipart("changeset", [_request(operation) for operation in part])
    length = str(len(body)).encode()
    return b"Content-Type: " + kind.encode() + _EOL + b"Content-Length: " + length + 2 * _EOL + body


def _multipart(name: str, parts: Sequence[bytes]) -> tuple[str, bytes]:
    boundary = f"{name}_{secrets.token_hex(12)}"
    mark = b"--" + boundary.encode()
    body = b"".join(mark + _EOL + part + _EOL for part in parts) + mark + b"--" + _EOL
    return f"multipart/mixed; boundary={boundary}", body


def _request(operation: Operation) -> bytes:
    head = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    if operation.content_id:
        head.append(f"Content-ID: {operation.content_id}")
    lines = [*head, "", f"{operation.method} {operation.link} HTTP/1.1", "Accept: application/json"]
    if operation.tunnel:
        lines.append(f"x-http-method: {operation.tunnel}")
    content = b""
    if operation.body is not None:
        content = orjson.dumps(operation.body)
        lines += ["Content-Type: application/json;charset=utf-8", f"Content-Length: {len(content)}"]
    return "\r\n".join([*lines, "", ""]).encode() + content


def decode_batch(body: bytes) -> list[PartReply]:
    """The answers of a batch, in the order of its parts.

    The boundary is read in the first line of the body, which the standard lets begin with nothing
    else here; so a body says by itself whether it is whole.

    Raises:
        ValueError: the body is damaged, or is not the answer to a batch.
    """
    mark = body.split(b"\n", 1)[0].strip()
    if not mark.startswith(b"--"):
        raise ValueError("not a multipart body")
    head = b'Content-Type: multipart/mixed; boundary="' + mark[2:] + b'"' + 2 * _EOL
    return [_decoded(part) for part in _parts(BytesParser().parsebytes(head + body))]


def _decoded(part: Message) -> PartReply:
    if part.get_content_type() == "multipart/mixed":
        return [_reply(inner) for inner in _parts(part)]
    return _reply(part)


def _parts(message: Message) -> list[Message]:
    found = message.get_payload()
    if message.defects or not isinstance(found, list):
        raise ValueError("a multipart body that does not end where it says")
    return [part for part in found if isinstance(part, Message)]


def _reply(part: Message) -> Reply:
    if part.get_content_type() != "application/http":
        raise ValueError("a part of the batch is not an HTTP answer")
    status_line, _, rest = _content(part).lstrip().partition(b"\n")
    version, _, status = status_line.partition(b" ")
    if not version.startswith(b"HTTP/"):
        raise ValueError("an answer in the batch has no status")
    answer = BytesParser().parsebytes(rest)
    content = _content(answer).strip()
    number = part.get("Content-ID") or answer.get("Content-ID") or ""
    data = orjson.loads(content) if content else None
    return Reply(int(status.split()[0]), number.strip(), data)


def _content(message: Message) -> bytes:
    payload = message.get_payload(decode=True)
    if not isinstance(payload, bytes):
        raise ValueError("a part of the batch has no content")
    return payload
