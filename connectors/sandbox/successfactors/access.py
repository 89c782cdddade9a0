"""Who may ask: tokens for an assertion."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping

from connectors.sandbox.kit.errors import RefusedError

COMPANY_ID = "yuanshan"
CLIENT_ID = "talentloop-sandbox"
_GRANT = "urn:ietf:params:oauth:grant-type:saml2-bearer"
_LIFETIME_SECONDS = 86_399


class Access:
    """Tokens issued by this tenant since it started.

    Args:
        assertion: the assertion that the registered client shares with us.
    """

    def __init__(self, assertion: str) -> None:
        self._assertion = assertion
        self._tokens: dict[str, float] = {}
        self.issued = 0

    def token(self, form: Mapping[str, str]) -> dict[str, object]:
        """The answer of the token endpoint.

        Raises:
            RefusedError: company, client, grant or assertion are not the registered ones.
        """
        wanted = {"grant_type": _GRANT, "company_id": COMPANY_ID, "client_id": CLIENT_ID}
        named = all(form.get(name) == value for name, value in wanted.items())
        if not named or not secrets.compare_digest(form.get("assertion", ""), self._assertion):
            raise RefusedError(
                401, "invalid_grant", "Unable to authenticate the client (Login failed)"
            )
        token = secrets.token_urlsafe(32)
        self._tokens[token] = time.monotonic() + _LIFETIME_SECONDS
        self.issued += 1
        return {"access_token": token, "token_type": "Bearer", "expires_in": _LIFETIME_SECONDS}

    def check(self, authorization: str, *, forget: bool) -> None:
        """Let a bearer of a good token pass.

        Args:
            forget: withdraw the token first, as an administrator might.

        Raises:
            RefusedError: the token is unknown or too old.
        """
        kind, _, token = authorization.partition(" ")
        if forget:
            self._tokens.pop(token, None)
        if kind != "Bearer" or self._tokens.get(token, 0) < time.monotonic():
            raise RefusedError(401, "LoginException", "[LGN0004]The access token is not valid")
