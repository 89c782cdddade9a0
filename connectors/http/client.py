"""The HTTP client of all connectors: authorization, rate limit, bounded patience."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

import httpx
import orjson

from connectors.http.auth import Authorizer, NoAuthorization
from connectors.http.counting import ExchangeCounter
from connectors.http.errors import ErrorRules, HttpAuthError, HttpError, RetryClass, refusal
from connectors.http.exchange import Answer, Parse, Request, TimeLimits, Transport
from connectors.http.hosts import AllowedHosts
from connectors.http.limits import SharedLimiter
from connectors.http.retry import LostTime, Retrier, RetryPolicy
from talentloop.closing import Closing

_MAX_REDIRECTS = 5
_NO_CONTENT = 204


class HttpClient(Closing):
    """Talks to one system. Threads may share it.

    Args:
        hosts: the configured address and where else links may lead.
        policy: how patient to be.
        auth: completes each request with what proves who we are; None adds nothing.
        limiter: waits before each request, so that the system's rate limit and quota are kept.
        counter: counts requests and failures for the page about synchronisation.
        rules: how the system words its errors.
        limits: time and size limits of one exchange.
        proxy: address of a forward proxy.
    """

    def __init__(
        self,
        hosts: AllowedHosts,
        policy: RetryPolicy,
        *,
        auth: Authorizer | None = None,
        limiter: SharedLimiter | None = None,
        counter: ExchangeCounter | None = None,
        rules: ErrorRules | None = None,
        limits: TimeLimits | None = None,
        proxy: str | None = None,
    ) -> None:
        self.hosts = hosts
        self.policy = policy
        self._transport = Transport(limits or TimeLimits(), proxy)
        self._retrier = Retrier(policy)
        self._auth = auth or NoAuthorization()
        self._limiter = limiter
        self._counter = counter
        self._rules = rules or ErrorRules.model_validate({})

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()
        if self._counter is not None:
            self._counter.write()

    def lost_time(self) -> LostTime:
        """A fresh allowance of lost time, to share among the requests of one read."""
        return LostTime(self.policy.deadline_seconds)

    def get(
        self,
        link: str,
        params: Mapping[str, str] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        where: str,
        lost: LostTime | None = None,
        parse: Parse = orjson.loads,
        media: str = "json",
    ) -> Answer:
        """Read a body: JSON, or what `media` and `parse` say. See `send`.

        Raises:
            HttpError: see `send`.
        """
        return self.send(
            "GET", link, params=params, headers=headers, where=where, idempotent=True, lost=lost,
            parse=parse, media=media,
        )  # fmt: skip

    def post_json(
        self,
        link: str,
        payload: object,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        where: str,
        idempotent: bool,
        lost: LostTime | None = None,
    ) -> Answer:
        """Send JSON and read the JSON answer. See `send`.

        Raises:
            HttpError: see `send`.
        """
        return self.send(
            "POST", link, payload, params=params, headers=headers, where=where,
            idempotent=idempotent, lost=lost,
        )  # fmt: skip

    def post_form(
        self,
        link: str,
        form: Mapping[str, str],
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        where: str,
    ) -> Answer:
        """Send a form (as token endpoints want it) and read the JSON answer; may be repeated.

        Raises:
            HttpError: see `send`.
        """
        content = str(httpx.QueryParams(dict(form))).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self.send(
            "POST", link, content, params=params, headers=kind, where=where, idempotent=True
        )

    def send(  # noqa: PLR0913 - the parts of a request
        self,
        method: str,
        link: str,
        payload: object = None,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        where: str,
        idempotent: bool,
        lost: LostTime | None = None,
        parse: Parse = orjson.loads,
        media: str = "json",
    ) -> Answer:
        """Send a request and read its answer.

        A write that is not idempotent is never repeated once it may have taken effect: the error
        then has `maybe_applied` set, and the caller reads back before deciding.

        Args:
            method: GET, POST, PUT, PATCH, DELETE.
            link: path below the base address, without a slash at its start; or an absolute link on
                an allowed host.
            payload: the body: bytes as they are, anything else as JSON, None for no body.
            params: added to the link's own query.
            where: names the thing asked for, in messages.
            idempotent: whether repeating it does no harm.
            lost: the allowance of the read that this request belongs to.
            parse: turns a body into data; raises ValueError when it is damaged.
            media: end of the content type that the answer must have (`json`, `xml`); empty takes any.

        Raises:
            HttpError: after bounded retries; HttpAuthError at once when credentials are refused.
        """
        url = self.hosts.check(link, where)
        if params:
            url = url.copy_merge_params(dict(params))
        base = {"Accept": f"application/{media}" if media else "*/*"}
        content = None
        if payload is not None:
            content = payload if isinstance(payload, bytes) else orjson.dumps(payload)
            base["Content-Type"] = "application/json"
        request = Request(method, url, where, content, {**base, **(headers or {})}, parse, media)
        return self._retrier.run(
            lambda: self._counted(request), lost or self.lost_time(), idempotent=idempotent
        )

    def _counted(self, request: Request) -> Answer:
        try:
            return self._authorized(request)
        except HttpError as error:
            if self._counter is not None:
                self._counter.failed(error.retry_class)
            raise

    def _authorized(self, request: Request) -> Answer:
        """One exchange; credentials that the other side no longer accepts are renewed once."""
        try:
            return self._followed(request)
        except HttpAuthError as error:
            missing_permission = error.status == 403 and error.code not in self._rules.codes
            if missing_permission or not self._auth.renew():
                raise
        return self._followed(request)

    def _followed(self, request: Request) -> Answer:
        """The answer behind a few redirects; those of anything but GET are not followed."""
        for _ in range(_MAX_REDIRECTS):
            self._wait_for_turn(request.where)
            asked = self._auth.authorize(request)
            response, body = self._transport.send(asked)
            if response.has_redirect_location and request.method == "GET":
                link = str(asked.url.join(response.headers["location"]))
                request = replace(request, url=self.hosts.check(link, request.where))
                continue
            return self._judged(response, body, request)
        raise HttpError(
            "The source redirects in a circle",
            where=request.where,
            remedy="Check the base address of the source.",
        )

    def _wait_for_turn(self, where: str) -> None:
        started = time.monotonic()
        if self._limiter is not None:
            self._limiter.wait(self.policy.deadline_seconds, where)
        if self._counter is not None:
            self._counter.began(time.monotonic() - started)

    def _judged(self, response: httpx.Response, body: bytes, request: Request) -> Answer:
        if not response.is_success:
            raise self._refused(response, _json_or_none(body), request)
        if response.status_code == _NO_CONTENT:
            return Answer(None, body, response.headers, request.where)
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
        if self._rules.fails(self._rules.code_in(data)):
            raise self._refused(response, data, request)
        return Answer(data, body, response.headers, request.where)

    def _refused(self, response: httpx.Response, body: object, request: Request) -> HttpError:
        error = refusal(response, request.where, self._rules, body, request.method)
        if error.retry_class is RetryClass.QUOTA and self._limiter is not None:
            self._limiter.close_for(error.retry_after)
        return error


def _json_or_none(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except ValueError:
        return None


def _odd(what: str, request: Request) -> HttpError:
    return HttpError(
        f"The source sent {what}",
        where=request.where,
        remedy="Run again later; if it stays, compare base address and page size with the source.",
    ).classed(RetryClass.TRANSIENT, status=200, maybe_applied=request.method != "GET")
