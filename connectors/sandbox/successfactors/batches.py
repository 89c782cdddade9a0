"""`$batch`: queries and change sets in one multipart body, as OData v2 describes it."""

from __future__ import annotations

from collections.abc import Mapping
from email import message_from_bytes
from email.message import Message
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

import orjson

from connectors.sandbox.kit.errors import RefusedError
from connectors.sandbox.kit.faults import Faults
from connectors.sandbox.successfactors.errors import bad_request, error_body
from connectors.sandbox.successfactors.reads import Reader
from connectors.sandbox.successfactors.tenant import Tenant
from connectors.sandbox.successfactors.writes import Change, planned

BATCH_CAP = 180
_REASONS = {200: "OK", 204: "No Content", 400: "Bad Request", 404: "Not Found",
            500: "Internal Server Error", 503: "Service Unavailable"}  # fmt: skip


class Batch:
    """One batch: each query answered by itself, each change set applied as a whole or not at all."""

    def __init__(self, tenant: Tenant, faults: Faults, reader: Reader) -> None:
        self._tenant = tenant
        self._faults = faults
        self._reader = reader
        self._boundaries = count(1)

    def answer(self, kind: str, body: bytes) -> tuple[str, bytes]:
        """The content type of the answer and its body.

        Raises:
            RefusedError: the body is not a batch, or holds too many requests; nothing was applied.
        """
        parts = _parts(message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body))
        asked = sum(len(_parts(p)) if p.is_multipart() else 1 for p in parts)
        if asked > BATCH_CAP:
            message = f"Batch content exceeds the limitation, the maximum size is {BATCH_CAP}"
            raise RefusedError(400, "BadRequestException", message)
        return self._multipart("batchresponse", [self._part(part) for part in parts])

    def _part(self, part: Message) -> bytes:
        try:
            if part.is_multipart():
                return self._changeset(_parts(part))
            return self._query(part)
        except RefusedError as refused:
            return _answer(refused.status, error_body(refused))

    def _query(self, part: Message) -> bytes:
        method, link, _ = _request(part)
        if method != "GET":
            raise bad_request("A write must stand in a change set")
        name, _, query = link.partition("?")
        found = self._reader.page(self._tenant.table(name), dict(parse_qsl(query)))
        return _answer(200, found)

    def _changeset(self, parts: list[Message]) -> bytes:
        """All writes are checked before the first is made, so that one refusal leaves none."""
        if self._faults.level("busy_changesets"):
            self._faults.fired["busy_changesets"] += 1
            raise RefusedError(503, "COE_GENERAL_SERVER_ERROR", "The server is busy")
        numbers = [part.get("Content-ID", "") for part in parts]
        if "" in numbers or len(set(numbers)) < len(numbers):
            raise bad_request("Each request of a change set needs a Content-ID of its own")
        changes = [self._planned(part) for part in parts]
        for change in changes:
            change.apply(self._tenant)
        kind, body = self._multipart("changesetresponse", [_answer(204, None, n) for n in numbers])
        return f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body

    def _planned(self, part: Message) -> Change:
        method, link, message = _request(part)
        meant = message.get("x-http-method", method)
        if method not in ("POST", "MERGE") or meant != "MERGE":
            raise bad_request(f"The method {meant} is not supported in a change set here")
        fields = _json(_bytes(message))
        if not isinstance(fields, Mapping):
            raise bad_request("The body is not one record")
        return planned(self._tenant, self._faults, link, fields)

    def _multipart(self, name: str, parts: list[bytes]) -> tuple[str, bytes]:
        boundary = f"{name}_{next(self._boundaries)}"
        pieces = [f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts]
        return f"multipart/mixed; boundary={boundary}", b"".join(
            [*pieces, f"--{boundary}--\r\n".encode()]
        )


def _parts(message: Message) -> list[Message]:
    found = message.get_payload()
    if message.defects or not isinstance(found, list):
        raise bad_request("The body is not multipart/mixed, or ends too early")
    return [part for part in found if isinstance(part, Message)]


def _request(part: Message) -> tuple[str, str, Message]:
    """Method, link, and the rest of an HTTP request in a part: headers and body."""
    line, _, rest = _bytes(part).partition(b"\r\n")
    words = line.decode(errors="replace").split(" ")
    if part.get_content_type() != "application/http" or len(words) != 3 or words[2] != "HTTP/1.1":
        raise bad_request("A part of the batch is not an HTTP request")
    return words[0], words[1], message_from_bytes(rest)


def _bytes(message: Message) -> bytes:
    payload = message.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _json(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        raise bad_request("The body of a request in the batch is not JSON") from None


def _answer(status: int, body: object, content_id: str = "") -> bytes:
    lines = ["Content-Type: application/http", "Content-Transfer-Encoding: binary", ""]
    lines.append(f"HTTP/1.1 {status} {_REASONS.get(status, 'Refused')}")
    if content_id:
        lines.append(f"Content-ID: {content_id}")
    content = b"" if body is None else orjson.dumps(body)
    if content:
        lines.append("Content-Type: application/json")
    lines += [f"Content-Length: {len(content)}", "", ""]
    return "\r\n".join(lines).encode() + content
