"""The tenant takes `$batch` as OData v2 describes it, and refuses what it does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

Get = Callable[..., Any]
MERGE = """\
Content-Type: application/http
Content-Transfer-Encoding: binary
Content-ID: {number}

{method} JobApplication({key}L) HTTP/1.1
x-http-method: {meant}
Content-Type: application/json

{{"cust_tlTag":"{tag}"}}"""
QUERY = """\
Content-Type: application/http
Content-Transfer-Encoding: binary

GET JobApplication?$filter=applicationId%20eq%201L HTTP/1.1

"""


def write(key: int = 1, number: int = 1, tag: str = "x", meant: str = "MERGE") -> str:
    return MERGE.format(key=key, number=number, tag=tag, method="POST", meant=meant)


def changeset(*parts: str) -> str:
    inner = "".join(f"--c1\n{part}\n" for part in parts)
    return f"Content-Type: multipart/mixed; boundary=c1\n\n{inner}--c1--\n"


def send(http: httpx.Client, *parts: str, end: str = "--b1--\n") -> httpx.Response:
    body = "".join(f"--b1\n{part}\n" for part in parts) + end
    return http.post(
        "/odata/v2/$batch",
        content=body.replace("\n", "\r\n").encode(),
        headers={"Content-Type": "multipart/mixed; boundary=b1"},
    )


def tags(get: Get) -> list[str | None]:
    return [row["cust_tlTag"] for row in get(select="cust_tlTag")["results"]]


def test_a_query_beside_a_change_set_sees_what_it_did(http: httpx.Client) -> None:
    answer = send(http, changeset(write()), QUERY)
    assert answer.status_code == 202
    assert answer.headers["content-type"].startswith("multipart/mixed; boundary=")
    assert "HTTP/1.1 204 No Content\r\nContent-ID: 1" in answer.text
    assert '"cust_tlTag":"x"' in answer.text


def test_one_refusal_leaves_its_change_set_undone_and_the_other_done(
    http: httpx.Client, get: Get
) -> None:
    answer = send(http, changeset(write(1), write(99, 2)), changeset(write(2)))
    assert answer.text.count("HTTP/1.1 404") == 1
    assert answer.text.count("HTTP/1.1 204") == 1
    assert tags(get) == [None, "x", None]


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (write(), "must stand in a change set"),
        (changeset(write(), write(2)), "Content-ID of its own"),
        (changeset(write(meant="DELETE")), "method DELETE is not supported"),
        (changeset(QUERY.replace("binary\n", "binary\nContent-ID: 1\n")), "method GET is not"),
        (changeset(write(tag='"')), "not JSON"),
        ("Content-Type: text/plain\n\nhello", "not an HTTP request"),
    ],
)
def test_a_part_that_breaks_the_rules_is_refused_by_itself(
    http: httpx.Client, get: Get, part: str, words: str
) -> None:
    answer = send(http, part, QUERY)
    assert answer.status_code == 202
    assert words in answer.text
    assert "HTTP/1.1 200 OK" in answer.text
    assert tags(get) == [None] * 3


def test_a_batch_that_is_too_long_or_damaged_is_refused_as_a_whole(
    http: httpx.Client, get: Get
) -> None:
    many = send(http, changeset(*(write(1, n) for n in range(181))))
    assert many.json()["error"]["code"] == "BadRequestException"
    cut = send(http, changeset(write()), end="")
    assert cut.status_code == 400
    assert tags(get) == [None] * 3
