"""K3Cloud signatures: ours are the vendor's, in both directions."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from k3cloud_webapi_sdk.core import webapi_client
from k3cloud_webapi_sdk.main import K3CloudApiSdk

from connectors.http.address import sandbox_secret
from connectors.http.exchange import Request
from connectors.kingdee_k3cloud.session import SignedSession
from connectors.kingdee_k3cloud.signing import Account, AppKeys, signed_headers, stand_in_keys
from connectors.sandbox.service import Service
from talentloop.clock import SystemClock
from talentloop.settings import Settings
from tests.connectors.kingdee.conftest import K3CLOUD

SERVICE = "K3Cloud/Kingdee.BOS.WebApi.ServicesStub.DynamicFormService"
KEYS = stand_in_keys("0f1e2d3c4b5a69788796a5b4c3d2e1f0" * 2)
ACCOUNTS = [
    Account("yuanshan", "talentloop"),
    Account("6401a0f3e4c5d1", "集成用户", 1033, "100"),
]


def sdk(url: str, keys: AppKeys, account: Account) -> K3CloudApiSdk:
    """The vendor's client for an account."""
    client = K3CloudApiSdk(url)
    client.InitConfig(
        account.acct_id, account.user_name, keys.app_id, keys.app_secret, url,
        lcid=account.language, org_num=int(account.organisation),
    )  # fmt: skip
    return client


@pytest.mark.parametrize("account", ACCOUNTS, ids=["plain", "chinese"])
@pytest.mark.parametrize(
    "path", [f"/{SERVICE}.View.common.kdsvc", "/galaxyapi/Kingdee.BOS.Save.common.kdsvc?a=1&b=2"]
)
def test_our_headers_are_the_vendors_for_the_same_time_and_nonce(
    account: Account, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webapi_client, "time", SimpleNamespace(time=lambda: 1_793_500_000.7))
    theirs = sdk("https://hr.example.com/", KEYS, account).BuildHeader(
        f"https://hr.example.com{path}"
    )
    ours = signed_headers(KEYS, account, path, "1793500000", "1793500000")
    assert {name: theirs[name] for name in ours} == ours
    assert len(set(theirs) - set(ours)) == 3  # charset, agent and content type


def test_the_vendors_own_client_is_understood_by_the_stand_in(
    settings: Settings, tenants: Service
) -> None:
    secret = (settings.secrets_dir / sandbox_secret(K3CLOUD)).read_text()
    client = sdk(f"{tenants.url}/{K3CLOUD}/K3Cloud/", stand_in_keys(secret), ACCOUNTS[0])
    query = {"FormId": "BD_Empinfo", "FieldKeys": "FNumber,FName", "Limit": 2}
    rows = json.loads(client.ExecuteBillQuery(query))
    assert [len(row) for row in rows] == [2, 2]
    session = client.cookiesStore.SID
    assert session
    viewed = json.loads(client.View("BD_Empinfo", {"Number": rows[0][0]}))
    assert viewed["Result"]["Result"]["Number"] == rows[0][0]
    assert session == client.cookiesStore.SID


def test_a_signature_with_another_secret_is_refused(settings: Settings, tenants: Service) -> None:
    client = sdk(f"{tenants.url}/{K3CLOUD}/K3Cloud/", KEYS, ACCOUNTS[0])
    with pytest.raises(RuntimeError, match="签名"):
        client.ExecuteBillQuery({"FormId": "BD_Empinfo", "FieldKeys": "FNumber"})


def _request() -> Request:
    return Request("POST", httpx.URL(f"https://hr.example.com/{SERVICE}"), "a test")


def _named(session: SignedSession) -> Any:
    return session.authorize(_request()).headers


def test_no_two_requests_carry_the_same_nonce() -> None:
    session = SignedSession(KEYS, ACCOUNTS[0], SystemClock())
    nonces = {_named(session)["x-api-nonce"] for _ in range(50)}
    assert len(nonces) == 50
    assert all(len(nonce) == 32 for nonce in nonces)


def test_a_session_is_replayed_until_it_is_lost() -> None:
    session = SignedSession(KEYS, ACCOUNTS[0], SystemClock())
    assert not session.renew()
    assert "kdservice-sessionid" not in _named(session)
    answered = [("set-cookie", "kdservice-sessionid=abc; path=/"), ("set-cookie", "x=1; path=/")]
    session.note(httpx.Headers(answered))
    headers = _named(session)
    assert headers["kdservice-sessionid"] == "abc"
    assert set(headers["Cookie"].split(";")) == {"Theme=standard", "kdservice-sessionid=abc", "x=1"}
    assert session.renew()
    assert _named(session)["Cookie"] == "Theme=standard"


@pytest.mark.parametrize("app_id", ["", "200001", "200001_short", "200001_" + "!" * 32])
def test_an_application_id_of_another_form_is_refused_without_being_repeated(app_id: str) -> None:
    with pytest.raises(ValueError, match="app id") as caught:
        AppKeys.of(app_id, "s")
    assert not app_id or app_id not in str(caught.value)


def test_keys_do_not_show_in_messages(tmp_path: Path) -> None:
    assert KEYS.app_secret not in repr(KEYS)
    assert KEYS.client_secret not in repr(KEYS)
