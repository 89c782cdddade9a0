"""One client, every way in which the other side can let us down."""

from __future__ import annotations

import pickle
import socket
import threading
import time
from collections.abc import Callable

import httpx
import pytest

from connectors.http import (
    AllowedHosts,
    ErrorRules,
    HttpAuthError,
    HttpClient,
    HttpError,
    RetryClass,
    RetryPolicy,
    TimeLimits,
    TokenCache,
)
from connectors.http.errors import retry_after_seconds
from connectors.http.tokens import Token
from talentloop.errors import SourceAuthError, SourceError
from tests.connectors.http.conftest import PATIENT, Reply, Stub

Make = Callable[..., HttpClient]
MakeStub = Callable[..., Stub]


def test_throttling_is_waited_out_as_long_as_the_server_asks(
    make_stub: MakeStub, make_client: Make
) -> None:
    busy = Reply(429, headers={"Retry-After": "0"})
    stub = make_stub(busy, busy, Reply.of({"ok": 1}))
    assert make_client(stub).get("x", where="x").data == {"ok": 1}
    assert len(stub.asked) == 3


def test_server_errors_are_tried_again_a_bounded_number_of_times(
    make_stub: MakeStub, make_client: Make
) -> None:
    stub = make_stub(Reply(500))
    with pytest.raises(HttpError) as caught:
        make_client(stub).get("orders", where="shop orders page 3")
    assert len(stub.asked) == PATIENT.attempts
    assert caught.value.retry_class is RetryClass.TRANSIENT
    assert "shop orders page 3" in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_a_wrong_request_is_not_repeated(
    make_stub: MakeStub, make_client: Make, status: int
) -> None:
    stub = make_stub(Reply(status))
    with pytest.raises(HttpError) as caught:
        make_client(stub).get("x", where="x")
    assert len(stub.asked) == 1
    assert caught.value.retry_class is RetryClass.PERMANENT


def test_refused_credentials_fail_at_once(make_stub: MakeStub, make_client: Make) -> None:
    stub = make_stub(Reply(403))
    with pytest.raises(SourceAuthError):
        make_client(stub).get("x", where="x")
    assert len(stub.asked) == 1


@pytest.mark.parametrize(
    "broken",
    [
        Reply(body=b'{"rows": [1, 2'),
        Reply(body=b'{"rows": [1]}', promised=400),
        Reply(body=b"<html>", content_type="text/html"),
        Reply(0),
    ],
    ids=["truncated", "shorter than promised", "not JSON", "hung up"],
)
def test_a_damaged_answer_is_asked_for_again(
    make_stub: MakeStub, make_client: Make, broken: Reply
) -> None:
    stub = make_stub(broken, Reply.of({"rows": [1]}))
    assert make_client(stub).get("x", where="x").data == {"rows": [1]}
    assert len(stub.asked) == 2


def test_a_page_that_stays_damaged_is_an_error_that_names_it(
    make_stub: MakeStub, make_client: Make
) -> None:
    stub = make_stub(Reply(body=b'{"rows": [1, 2'))
    with pytest.raises(SourceError, match=r"damaged body of 14 bytes.*shop orders page 7"):
        make_client(stub).get("x", where="shop orders page 7")
    assert len(stub.asked) == PATIENT.attempts


def test_time_lost_over_many_requests_ends_a_read(make_stub: MakeStub, make_client: Make) -> None:
    """Each request succeeds after one throttling; together they lose more than is allowed."""
    client = make_client(
        make_stub(*[Reply(429, headers={"Retry-After": "0.06"}), Reply()] * 20),
        RetryPolicy(attempts=3, deadline_seconds=0.2),
    )
    lost = client.lost_time()
    done = 0
    with pytest.raises(HttpError):
        for _ in range(20):
            client.get("x", where="x", lost=lost)
            done += 1
    assert 1 <= done <= 3
    assert lost.spent <= 0.4


def test_a_wait_longer_than_what_is_left_is_not_begun(
    make_stub: MakeStub, make_client: Make
) -> None:
    stub = make_stub(Reply(429, headers={"Retry-After": "3600"}))
    started = time.monotonic()
    with pytest.raises(HttpError) as caught:
        make_client(stub).get("x", where="x")
    assert time.monotonic() - started < 2
    assert caught.value.retry_after == 3600
    assert len(stub.asked) == 1


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("7", 7),
        ("0.5", 0.5),
        ("-3", 0),
        ("Sun, 01 Nov 2026 00:00:09 GMT", 9),
        ("Sat, 31 Oct 2026 23:59:00 GMT", 0),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_on_the_servers_own_clock(
    asked: str, seconds: float | None
) -> None:
    headers = {"Date": "Sun, 01 Nov 2026 00:00:00 GMT", "Retry-After": asked}
    assert retry_after_seconds(httpx.Response(429, headers=headers)) == seconds


def test_a_write_is_not_repeated_once_it_may_have_taken_effect(
    make_stub: MakeStub, make_client: Make
) -> None:
    for lost in (Reply(0), Reply(500), Reply(body=b'{"d": ['), Reply(body=b"{", promised=99)):
        stub = make_stub(lost)
        with pytest.raises(HttpError) as caught:
            make_client(stub).post_json("up", {"a": 1}, where="up", idempotent=False)
        assert caught.value.maybe_applied
        assert len(stub.asked) == 1


def test_a_write_that_surely_was_not_applied_is_sent_again(
    make_stub: MakeStub, make_client: Make
) -> None:
    stub = make_stub(Reply(429, headers={"Retry-After": "0"}), Reply(503), Reply.of({"d": 1}))
    answer = make_client(stub).post_json("up", {"a": 1}, where="up", idempotent=False)
    assert answer.data == {"d": 1}
    assert [body for *_, body in stub.asked] == [b'{"a":1}'] * 3


