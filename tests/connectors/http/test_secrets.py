"""Secrets come from files and go nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from connectors.http import BearerToken, HttpClient, HttpError, SecretFile, TokenCache
from connectors.http.redaction import shown
from connectors.http.tokens import Token
from talentloop.errors import ConfigError
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
