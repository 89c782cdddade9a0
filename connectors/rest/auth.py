"""Authorization as a source file describes it, on our own HTTP core."""

from __future__ import annotations

from typing import Any

from connectors.http import (
    Authorizer,
    BearerToken,
    HttpClient,
    Signed,
    Token,
    TokenCache,
    basic,
    token_in,
)
from connectors.http.exchange import Request
from connectors.http.secrets import secret
from connectors.rest.options import Auth
from talentloop.settings import Settings

_REFERENCES = ("file:", "env:", "vault:")


def authorizer(
    settings: Settings, source: str, auth: Auth | None, login: HttpClient
) -> Authorizer | None:
    """What adds the credentials to each request; None where the system wants none.

    Args:
        login: client for the token endpoint, without credentials of its own.

    Raises:
        ConfigError: a secret is missing.
    """
    if auth is None:
        return None
    if auth.type == "oauth2_client_credentials":
        address = str(login.hosts.check(auth.access_token_url or "", source))
        name = f"{source} {address} {_plain(settings, auth.client_id)}"
        return BearerToken(
            TokenCache(settings, name, lambda: _fetch(settings, source, auth, login))
        )
    if auth.type == "bearer":
        value = secret(settings, auth.token or "", "token")
        return _header("Authorization", f"Bearer {value}")
    if auth.type == "http_basic":
        password = secret(settings, auth.password, "password") if auth.password else ""
        return _header("Authorization", basic(_plain(settings, auth.username), password))
    key = secret(settings, auth.api_key or "", "API key")
    if auth.location == "header":
        return _header(auth.name, key)
    return Signed(lambda request: request.with_params({auth.name: key}))


def _header(name: str, value: str) -> Authorizer:
    def add(request: Request) -> Request:
        return request.with_headers({name: value})

    return Signed(add)


def _plain(settings: Settings, value: str | None) -> str:
    """A name that may be written out or be a reference."""
    text = value or ""
    return secret(settings, text, "name") if text.startswith(_REFERENCES) else text


def _fetch(settings: Settings, source: str, auth: Auth, login: HttpClient) -> Token:
    where = f"{source} access token"
    client = _plain(settings, auth.client_id)
    password = secret(settings, auth.client_secret or "", "client secret")
    fields: dict[str, Any] = {
        "grant_type": "client_credentials",
        **auth.access_token_request_data,
    }
    url = auth.access_token_url or ""
    if auth.ask == "basic":
        headers = {"Authorization": basic(client, password)}
        answer = login.post_form(url, fields, headers=headers, where=where)
    else:
        fields |= {auth.client_id_field: client, auth.client_secret_field: password}
        answer = (
            login.post_json(url, fields, where=where, idempotent=True)
            if auth.ask == "json"
            else login.post_form(url, fields, where=where)
        )
    says_life = isinstance(answer.data, dict) and answer.data.get("expires_in")
    return token_in(
        answer.data, "access_token",
        "expires_in" if says_life else auth.default_token_expiration, where=where,
        remedy="Compare auth.access_token_url with the system's documentation.",
    )  # fmt: skip
