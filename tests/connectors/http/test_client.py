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
    BearerToken,
    ErrorRules,
    HeaderToken,
    HttpAuthError,
    HttpClient,
    HttpError,
    Limit,
    QueryToken,
    Request,
    RetryClass,
    RetryPolicy,
    Signed,
    TimeLimits,
    Token,
    TokenCache,
    shared_limiter,
)
from connectors.http.errors import retry_after_seconds
from talentloop.errors import SourceAuthError, SourceError
from talentloop.settings import Settings
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


def bearer(settings: Settings, fetch: Callable[[], Token]) -> BearerToken:
    return BearerToken(TokenCache(settings, "shop", fetch))


def _bearers(stub: Stub) -> list[str]:
    return [headers.get("Authorization", "") for _, _, headers, _ in stub.asked]


def test_a_token_that_ran_out_is_replaced_once(
    settings: Settings, make_stub: MakeStub, make_client: Make
) -> None:
    stub = make_stub(Reply(401), Reply.of({"ok": 1}))
    issued = iter(("first", "second"))
    auth = bearer(settings, lambda: Token(next(issued), 3600))
    assert make_client(stub, auth=auth).get("x", where="x").data == {"ok": 1}
    assert _bearers(stub) == ["Bearer first", "Bearer second"]


def test_a_write_for_which_no_token_could_be_had_was_never_sent(
    settings: Settings, make_stub: MakeStub, make_client: Make
) -> None:
    stub = make_stub(Reply())

    def fetch() -> Token:
        raise HttpError("no", where="token").classed(RetryClass.TRANSIENT, maybe_applied=True)

    with pytest.raises(HttpError) as caught:
        make_client(stub, auth=bearer(settings, fetch)).post_json(
            "up", {}, where="up", idempotent=False
        )
    assert not caught.value.maybe_applied
    assert stub.asked == []


def test_a_fresh_token_that_is_refused_too_ends_it(
    settings: Settings, make_stub: MakeStub, make_client: Make
) -> None:
    stub = make_stub(Reply(401))
    auth = bearer(settings, lambda: Token("any", 3600))
    with pytest.raises(SourceAuthError):
        make_client(stub, auth=auth).get("x", where="x")
    assert len(stub.asked) == 2


def test_a_redirect_to_another_host_is_refused_and_gets_no_token(
    settings: Settings, make_stub: MakeStub, make_client: Make
) -> None:
    stranger = make_stub(Reply())
    elsewhere = stranger.url.replace("127.0.0.1", "localhost")
    stub = make_stub(Reply(302, headers={"Location": f"{elsewhere}steal"}))
    auth = bearer(settings, lambda: Token("precious", 3600))
    with pytest.raises(HttpError, match="not the configured host"):
        make_client(stub, auth=auth).get("x", where="x")
    assert stranger.asked == []


def test_a_redirect_on_the_same_host_is_followed(make_stub: MakeStub, make_client: Make) -> None:
    stub = make_stub(Reply(302, headers={"Location": "/new?page=2"}), Reply.of({"ok": 1}))
    assert make_client(stub).get("old", where="x").data == {"ok": 1}
    assert [path for _, path, *_ in stub.asked] == ["/old", "/new?page=2"]


def test_redirects_in_a_circle_end(make_stub: MakeStub, make_client: Make) -> None:
    stub = make_stub(Reply(302, headers={"Location": "/again"}))
    with pytest.raises(HttpError, match="circle"):
        make_client(stub).get("again", where="x")


