"""Events: the stand-in posts, we prove, keep once, answer and pull."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import orjson
import pytest
from wechatpy.crypto import WeChatCrypto

from connectors.channels.receiving import Post
from connectors.http.address import sandbox_secret
from connectors.http.callbacks import CallbackRefusedError
from connectors.ingest.counts import IngestResult
from connectors.ingest.run import ingest
from connectors.sandbox.service import Service, control
from connectors.sandbox.yonyou.events import sealed_event
from connectors.yonyou.callbacks import YonyouCallbacks
from talentloop.errors import SourceError
from talentloop.settings import Settings
from tests.connectors.yonyou.conftest import OPTIONS
from tests.connectors.yonyou.landed import landed, source_file

STAFF = {"type": "STAFF_UPDATE", "eventId": "e1", "staffId": ["E000001"]}


@pytest.fixture
def source(tmp_path: Path) -> str:
    return source_file(
        tmp_path, {**OPTIONS, "streams": ["candidate"], "callback": {"reply": "plain"}}
    )


@pytest.fixture
def callbacks(settings: Settings, tenant: Service, source: str) -> YonyouCallbacks:
    return YonyouCallbacks(settings, source)


@pytest.fixture
def address(callbacks: YonyouCallbacks) -> Iterator[str]:
    """Where a receiver listens that passes bodies on."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            reply = callbacks.receive(Post({}, body=body))
            self.send_response(200)
            self.send_header("Content-Length", str(len(reply.content)))
            self.end_headers()
            self.wfile.write(reply.content)

        def log_message(self, *_args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def post(settings: Settings, address: str, event: dict[str, Any]) -> object:
    body = {"entity": "event", "key": address, "fields": event}
    return control(settings, "/sandbox/yonyou/edit", body)["answer"]


def secret_of(settings: Settings) -> str:
    return (settings.secrets_dir / sandbox_secret("yonyou")).read_text().strip()


def sealed(settings: Settings, event: dict[str, Any]) -> dict[str, str]:
    now_ms = round(settings.clock.now().timestamp() * 1000)
    return sealed_event(event, secret_of(settings), now_ms)


def test_an_event_however_often_it_is_delivered_sets_off_one_pull(
    settings: Settings, source: str, callbacks: YonyouCallbacks, address: str
) -> None:
    ingest(settings, source)
    assert not callbacks.pull()
    control(settings, "/sandbox/clock", {"advance_days": 1})  # as late as our own clock
    assert [post(settings, address, STAFF) for _ in range(3)] == ["success"] * 3
    pulled: list[IngestResult] = []
    assert callbacks.pull(lambda at, name: pulled.append(ingest(at, name)))
    assert [found.counts("application").landed for found in pulled] == [1]
    assert post(settings, address, STAFF) == "success"
    assert not callbacks.pull()


def test_the_question_whether_the_address_is_ours_is_answered_and_not_kept(
    settings: Settings, callbacks: YonyouCallbacks, address: str
) -> None:
    assert post(settings, address, {"type": "CHECK_URL"}) == "success"
    assert post(settings, address, {"type": "USER_ADD", "eventId": "u"}) == "success"
    assert not callbacks.pull()


def test_an_event_waits_until_its_pull_has_landed(
    settings: Settings, callbacks: YonyouCallbacks
) -> None:
    callbacks.receive(Post({}, body=orjson.dumps(sealed(settings, STAFF))))
    control(settings, "/sandbox/yonyou/faults", {"error_every": 1})
    with pytest.raises(SourceError):
        callbacks.pull()
    control(settings, "/sandbox/yonyou/faults", {"error_every": 0})
    assert callbacks.pull()
    assert landed(settings, "application")


def test_an_encrypted_answer_is_read_by_the_library_of_the_scheme(
    settings: Settings, tenant: Service, tmp_path: Path
) -> None:
    callbacks = YonyouCallbacks(settings, source_file(tmp_path, OPTIONS, "other"))
    body = sealed(settings, STAFF)
    answer = orjson.loads(callbacks.receive(Post({}, body=orjson.dumps(body))).content)
    app_secret = secret_of(settings)
    oracle = WeChatCrypto(app_secret, app_secret[:43], OPTIONS["app_key"])
    read = oracle.decrypt_message(
        {"Encrypt": answer["encrypt"]},
        answer["msg_signature"],
        answer["timeStamp"],
        answer["nonce"],
    )
    assert read == "success"


@pytest.mark.parametrize("field", ["msgSignature", "timestamp", "nonce", "encrypt"])
def test_an_altered_callback_is_refused(
    settings: Settings, callbacks: YonyouCallbacks, field: str
) -> None:
    body = sealed(settings, STAFF)
    changed = {**body, field: ("b" if body[field][0] != "b" else "c") + body[field][1:]}
    with pytest.raises(CallbackRefusedError):
        callbacks.receive(Post({}, body=orjson.dumps(changed)))
    with pytest.raises(CallbackRefusedError):
        callbacks.receive(Post({}, body=b"[]"))
    assert not callbacks.pull()


def test_a_callback_kept_by_a_stranger_is_worthless_later(
    settings: Settings, tenant: Service, source: str
) -> None:
    body = orjson.dumps(sealed(settings, STAFF))
    later = settings.model_copy(update={"now": settings.clock.now() + timedelta(days=3)})
    with pytest.raises(CallbackRefusedError, match="too long ago"):
        YonyouCallbacks(later, source).receive(Post({}, body=body))
