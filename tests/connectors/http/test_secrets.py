"""Secrets come from files and go nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from connectors.http import BearerToken, HttpClient, HttpError, SecretFile, TokenCache, secret
from connectors.http.redaction import shown
from connectors.http.tokens import Token
from talentloop.errors import ConfigError, TalentLoopError
from talentloop.logs import scrub
from talentloop.settings import Settings
from tests.connectors.http.conftest import Reply, Stub

TOKEN = "tok-7f3a9c-precious"


def test_a_relative_reference_lies_in_the_secrets_folder(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    settings.secrets_dir.mkdir(parents=True)
    (settings.secrets_dir / "key.txt").write_text("  value\n")
    assert SecretFile.named(settings, "key.txt", "password").read() == b"value"
    outside = tmp_path / "elsewhere.txt"
    outside.write_text("other")
    assert SecretFile.named(settings, outside, "password").read() == b"other"


@pytest.mark.parametrize("content", [None, "  \n"])
def test_a_missing_or_empty_secret_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "absent.txt"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigError, match="API key") as caught:
        SecretFile(path, "API key").read()
    assert str(path) in caught.value.where


def test_tokens_reach_neither_logs_nor_errors(
    settings: Settings,
    make_stub: Callable[..., Stub],
    make_client: Callable[..., HttpClient],
    spoken: Callable[[], str],
) -> None:
    """At the most talkative level, with the token in the header and in the query."""
    stub = make_stub(Reply(500), Reply.of({"ok": 1}), Reply(404))
    client = make_client(
        stub, auth=BearerToken(TokenCache(settings, "shop", lambda: Token(TOKEN, 3600)))
    )
    client.get("list", {"access_token": TOKEN}, where="list")
    with pytest.raises(HttpError) as caught:
        client.get(f"list?access_token={TOKEN}", where="list")
    assert [headers["Authorization"] for _, _, headers, _ in stub.asked] == [f"Bearer {TOKEN}"] * 3
    everything = spoken() + str(caught.value) + repr(caught.value)
    assert "http_exchange" in everything
    assert "HTTP Request" in everything, "httpx was silenced; its lines should be scrubbed"
    assert TOKEN not in everything


def test_addresses_are_shown_without_their_query() -> None:
    url = httpx.URL("https://user:pw@api.example.com:8443/a/b?access_token=x#y")
    assert shown(url) == "https://api.example.com:8443/a/b"


@pytest.mark.parametrize(
    "parameter",
    ["access_token", "appkey", "key", "sign", "signature", "msg_signature", "X-Api-Signature",
     "corpsecret", "ticket", "assertion"],
)  # fmt: skip
def test_secrets_in_query_strings_are_masked(parameter: str) -> None:
    said = scrub(f"GET https://api.example.com/list?page=2&{parameter}={TOKEN}&size=5 failed")
    assert TOKEN not in said
    assert "page=2" in said
    assert "size=5" in said


def test_a_secret_is_found_by_its_reference(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.secrets_dir.mkdir(parents=True)
    (settings.secrets_dir / "acme").write_text(" from-a-file\n")
    monkeypatch.setenv("ACME_SECRET", "from-the-environment")
    assert secret(settings, "file:acme") == "from-a-file"
    assert secret(settings, "env:ACME_SECRET") == "from-the-environment"


@pytest.mark.parametrize(
    "reference", ["", TOKEN, f"plain:{TOKEN}", "file:", "env:", "env:NOT_SET", "vault:a#b"]
)
def test_a_reference_that_leads_nowhere_is_told_without_its_text(
    settings: Settings, reference: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        secret(settings, reference, "app secret")
    assert caught.value.remedy
    assert TOKEN not in str(caught.value), "a secret was put where a reference belongs"


VAULT_TOKEN = "hvs.precious-vault-token"
KEPT = {"data": {"data": {"app_secret": "from-the-vault", "empty": ""}, "metadata": {"version": 3}}}


def _with_vault(settings: Settings, stub: Stub) -> Settings:
    token = settings.home / "vault-token"
    token.write_text(VAULT_TOKEN)
    address = stub.url.rstrip("/")
    found = {"vault_url": address, "vault_token_file": token, "vault_mount": "hr"}
    return settings.model_copy(update=found)


def test_a_secret_lies_in_a_vault(settings: Settings, make_stub: Callable[..., Stub]) -> None:
    stub = make_stub(Reply.of(KEPT))
    with_vault = _with_vault(settings, stub)
    assert secret(with_vault, "vault:acme/prod#app_secret") == "from-the-vault"
    ((method, path, headers, _),) = stub.asked
    assert (method, path) == ("GET", "/v1/hr/data/acme/prod")
    assert headers["X-Vault-Token"] == VAULT_TOKEN


@pytest.mark.parametrize(
    ("reply", "reference", "told"),
    [
        (Reply.of(KEPT), "vault:acme#other", "fields are: app_secret, empty"),
        (Reply.of(KEPT), "vault:acme#empty", "not in the Vault"),
        (Reply.of({"errors": []}, status=404), "vault:acme#x", "not in the Vault"),
        (Reply.of({"errors": ["no"]}, status=403), "vault:acme#x", "VAULT_TOKEN_FILE"),
        (Reply.of({"errors": ["sealed"]}, status=503), "vault:acme#x", "unsealed"),
        (Reply(0), "vault:acme#x", "reachable"),
    ],
    ids=["no such field", "empty field", "no such secret", "forbidden", "sealed", "down"],
)
def test_a_vault_that_does_not_help_is_told_with_a_remedy(
    settings: Settings, make_stub: Callable[..., Stub], reply: Reply, reference: str, told: str
) -> None:
    with pytest.raises(TalentLoopError, match=told) as caught:
        secret(_with_vault(settings, make_stub(reply)), reference)
    assert "from-the-vault" not in str(caught.value)
    assert VAULT_TOKEN not in str(caught.value)
