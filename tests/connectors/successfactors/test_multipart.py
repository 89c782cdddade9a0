"""The multipart bodies of `$batch`, both ways, against hand-written documents."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message

import pytest

from connectors.successfactors.multipart import Operation, Reply, decode_batch, encode_batch

#: A change set of two writes, one refused change set and one query, with the line ends of the wire.
ANSWER = """\
--batch_36522ad7
Content-Type: multipart/mixed; boundary=changeset_77162fcd

--changeset_77162fcd
Content-Type: application/http
Content-Transfer-Encoding: binary

HTTP/1.1 204 No Content
Content-ID: 1

\

--changeset_77162fcd
Content-Type: application/http
Content-Transfer-Encoding: binary
Content-ID: 2

HTTP/1.1 204 No Content
Content-Length: 0

\

--changeset_77162fcd--

--batch_36522ad7
Content-Type: application/http
Content-Transfer-Encoding: binary

HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":{"code":"COE_GENERAL_BAD_REQUEST","message":{"lang":"zh","value":"字段不对"}}}
--batch_36522ad7
Content-Type: application/http
Content-Transfer-Encoding: binary

HTTP/1.1 200 Ok
Content-Type: application/json

{"d":{"results":[{"applicationId":"7"}]}}
--batch_36522ad7--
""".replace("\n", "\r\n").encode()


def test_answers_are_told_apart_in_the_order_of_the_parts() -> None:
    written, refused, found = decode_batch(ANSWER)
    assert written == [Reply(204, "1"), Reply(204, "2")]
    assert isinstance(refused, Reply)
    assert (refused.status, refused.ok) == (400, False)
    assert refused.data["error"]["message"]["value"] == "字段不对"
    assert found == Reply(200, "", {"d": {"results": [{"applicationId": "7"}]}})


@pytest.mark.parametrize("length", [0, 40, 400, len(ANSWER) - 30])
def test_a_body_that_ends_too_early_is_damaged_wherever_it_ends(length: int) -> None:
    with pytest.raises(ValueError, match=r"multipart|does not end|no status|not an HTTP"):
        decode_batch(ANSWER[:length])


def test_a_part_that_is_no_answer_is_damage() -> None:
    with pytest.raises(ValueError, match="not an HTTP answer"):
        decode_batch(ANSWER.replace(b"application/http", b"text/plain"))
    with pytest.raises(ValueError, match="no status"):
        decode_batch(ANSWER.replace(b"HTTP/1.1 204", b"204"))


def parts_of(message: Message) -> list[Message]:
    found = message.get_payload()
    assert isinstance(found, list)
    return [part for part in found if isinstance(part, Message)]


def test_a_standard_mail_reader_finds_queries_and_change_sets_as_they_were_meant() -> None:
    write = Operation("POST", "Set(1L)", "1", {"cust_tlTag": "高潜力"}, tunnel="MERGE")
    kind, body = encode_batch([Operation("GET", "Set?$top=1"), [write]])
    query, changeset = parts_of(message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body))
    assert str(query.get_payload()).startswith("GET Set?$top=1 HTTP/1.1\r\n")
    assert changeset.get_content_type() == "multipart/mixed"
    (inner,) = parts_of(changeset)
    assert inner["Content-ID"] == "1"
    assert inner.get_payload(decode=True) == (
        b"POST Set(1L) HTTP/1.1\r\nAccept: application/json\r\nx-http-method: MERGE\r\n"
        b"Content-Type: application/json;charset=utf-8\r\nContent-Length: 26\r\n\r\n"
        b'{"cust_tlTag":"' + "高潜力".encode() + b'"}'
    )
