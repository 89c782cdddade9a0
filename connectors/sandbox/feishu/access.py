"""Tokens of an internal app, as this tenant issues and checks them."""

from __future__ import annotations

import secrets
import time

from connectors.sandbox.kit import RefusedError

APP_ID = "cli_talentloop_sandbox"
_LIFETIME_SECONDS = 7200
_UNKNOWN, _ABSENT = "99991663", "99991661"


class Access:
    """Tokens issued since the start.

    Args:
        app_secret: what the app shares with us.
    """

    def __init__(self, app_secret: str) -> None:
        self._secret = app_secret
        self._tokens: dict[str, float] = {}
        self.issued = 0

    def token(self, app_id: object, app_secret: object) -> dict[str, object]:
        """The answer of the token endpoint.

        Raises:
            RefusedError: app or secret are not the registered ones.
        """
        known = app_id == APP_ID and isinstance(app_secret, str)
        if not known or not secrets.compare_digest(str(app_secret), self._secret):
            raise RefusedError(400, "10014", "app secret invalid")
        token = f"t-{secrets.token_urlsafe(24)}"
        self._tokens[token] = time.monotonic() + _LIFETIME_SECONDS
        self.issued += 1
        return {"code": 0, "msg": "ok", "tenant_access_token": token, "expire": _LIFETIME_SECONDS}

    def check(self, authorization: str, *, forget: bool) -> None:
        """Let a bearer of a good token pass.

        Args:
            forget: withdraw the token first, as an administrator might.

        Raises:
            RefusedError: there is no token, or it is unknown or too old.
        """
        kind, _, token = authorization.partition(" ")
        if kind != "Bearer" or not token:
            raise RefusedError(400, _ABSENT, "Missing access token for authorization")
        if forget:
            self._tokens.pop(token, None)
        if self._tokens.get(token, 0) < time.monotonic():
            raise RefusedError(400, _UNKNOWN, "Invalid access token for authorization")
