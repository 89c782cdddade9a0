"""The HTTP client of all connectors: tokens, rate limit and bounded patience around exchanges."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

import httpx
import orjson
from pyrate_limiter import Limiter

from connectors.http.errors import ErrorRules, HttpAuthError, HttpError, RetryClass, refusal
from connectors.http.exchange import Answer, Parse, Request, TimeLimits, Transport
from connectors.http.hosts import AllowedHosts
from connectors.http.retry import LostTime, Retrier, RetryPolicy
from connectors.http.tokens import TokenCache

_QUOTA_PERIOD_SECONDS = 3600
_JSON = {"Accept": "application/json"}
_SENDS_JSON = {**_JSON, "Content-Type": "application/json"}
_SENDS_FORM = {**_JSON, "Content-Type": "application/x-www-form-urlencoded"}


class HttpClient:
    """Talks to one system. Threads may share it.

    Args:
        hosts: the configured address and where else links may lead.
        policy: how patient to be.
        tokens: access tokens sent as `Authorization: Bearer`; None for none.
        limiter: waits before each request, so that the system's rate limit is kept.
        rules: how the system words its errors.
        error_code: finds the error code in the JSON body of a refusal.
        limits: time and size limits of one exchange.
        proxy: address of a forward proxy.
    """

    def __init__(
        self,
        hosts: AllowedHosts,
        policy: RetryPolicy,
        *,
        tokens: TokenCache | None = None,
        limiter: Limiter | None = None,
        rules: ErrorRules | None = None,
        error_code: Callable[[Any], str] = lambda _body: "",
        limits: TimeLimits | None = None,
        proxy: str | None = None,
    ) -> None:
        self.hosts = hosts
        self.policy = policy
        self._transport = Transport(hosts, limits or TimeLimits(), proxy)
        self._retrier = Retrier(policy)
        self._tokens = tokens
        self._limiter = limiter
        self._rules = rules or ErrorRules()
        self._error_code = error_code
        self._closed_until = 0.0

    def __enter__(self) -> HttpClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def lost_time(self) -> LostTime:
        """A fresh allowance of lost time, to share among the requests of one read."""
        return LostTime(self.policy.deadline_seconds)

    def get(
        self,
        link: str,
        params: Mapping[str, str] | None = None,
        *,
        where: str,
        lost: LostTime | None = None,
        parse: Parse = orjson.loads,
        media: str = "json",
    ) -> Answer:
        """Read a body: JSON, or what `media` and `parse` say.

        Args:
            link: path below the base address, or an absolute link on an allowed host.
            params: the query; None leaves the link's own query as it is.
            where: names the thing read, in messages.
            lost: the allowance of the read that this request belongs to.
            parse: turns a body into data; raises ValueError when it is damaged.
            media: end of the content type that the answer must have (`json`, `xml`).

        Raises:
            HttpError: after bounded retries; HttpAuthError at once when credentials are refused.
        """
        url = self.hosts.check(link, where)
        headers = {"Accept": f"application/{media}"}
        request = Request("GET", url, where, params, None, headers, parse, media)
        return self._patiently(request, lost, idempotent=True)

    def post_json(
        self,
        link: str,
        payload: object,
        *,
        where: str,
        idempotent: bool,
        lost: LostTime | None = None,
    ) -> Answer:
        """Send JSON and read the JSON answer.

        A write that is not idempotent is never repeated once it may have taken effect: the error
        then has `maybe_applied` set, and the caller reads back before deciding.

        Raises:
            HttpError: see `get`.
        """
        url = self.hosts.check(link, where)
        request = Request("POST", url, where, None, orjson.dumps(payload), _SENDS_JSON)
        return self._patiently(request, lost, idempotent=idempotent)

    def post_form(self, link: str, form: Mapping[str, str], *, where: str) -> Answer:
        """Send a form (as token endpoints want it) and read the JSON answer; may be repeated.

        Raises:
            HttpError: see `get`.
        """
        content = str(httpx.QueryParams(dict(form))).encode()
        request = Request("POST", self.hosts.check(link, where), where, None, content, _SENDS_FORM)
        return self._patiently(request, None, idempotent=True)

    def _patiently(self, request: Request, lost: LostTime | None, *, idempotent: bool) -> Answer:
        return self._retrier.run(
            lambda: self._with_token(request), lost or self.lost_time(), idempotent=idempotent
        )

    def _with_token(self, request: Request) -> Answer:
        """One exchange; a token that the other side no longer accepts is replaced once."""
        if self._tokens is None:
            return self._once(request, {})
        token = _unsent(self._tokens.get)
        try:
            return self._once(request, _bearer(token))
        except HttpAuthError as error:
            if error.status != 401:
                raise
        self._tokens.refused(token)
        return self._once(request, _bearer(_unsent(self._tokens.get)))

    def _once(self, request: Request, authorization: Mapping[str, str]) -> Answer:
        self._wait_for_turn(request.where)
        response, body = self._transport.send(request, authorization)
        if not response.is_success:
            raise self._refused(response, body, request.where)
        return self._parsed(response, body, request)

    def _wait_for_turn(self, where: str) -> None:
        if time.monotonic() < self._closed_until:
            raise HttpError(
                "The allowance of this period is used up; nothing was sent",
                where=where,
                remedy="Run again in the source's next period.",
            ).classed(RetryClass.QUOTA)
        if self._limiter is None:
            return
        if not self._limiter.try_acquire("requests", timeout=self.policy.deadline_seconds):
            raise HttpError(
                "Our own rate limit for this source let no request through in time",
                where=where,
                remedy="Raise the limit of the source, or run fewer tasks at once.",
            )

    def _refused(self, response: httpx.Response, body: bytes, where: str) -> HttpError:
        try:
            code = self._error_code(orjson.loads(body))
        except ValueError:
            code = ""
        error = refusal(response, where, self._rules, code)
        if error.retry_class is RetryClass.QUOTA:
            pause = error.retry_after or _QUOTA_PERIOD_SECONDS
            self._closed_until = time.monotonic() + pause
        return error

    def _parsed(self, response: httpx.Response, body: bytes, request: Request) -> Answer:
        kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
        if not kind.endswith(request.media):
            due = request.media.upper()
            error = _odd(f"an answer of type {kind or 'unknown'} where {due} was due", request)
            error.retry_after = self.policy.odd_answer_wait_seconds
            raise error
        try:
            data = request.parse(body)
        except ValueError:
            raise _odd(f"a damaged body of {len(body)} bytes", request) from None
        return Answer(data, body, response.headers, request.where)


def _unsent(fetch_token: Callable[[], str]) -> str:
    """The token; a failure to get one means that the request itself was never sent."""
    try:
        return fetch_token()
    except HttpError as error:
        error.maybe_applied = False
        raise


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _odd(what: str, request: Request) -> HttpError:
    return HttpError(
        f"The source sent {what}",
        where=request.where,
        remedy="Run again later; if it stays, compare base address and page size with the source.",
    ).classed(RetryClass.TRANSIENT, status=200, maybe_applied=request.method == "POST")