def test_a_source_that_is_down_is_one_clear_error(make_client: Make) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        stub = Stub(url=f"http://127.0.0.1:{free.getsockname()[1]}/")
    with pytest.raises(SourceError, match="did not answer") as caught:
        make_client(stub).get("x", where="shop")
    assert isinstance(caught.value, HttpError)
    assert not caught.value.maybe_applied


def _bearers(stub: Stub) -> list[str]:
    return [headers.get("Authorization", "") for _, _, headers, _ in stub.asked]


def test_a_token_that_ran_out_is_replaced_once(make_stub: MakeStub, make_client: Make) -> None:
    stub = make_stub(Reply(401), Reply.of({"ok": 1}))
    issued = iter(("first", "second"))
    tokens = TokenCache(lambda: Token(next(issued), 3600))
    assert make_client(stub, tokens=tokens).get("x", where="x").data == {"ok": 1}
    assert _bearers(stub) == ["Bearer first", "Bearer second"]


def test_a_write_for_which_no_token_could_be_had_was_never_sent(
    make_stub: MakeStub, make_client: Make
) -> None:
    stub = make_stub(Reply())

    def fetch() -> Token:
        raise HttpError("no", where="token").classed(RetryClass.TRANSIENT, maybe_applied=True)

    with pytest.raises(HttpError) as caught:
        make_client(stub, tokens=TokenCache(fetch)).post_json(
            "up", {}, where="up", idempotent=False
        )
    assert not caught.value.maybe_applied
    assert stub.asked == []


def test_a_fresh_token_that_is_refused_too_ends_it(make_stub: MakeStub, make_client: Make) -> None:
    stub = make_stub(Reply(401))
    tokens = TokenCache(lambda: Token("any", 3600))
    with pytest.raises(SourceAuthError):
        make_client(stub, tokens=tokens).get("x", where="x")
    assert len(stub.asked) == 2


def test_a_redirect_to_another_host_is_refused_and_gets_no_token(
    make_stub: MakeStub, make_client: Make
) -> None:
    stranger = make_stub(Reply())
    elsewhere = stranger.url.replace("127.0.0.1", "localhost")
    stub = make_stub(Reply(302, headers={"Location": f"{elsewhere}steal"}))
    tokens = TokenCache(lambda: Token("precious", 3600))
    with pytest.raises(HttpError, match="not the configured host"):
        make_client(stub, tokens=tokens).get("x", where="x")
    assert stranger.asked == []


def test_a_redirect_on_the_same_host_is_followed(make_stub: MakeStub, make_client: Make) -> None:
    stub = make_stub(Reply(302, headers={"Location": "/new?page=2"}), Reply.of({"ok": 1}))
    assert make_client(stub).get("old", where="x").data == {"ok": 1}
    assert [path for _, path, *_ in stub.asked] == ["/old", "/new?page=2"]


def test_redirects_in_a_circle_end(make_stub: MakeStub, make_client: Make) -> None:
    stub = make_stub(Reply(302, headers={"Location": "/again"}))
    with pytest.raises(HttpError, match="circle"):
        make_client(stub).get("again", where="x")


def test_an_exhausted_quota_stops_further_requests(make_stub: MakeStub, make_client: Make) -> None:
    body = Reply.of({"code": "90020"}, status=400, headers={"Retry-After": "60"})
    stub = make_stub(body)
    client = make_client(
        stub, rules=ErrorRules({"90020": RetryClass.QUOTA}), error_code=lambda found: found["code"]
    )
    for _ in range(3):
        with pytest.raises(HttpError) as caught:
            client.get("x", where="x")
        assert caught.value.retry_class is RetryClass.QUOTA
    assert len(stub.asked) == 1


def test_an_answer_that_is_too_big_is_refused(make_stub: MakeStub, make_client: Make) -> None:
    stub = make_stub(Reply(body=b'"' + b"x" * 5000 + b'"'))
    with pytest.raises(HttpError, match="more than 1000 bytes"):
        make_client(stub, limits=TimeLimits(max_bytes=1000)).get("x", where="x")
    assert len(stub.asked) == 1


def _drip(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                       b"Content-Length: 100000\r\n\r\n")  # fmt: skip
    try:
        for _ in range(100):
            connection.sendall(b" ")
            time.sleep(0.02)
    except OSError:
        connection.close()  # the client has hung up, as it should


def test_an_answer_that_drips_for_ever_is_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_drip, args=(listener,), daemon=True).start()
        hosts = AllowedHosts(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        limits = TimeLimits(total_seconds=0.2)
        started = time.monotonic()
        with (
            HttpClient(hosts, RetryPolicy(attempts=1), limits=limits) as client,
            pytest.raises(HttpError, match="ReadTimeout"),
        ):
            client.get("x", where="x")
        assert time.monotonic() - started < 1.5


def test_errors_keep_their_class_across_processes() -> None:
    error = HttpAuthError("no", where="w", remedy="r").classed(
        RetryClass.AUTH, status=401, retry_after=3, maybe_applied=True
    )
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert isinstance(copy, SourceAuthError)
    assert (copy.retry_class, copy.status, copy.retry_after, copy.maybe_applied) == (
        RetryClass.AUTH, 401, 3, True,
    )  # fmt: skip
    assert str(copy) == str(error)


def test_a_server_without_a_clock_cannot_move_a_cursor(
    make_stub: MakeStub, make_client: Make
) -> None:
    stub = make_stub(Reply(headers={}))
    answer = make_client(stub).get("x", where="x")
    assert answer.server_time.tzinfo is not None
    del answer.headers["date"]
    with pytest.raises(SourceError, match="Date"):
        _ = answer.server_time
