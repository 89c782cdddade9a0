"""What channels post to the portal: kept once if it is the vendor's, refused if it is not."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from wechatpy.crypto import WeChatCrypto

from connectors.http.callbacks import FeishuScheme
from connectors.registry import list_receivers
from loop.notify import act_on_events
from portal.app import create_app
from portal.routes.callbacks import callbacks_router
from talentloop.errors import ConfigError
from talentloop.ops.callbacks import store_event, waiting_events
from talentloop.settings import Settings
from tests.notify.channels import MAIL, WECOM

KEY = base64.b64encode(bytes(range(32))).decode()[:43]
CALLBACK = {"token": "file:token", "key": "file:key", "receiver": "ww1"}
WEIXIN = WeChatCrypto("a-token", KEY, "ww1")  # the vendor's side
LARK = FeishuScheme(KEY, "a-token")
CLICK = "<xml><MsgType>event</MsgType><Event>click</Event><CreateTime>1</CreateTime></xml>"


@pytest.fixture
def home(configured: Any) -> Settings:
    other = {"base_url": "https://x.invalid", "app_id": "a", "app_key": "a", "app_secret": "file:s"}
    feishu = {k: other[k] for k in ("base_url", "app_id", "app_secret")}
    settings: Settings = configured(
        wecom={**WECOM, "callback": CALLBACK},
        feishu={"connector": "feishu", **feishu, "callback": CALLBACK},
        dingtalk={"connector": "dingtalk", "base_url": "https://x.invalid", "app_key": "a",
                  "callback": CALLBACK},
        mail=MAIL,
    )  # fmt: skip
    settings.secrets_dir.mkdir(parents=True)
    (settings.secrets_dir / "token").write_text("a-token")
    (settings.secrets_dir / "key").write_text(KEY)
    return settings


@pytest.fixture
def client(home: Settings) -> TestClient:
    app, router = FastAPI(), callbacks_router(home)
    assert router is not None
    app.include_router(router)
    return TestClient(app)


def time_of(settings: Settings) -> str:
    return str(int(settings.clock.now().timestamp()))


def wecom_post(settings: Settings, message: str = CLICK) -> tuple[dict[str, str], str]:
    import xmltodict

    when = time_of(settings)
    body = WEIXIN.encrypt_message(message, "n1", when)
    signature = xmltodict.parse(body)["xml"]["MsgSignature"]
    return {"msg_signature": signature, "timestamp": when, "nonce": "n1"}, body


def test_wecoms_question_is_answered_with_what_it_encrypted(
    client: TestClient, home: Settings
) -> None:
    import xmltodict

    when = time_of(home)
    sealed = xmltodict.parse(WEIXIN.encrypt_message("4711", "n1", when))["xml"]
    query = {"msg_signature": sealed["MsgSignature"], "timestamp": when, "nonce": "n1"}
    answer = client.get("/callbacks/wecom", params={**query, "echostr": sealed["Encrypt"]})
    assert (answer.status_code, answer.text) == (200, "4711")
    assert waiting_events(home, "wecom") == []


def test_an_event_that_is_delivered_again_or_replayed_is_kept_once(
    client: TestClient, home: Settings
) -> None:
    query, body = wecom_post(home)
    for _ in range(2):
        assert client.post("/callbacks/wecom", params=query, content=body).status_code == 200
    again, sealed_anew = wecom_post(home)
    assert client.post("/callbacks/wecom", params=again, content=sealed_anew).status_code == 200
    (event,) = waiting_events(home, "wecom")
    assert (event.kind, event.body) == ("click", CLICK)


def test_a_forged_altered_or_damaged_event_is_refused_without_a_reason(
    client: TestClient, home: Settings
) -> None:
    query, body = wecom_post(home)
    attempts: list[tuple[dict[str, str], str]] = [
        ({**query, "msg_signature": "0" * 40}, body),
        ({**query, "timestamp": "1"}, body),
        ({}, body),
        (query, "not xml"),
        (query, '<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>'),
        (query, body[:-40]),
    ]
    for asked, content in attempts:
        answer = client.post("/callbacks/wecom", params=asked, content=content)
        assert (answer.status_code, answer.text) == (403, "refused")
    assert waiting_events(home, "wecom") == []


def test_dingtalk_is_answered_in_its_own_encryption(client: TestClient, home: Settings) -> None:
    import xmltodict

    event = json.dumps({"EventType": "user_leave_org", "UserId": ["x"]})
    for message in (event, event, json.dumps({"EventType": "check_url"})):
        when = time_of(home)
        sealed = xmltodict.parse(WEIXIN.encrypt_message(message, "n2", when))["xml"]
        query = {"signature": sealed["MsgSignature"], "timeStamp": when, "nonce": "n2"}
        posted = {"encrypt": sealed["Encrypt"]}
        said = client.post("/callbacks/dingtalk", params=query, json=posted).json()
        text = WEIXIN.decrypt_message(
            {"Encrypt": said["encrypt"]}, said["msg_signature"], said["timeStamp"], said["nonce"]
        )
        assert text == "success"
    assert [event.kind for event in waiting_events(home, "dingtalk")] == ["user_leave_org"]


def feishu_post(settings: Settings, event: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    sealed = LARK.encrypt(json.dumps(event).encode(), bytes(16))
    body, when = json.dumps({"encrypt": sealed}).encode(), time_of(settings)
    headers = {
        "X-Lark-Request-Timestamp": when, "X-Lark-Request-Nonce": "n",
        "X-Lark-Signature": LARK.sign(when, "n", body),
    }  # fmt: skip
    return headers, body


def test_feishu_asks_and_tells(client: TestClient, home: Settings) -> None:
    question = {"type": "url_verification", "challenge": "c1", "token": "a-token"}
    _, body = feishu_post(home, question)
    assert client.post("/callbacks/feishu", content=body).json() == {"challenge": "c1"}
    kind = "hire.application.stage_changed_v1"
    header = {"event_id": "e1", "event_type": kind, "token": "a-token"}
    headers, body = feishu_post(home, {"schema": "2.0", "header": header, "event": {"id": 1}})
    for _ in range(2):
        answer = client.post("/callbacks/feishu", content=body, headers=headers)
        assert (answer.status_code, answer.json()) == (200, {})
    assert client.post("/callbacks/feishu", content=body).status_code == 403
    (event,) = waiting_events(home, "feishu")
    assert (event.kind, event.event_id) == (kind, "e1")


def test_nothing_else_is_listened_to(client: TestClient) -> None:
    assert client.post("/callbacks/mail", content=b"x").status_code == 404
    assert client.post("/callbacks/nobody", content=b"x").status_code == 404
    assert client.post("/callbacks/wecom", content=b"x" * 1_100_000).status_code == 413


def test_the_portal_listens_only_where_a_channel_receives(
    home: Settings, settings: Settings
) -> None:
    assert callbacks_router(settings) is None
    silent = TestClient(create_app(settings), base_url="http://127.0.0.1")
    assert silent.post("/callbacks/wecom").status_code in (404, 405)
    receivers = list_receivers(home)
    assert sorted(receivers) == ["dingtalk", "feishu", "wecom"]


@pytest.mark.parametrize(
    ("callback", "problem"),
    [
        ({**CALLBACK, "receiver": ""}, "who receives"),
        ({**CALLBACK, "token": "file:none"}, "callback token"),
        ({**CALLBACK, "key": "file:token"}, "43 characters"),
    ],
)
def test_a_receiver_that_could_not_prove_anything_does_not_start(
    home: Settings, callback: dict[str, str], problem: str
) -> None:
    path: Path = home.config / "channels" / "wecom.yml"
    path.write_text(json.dumps({**WECOM, "callback": callback}))
    with pytest.raises(ConfigError, match=problem):
        list_receivers(home)


def test_a_source_whose_system_posts_events_is_listened_to_where_it_says_so(
    home: Settings,
) -> None:
    """An event pulls the source; without `callback` in its file nothing listens."""
    (home.secrets_dir / "yonyou.secret").write_text("0123456789abcdef0123456789abcdef")
    told = {
        "connector": "yonyou", "base_url": "https://c2.yonyoucloud.com", "app_key": "key",
        "app_secret": "file:yonyou.secret",
    }  # fmt: skip
    (home.config / "sources").mkdir(exist_ok=True)
    file = home.config / "sources" / "yonyou.yml"
    file.write_text(json.dumps(told))
    assert "yonyou" not in list_receivers(home)
    file.write_text(json.dumps({**told, "callback": {"reply": "plain"}}))
    assert "yonyou" in list_receivers(home)
    store_event(home, "yonyou", "STAFF_UPDATE", b"{}", "e1")
    pulled: list[str] = []
    assert act_on_events(home, lambda _settings, name: pulled.append(name))["pulled"] == 1
    assert pulled == ["yonyou"]
    assert waiting_events(home, "yonyou") == []


def test_mail_receives_nothing(home: Settings) -> None:
    (home.config / "channels" / "mail.yml").write_text(json.dumps({**MAIL, "callback": CALLBACK}))
    with pytest.raises(ConfigError, match="receives no events"):
        list_receivers(home)
