"""Signing each request, and carrying on the session that the tenant opened for it."""

from __future__ import annotations

import secrets
from http.cookies import CookieError, SimpleCookie

import httpx

from connectors.http.exchange import Request
from connectors.kingdee_k3cloud.signing import Account, AppKeys, signed_headers
from talentloop.clock import Clock

_SESSION = "kdservice-sessionid"


class SignedSession:
    """An Authorizer: every request is signed; once there is a session, it is named as well.

    Threads may share it: a session that one of them has lost is lost to all.
    """

    def __init__(self, keys: AppKeys, account: Account, clock: Clock) -> None:
        self._keys = keys
        self._account = account
        self._clock = clock
        self._cookies: dict[str, str] = {}

    def authorize(self, request: Request) -> Request:
        """The request with a fresh signature; the nonce is random, for no two may be alike."""
        headers = signed_headers(
            self._keys,
            self._account,
            request.url.raw_path.decode(),
            str(int(self._clock.now().timestamp())),
            secrets.token_hex(16),
        )
        cookies = self._cookies
        if _SESSION in cookies:
            headers[_SESSION] = cookies[_SESSION]
        # Always given, so that no cookie of a lost session is sent by itself.
        headers["Cookie"] = ";".join(
            ["Theme=standard", *(f"{name}={value}" for name, value in cookies.items())]
        )
        return request.with_headers(headers)

    def renew(self) -> bool:
        """Forget the session; whether there was one, and so a new one may help."""
        had, self._cookies = bool(self._cookies), {}
        return had

    def note(self, headers: httpx.Headers) -> None:
        """Remember the session that an answer names."""
        found: dict[str, str] = {}
        for line in headers.get_list("set-cookie"):
            try:
                found.update((name, crumb.value) for name, crumb in SimpleCookie(line).items())
            except CookieError:
                continue  # a cookie that nobody can read cannot be sent back either
        if headers.get(_SESSION):
            found[_SESSION] = headers[_SESSION]
        if found:
            self._cookies = {**self._cookies, **found}
