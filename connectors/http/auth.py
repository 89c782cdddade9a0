"""How a request shows who we are: tokens in a header or in the query, or a signature."""

from __future__ import annotations

import base64
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Protocol

from connectors.http.errors import HttpError
from connectors.http.exchange import Request
from connectors.http.tokens import TokenCache


class Authorizer(Protocol):
    """Completes each request before it is sent."""

    def authorize(self, request: Request) -> Request:
        """The request with what proves who we are. Called before every exchange and every hop.

        Raises:
            HttpError: no token could be had; the request itself was not sent.
            ConfigError: a secret is missing.
        """
        ...

    def renew(self) -> bool:
        """Called once after the other side refused our credentials, in the thread that sent them.

        Returns:
            Whether the request should be tried once more.
        """
        ...


class NoAuthorization:
    """Nothing is added; what is refused stays refused."""

    def authorize(self, request: Request) -> Request:
        """The request as it is."""
        return request

    def renew(self) -> bool:
        """False: there is nothing to renew."""
        return False


class _WithToken(ABC):
    """Adds a token from a cache; a refused one is replaced once."""

    def __init__(self, tokens: TokenCache) -> None:
        self._tokens = tokens
        self._sent = threading.local()

    def authorize(self, request: Request) -> Request:
        """The request with the token in its place."""
        self._sent.token = ""
        try:
            token = self._tokens.get()
        except HttpError as error:
            error.maybe_applied = False  # the request that wanted the token was never sent
            raise
        self._sent.token = token
        return self._placed(request, token)

    def renew(self) -> bool:
        """Forget the token that this thread sent; false where it was the token that was denied."""
        if not self._sent.token:
            return False
        self._tokens.refused(self._sent.token)
        return True

    @abstractmethod
    def _placed(self, request: Request, token: str) -> Request:
        """The request with the token."""


class BearerToken(_WithToken):
    """`Authorization: Bearer …`."""

    def _placed(self, request: Request, token: str) -> Request:
        return request.with_headers({"Authorization": f"Bearer {token}"})


class HeaderToken(_WithToken):
    """A header of the system's own, such as `x-acs-dingtalk-access-token`."""

    def __init__(self, tokens: TokenCache, header: str) -> None:
        super().__init__(tokens)
        self._header = header

    def _placed(self, request: Request, token: str) -> Request:
        return request.with_headers({self._header: token})


class QueryToken(_WithToken):
    """A query parameter, such as `access_token`; addresses are never logged with their query."""

    def __init__(self, tokens: TokenCache, parameter: str = "access_token") -> None:
        super().__init__(tokens)
        self._parameter = parameter

    def _placed(self, request: Request, token: str) -> Request:
        return request.with_params({self._parameter: token})


def basic(user: str, password: str) -> str:
    """The value of `Authorization` for HTTP Basic (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class Signed:
    """A signature over each request.

    Args:
        sign: adds it; called anew for each attempt, so that times and nonces are fresh.
    """

    def __init__(self, sign: Callable[[Request], Request]) -> None:
        self._sign = sign

    def authorize(self, request: Request) -> Request:
        """The request with its signature."""
        return self._sign(request)

    def renew(self) -> bool:
        """False: a refused signature will be refused again."""
        return False
