"""Callbacks are the vendor's, unaltered, recent and for us; judged by the vendors' own libraries."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException

from connectors.http.callbacks import (
    CallbackRefusedError,
    FeishuScheme,
    SharedScheme,
    check_recent,
)
from talentloop.errors import ConfigError

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
TIME = str(int(NOW.timestamp()))
TOKEN, KEY, CORP = "a-token", base64.b64encode(bytes(range(32))).decode()[:43], "ww1234567890"
OURS = SharedScheme(TOKEN, KEY, CORP)
THEIRS = WeChatCrypto(TOKEN, KEY, CORP)
LARK = FeishuScheme("an encrypt key", "verification")


def opened(scheme: SharedScheme, encrypted: str, **changes: Any) -> bytes:
    asked = {
        "signature": scheme.sign(TIME, "n1", encrypted), "timestamp": TIME, "nonce": "n1",
        "encrypted": encrypted, "now": NOW,
    }  # fmt: skip
    return scheme.open(**{**asked, **changes})


@given(st.text(min_size=1, max_size=300).filter(lambda text: "\r" not in text))
def test_what_the_vendors_library_encrypts_we_read(text: str) -> None:
    import xmltodict

    sealed = xmltodict.parse(THEIRS.encrypt_message(text, "n1", TIME))["xml"]
    assert OURS.open(
        signature=sealed["MsgSignature"], timestamp=TIME, nonce="n1", encrypted=sealed["Encrypt"],
        now=NOW,
    ) == text.encode()  # fmt: skip


@given(st.text(max_size=300))
def test_the_vendors_library_reads_what_we_encrypt(text: str) -> None:
    sealed = OURS.answer(text.encode(), TIME, "n2")
    read = THEIRS.decrypt_message({"Encrypt": sealed.encrypted}, sealed.signature, TIME, "n2")
    assert read == text
    assert sealed.fields["encrypt"] == sealed.encrypted


def test_the_vendors_library_refuses_our_answer_under_another_token_or_receiver() -> None:
    sealed = SharedScheme("other", KEY, CORP).answer(b"success", TIME, "n")
    with pytest.raises(InvalidSignatureException):
        THEIRS.decrypt_message({"Encrypt": sealed.encrypted}, sealed.signature, TIME, "n")
    stranger = SharedScheme(TOKEN, KEY, "another").answer(b"success", TIME, "n")
    with pytest.raises(InvalidAppIdException):
        THEIRS.decrypt_message({"Encrypt": stranger.encrypted}, stranger.signature, TIME, "n")


def test_the_same_message_is_never_encrypted_the_same_way_twice() -> None:
    assert OURS.encrypt(b"success") != OURS.encrypt(b"success")


@given(st.binary(max_size=200))
def test_any_message_comes_back_as_it_went(message: bytes) -> None:
    assert opened(OURS, OURS.encrypt(message)) == message


@given(st.data())
def test_any_altered_byte_is_refused(data: st.DataObject) -> None:
    """Even under a signature that fits, as if the token were known and the key were not."""
    sealed = bytearray(base64.b64decode(OURS.encrypt(b"<xml>paid 100</xml>")))
    signature = OURS.sign(TIME, "n1", base64.b64encode(sealed).decode())
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    altered = base64.b64encode(sealed).decode()
    with pytest.raises(CallbackRefusedError):
        opened(OURS, altered, signature=signature)


@given(st.binary(max_size=200))
def test_no_garbage_under_a_good_signature_is_more_than_refused(garbage: bytes) -> None:
    text = base64.b64encode(garbage).decode()
    with pytest.raises(CallbackRefusedError):
        opened(OURS, text)


@pytest.mark.parametrize("field", ["signature", "timestamp", "nonce"])
def test_what_is_signed_cannot_be_changed(field: str) -> None:
    encrypted = OURS.encrypt(b"hello")
    with pytest.raises(CallbackRefusedError, match="not signed"):
        opened(OURS, encrypted, **{field: "1"})


def test_a_message_for_another_receiver_is_refused() -> None:
    stranger = SharedScheme(TOKEN, KEY, "another")
    with pytest.raises(CallbackRefusedError, match="another receiver"):
        opened(OURS, stranger.encrypt(b"hello"))


@pytest.mark.parametrize("aes_key", ["", "short", KEY + "x", "中" * 43, "!" * 43])
def test_a_key_that_is_none_is_told_at_once(aes_key: str) -> None:
    with pytest.raises(ConfigError, match="43 characters"):
        SharedScheme(TOKEN, aes_key, CORP)


def test_yonbip_makes_the_key_of_its_secret() -> None:
    secret = "3f6c-11e9-ab14-d663bd873d93"
    scheme = SharedScheme.yonbip("appkey", secret)
    theirs = WeChatCrypto(secret, (secret.replace("-", "") + "0" * 43)[:43], "appkey")
    sealed = scheme.answer(b"success", TIME, "n")
    message = {"Encrypt": sealed.encrypted}
    assert theirs.decrypt_message(message, sealed.signature, TIME, "n") == "success"


@pytest.mark.parametrize("unit", [1, 1000])
def test_old_and_future_callbacks_are_refused_in_seconds_and_milliseconds(unit: int) -> None:
    def at(moment: datetime) -> str:
        return str(int(moment.timestamp() * unit))

    check_recent(at(NOW - timedelta(seconds=60)), NOW, 60)
    for moment in (NOW - timedelta(seconds=61), NOW + timedelta(minutes=6)):
        with pytest.raises(CallbackRefusedError, match="too long ago"):
            check_recent(at(moment), NOW, 60)
    for text in ("", "soon", "9" * 5000):
        with pytest.raises(CallbackRefusedError):
            check_recent(text, NOW)


def lark_post(event: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    text = json.dumps(event).encode()
    body = json.dumps({"encrypt": LARK.encrypt(text, bytes(range(16)))}).encode()
    headers = {
        "X-Lark-Request-Timestamp": TIME, "X-Lark-Request-Nonce": "n1",
        "X-Lark-Signature": LARK.sign(TIME, "n1", body),
    }  # fmt: skip
    return headers, body


def lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


EVENT = {
    "schema": "2.0",
    "header": {"event_id": "e1", "event_type": "hire.stage", "token": "verification"},
    "event": {"application_id": "6949"},
}


@given(st.data())
def test_no_altered_feishu_body_passes(data: st.DataObject) -> None:
    headers, body = lark_post(EVENT)
    altered = bytearray(body)
    altered[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CallbackRefusedError):
        LARK.open(lower(headers), bytes(altered), now=NOW)


def test_a_feishu_event_from_long_ago_or_unencrypted_is_refused() -> None:
    headers, body = lark_post(EVENT)
    with pytest.raises(CallbackRefusedError, match="too long ago"):
        LARK.open(lower(headers), body, now=NOW + timedelta(days=3))
    for plain in (b"{}", b"[]", b"not json", b'{"encrypt": 5}', b'{"encrypt": "AAAA"}'):
        with pytest.raises(CallbackRefusedError):
            LARK.open({}, plain, now=NOW)