def test_an_exhausted_quota_stops_further_requests(
    settings: Settings, make_stub: MakeStub, make_client: Make
) -> None:
    body = Reply.of({"code": "90020"}, status=400, headers={"Retry-After": "60"})
    stub = make_stub(body)
    rules = ErrorRules(code=["code"], codes={"90020": RetryClass.QUOTA})
    limiter = shared_limiter(settings, "shop", Limit(requests=9, seconds=1))
    client = make_client(stub, rules=rules, limiter=limiter)
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
        RetryClass.AUTH, status=401, retry_after=3, maybe_applied=True, code="40014", message="m"
    )
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert isinstance(copy, SourceAuthError)
    assert (copy.retry_class, copy.status, copy.retry_after, copy.maybe_applied) == (
        RetryClass.AUTH, 401, 3, True,
    )  # fmt: skip
    assert (copy.code, copy.message) == ("40014", "m")
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


def test_a_success_that_is_none_fails_with_the_systems_own_code(
    make_stub: MakeStub, make_client: Make
) -> None:
    rules = ErrorRules.model_validate(
        {"code": ["data.code", "code"], "success": [0, "00000"], "message": "msg",
         "codes": {99991400: "retry_after"}}
    )  # fmt: skip
    stub = make_stub(Reply.of({"code": 1002, "msg": "call 13800138000"}))
    with pytest.raises(HttpError) as caught:
        make_client(stub, rules=rules).post_json("x", {}, where="x", idempotent=False)
    error = caught.value
    assert (error.code, error.status, error.maybe_applied) == ("1002", 200, False)
    assert error.retry_class is RetryClass.PERMANENT
    assert error.message == "call [redacted]"
    assert "call" not in str(error)
    busy = Reply.of({"code": "99991400"}, headers={"Retry-After": "0"})
    stub = make_stub(busy, Reply.of({"data": {"code": "00000"}}))
    client = make_client(stub, rules=rules)
    client.post_json("x", {}, where="x", idempotent=False)
    assert len(stub.asked) == 2


def test_a_token_refused_by_a_code_in_the_body_is_replaced_once(
    settings: Settings, make_stub: MakeStub, make_client: Make
) -> None:
    rules = ErrorRules.model_validate({"code": "errcode", "success": [0], "codes": {40014: "auth"}})
    issued = iter(("first", "second"))
    tokens = TokenCache(settings, "shop", lambda: Token(next(issued), 3600))
    stub = make_stub(Reply.of({"errcode": 40014}), Reply.of({"errcode": 0}))
    client = make_client(stub, auth=QueryToken(tokens), rules=rules)
    client.get("list?page=2", {"size": "5"}, where="list")
    assert [path for _, path, *_ in stub.asked] == [
        "/list?page=2&size=5&access_token=first", "/list?page=2&size=5&access_token=second",
    ]  # fmt: skip


def test_each_attempt_is_signed_anew_over_what_is_sent(
    make_stub: MakeStub, make_client: Make
) -> None:
    nonces = iter("ab")

    def sign(request: Request) -> Request:
        signature = f"{next(nonces)}:{request.method} {request.url.raw_path.decode()}"
        return request.with_headers({"X-Signature": signature})

    stub = make_stub(Reply(503), Reply.of({}))
    client = make_client(stub, auth=Signed(sign))
    client.send("PUT", "a/b", {"x": 1}, params={"q": "1"}, where="x", idempotent=True)
    assert [(verb, headers["X-Signature"], body) for verb, _, headers, body in stub.asked] == [
        ("PUT", "a:PUT /a/b?q=1", b'{"x":1}'), ("PUT", "b:PUT /a/b?q=1", b'{"x":1}'),
    ]  # fmt: skip


def test_a_header_token_and_headers_of_the_request_travel_together(
    settings: Settings, make_stub: MakeStub, make_client: Make
) -> None:
    tokens = TokenCache(settings, "shop", lambda: Token("t", 3600))
    stub = make_stub(Reply(204, body=b""))
    client = make_client(stub, auth=HeaderToken(tokens, "x-token"))
    answer = client.send(
        "PATCH", "a", b"raw", headers={"x-client-token": "k"}, where="x", idempotent=True
    )
    ((_, _, headers, body),) = stub.asked
    assert (headers["x-token"], headers["x-client-token"], body) == ("t", "k", b"raw")
    assert answer.data is None
