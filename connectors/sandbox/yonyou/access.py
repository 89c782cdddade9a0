"""Who may ask: a token for a signed request of the registered app."""

from __future__ import annotations

import base64
import hmac
import secrets
import time
from collections.abc import Mapping
from hashlib import sha256

from connectors.sandbox.kit import RefusedError

APP_KEY = "talentloop-sandbox"
_LIFETIME_SECONDS = 7200


class Access:
    """Tokens issued by this tenant since it started.

    Args:
        app_secret: of the registered app.
    """

    def __init__(self, app_secret: str) -> None:
        self._secret = app_secret
        self._tokens: dict[str, float] = {}
        self.issued = 0

    def token(self, query: Mapping[str, str], now_ms: int, tolerance_seconds: float) -> object:
        """The data of the token endpoint's answer.

        Args:
            tolerance_seconds: how far the timestamp may be from the tenant's time; 0 for any.

        Raises:
            RefusedError: unknown app, wrong signature, or a timestamp too far off.
        """
        given = {name: query.get(name, "") for name in ("appKey", "timestamp")}
        text = "".join(f"{name}{value}" for name, value in sorted(given.items()))
        digest = hmac.new(self._secret.encode(), text.encode(), sha256).digest()
        expected = base64.b64encode(digest).decode()
        if given["appKey"] != APP_KEY or not hmac.compare_digest(
            expected.encode(), query.get("signature", "").encode()
        ):
            raise RefusedError(200, "310007", "签名验证失败")
        if not given["timestamp"].isdigit():
            raise RefusedError(200, "310008", "timestamp 不合法")
        if tolerance_seconds and abs(int(given["timestamp"]) - now_ms) > 1000 * tolerance_seconds:
            raise RefusedError(200, "310008", "timestamp 已过期")
        token = secrets.token_hex(16)
        self._tokens[token] = time.monotonic() + _LIFETIME_SECONDS
        self.issued += 1
        return {"access_token": token, "expire": _LIFETIME_SECONDS}

    def check(self, token: str, *, forget: bool) -> None:
        """Let a good token pass.

        Args:
            forget: withdraw the token first, as an administrator might.

        Raises:
            RefusedError: the token is unknown or too old.
        """
        if forget:
            self._tokens.pop(token, None)
        if self._tokens.get(token, 0) < time.monotonic():
            raise RefusedError(200, "401", "access_token 无效或已过期")
