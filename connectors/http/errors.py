"""What can go wrong between us and an outside system, sorted by what helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from enum import StrEnum

import httpx

from talentloop.errors import SourceAuthError, SourceError

_NOT_APPLIED = {429, 503}


class RetryClass(StrEnum):
    """What to do about a failure."""

    RETRY_AFTER = "retry_after"  # wait as long as the server says, then again
    TRANSIENT = "transient"  # wait a growing while, then again
    AUTH = "auth"  # a fresh token once, then give up
    PERMANENT = "permanent"  # never again: the request itself is wrong
    QUOTA = "quota"  # nothing more until the next period


class HttpError(SourceError):
    """An exchange that failed.

    Attributes:
        retry_class: what would help.
        status: the HTTP status, 0 where there was no answer.
        retry_after: seconds that the server asked us to wait, None where it did not say.
        maybe_applied: a write may have taken effect although we have no good answer; read back
            before sending it again.
    """

    retry_class = RetryClass.PERMANENT
    status = 0
    retry_after: float | None = None
    maybe_applied = False

    def classed(
        self,
        retry_class: RetryClass,
        *,
        status: int = 0,
        retry_after: float | None = None,
        maybe_applied: bool = False,
    ) -> HttpError:
        """The same error, told what it is."""
        self.retry_class = retry_class
        self.status = status
        self.retry_after = retry_after
        self.maybe_applied = maybe_applied
        return self

    def __reduce__(self) -> tuple[object, ...]:
        state = (self.retry_class, self.status, self.retry_after, self.maybe_applied)
        return (_rebuild, (type(self), self.what, self.where, self.remedy, state))


class HttpAuthError(HttpError, SourceAuthError):
    """The other side refused our credentials; trying again will not help."""

    retry_class = RetryClass.AUTH


def _rebuild(
    kind: type[HttpError],
    what: str,
    where: str,
    remedy: str,
    state: tuple[RetryClass, int, float | None, bool],
) -> HttpError:
    error = kind(what, where=where, remedy=remedy)
    error.retry_class, error.status, error.retry_after, error.maybe_applied = state
    return error


@dataclass(frozen=True)
class ErrorRules:
    """How a system words its errors, from its `spec.yaml`.

    Attributes:
        codes: retry class by the error code in a body (`error.code` in OData), which tells more
            than the status does.
    """

    codes: Mapping[str, RetryClass] = field(default_factory=dict)

    def retry_class(self, status: int, code: str) -> RetryClass:
        """The class of an answer with this status and error code."""
        if code in self.codes:
            return self.codes[code]
        if status == 429:
            return RetryClass.RETRY_AFTER
        if status in (401, 403):
            return RetryClass.AUTH
        if status == 408 or status >= 500:
            return RetryClass.TRANSIENT
        return RetryClass.PERMANENT


_REMEDIES = {
    RetryClass.RETRY_AFTER: "The source throttles us: run again later, or lower its rate limit.",
    RetryClass.TRANSIENT: "The source has trouble: run again later; what was landed stays.",
    RetryClass.AUTH: "Check client, company, credentials and permissions of the source.",
    RetryClass.PERMANENT: "Compare the request with the source's own documentation and settings.",
    RetryClass.QUOTA: "The allowance of this period is used up: run again in the next one.",
}


def refusal(response: httpx.Response, where: str, rules: ErrorRules, code: str) -> HttpError:
    """The error for an answer that is not a success. Bodies may hold personal data: not quoted."""
    status = response.status_code
    kind = rules.retry_class(status, code)
    named = f"HTTP {status}" + (f", {code}" if code else "")
    cls = HttpAuthError if kind is RetryClass.AUTH else HttpError
    error = cls(f"The source refused a request ({named})", where=where, remedy=_REMEDIES[kind])
    return error.classed(
        kind,
        status=status,
        retry_after=retry_after_seconds(response),
        maybe_applied=status >= 500 and status not in _NOT_APPLIED,
    )


def no_answer(cause: httpx.RequestError, where: str) -> HttpError:
    """The error for a request that brought no answer, or only a part of one."""
    unsent = isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    error = HttpError(
        f"The source did not answer ({type(cause).__name__})",
        where=where,
        remedy="Check that it is up and reachable from here, then run again.",
    )
    return error.classed(RetryClass.TRANSIENT, maybe_applied=not unsent)


def retry_after_seconds(response: httpx.Response) -> float | None:
    """Seconds asked for by `Retry-After`, given as a number or as an HTTP date; None if absent.

    A date is measured from the answer's own `Date`, so that our clock does not matter.
    """
    text = response.headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        answered = parsedate_to_datetime(response.headers["date"])
        seconds: float = (parsedate_to_datetime(text) - answered).total_seconds()
        return max(0.0, seconds)
    except (KeyError, TypeError, ValueError):
        return None
