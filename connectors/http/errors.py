"""What can go wrong between us and an outside system, sorted by what helps."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

import httpx
from pydantic import Field, field_validator

from talentloop.errors import SourceAuthError, SourceError
from talentloop.logs import scrub
from talentloop.strict import Strict

_NOT_APPLIED = {429, 503}
_CODE = re.compile(r"[\w./-]{1,80}")
_LONGEST_MESSAGE = 300


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
        code: the system's own error code, empty where it gave none.
        message: the system's own words, scrubbed and short; for the report on one record, never for
            a log.
    """

    retry_class = RetryClass.PERMANENT
    status = 0
    retry_after: float | None = None
    maybe_applied = False
    code = ""
    message = ""

    def classed(
        self,
        retry_class: RetryClass,
        *,
        status: int = 0,
        retry_after: float | None = None,
        maybe_applied: bool = False,
        code: str = "",
        message: str = "",
    ) -> HttpError:
        """The same error, told what it is."""
        self.retry_class = retry_class
        self.status = status
        self.retry_after = retry_after
        self.maybe_applied = maybe_applied
        self.code = code
        self.message = message
        return self

    def __reduce__(self) -> tuple[object, ...]:
        state = {
            "retry_class": self.retry_class,
            "status": self.status,
            "retry_after": self.retry_after,
            "maybe_applied": self.maybe_applied,
            "code": self.code,
            "message": self.message,
        }
        return (_rebuild, (type(self), self.what, self.where, self.remedy, state))


class HttpAuthError(HttpError, SourceAuthError):
    """The other side refused our credentials; trying again will not help."""

    retry_class = RetryClass.AUTH


def _rebuild(
    kind: type[HttpError], what: str, where: str, remedy: str, state: dict[str, Any]
) -> HttpError:
    return kind(what, where=where, remedy=remedy).classed(**state)


class ErrorRules(Strict):
    """How a system words its errors; the part `errors` of its `spec.yaml`.

    Paths lead through a JSON body with dots (`error.code`); a number is a place in a list.
    """

    code: list[str] = Field(
        default_factory=list, description="Paths of the code; the first that leads anywhere counts"
    )
    success: frozenset[str] = Field(
        frozenset(), description="Codes of success, as text; others fail even with HTTP 200"
    )
    message: str = Field("", description="Path of the words beside the code")
    wait_header: str = Field(
        "Retry-After", description="Header that says how long one who asks too often must wait"
    )
    codes: dict[str, RetryClass] = Field(default_factory=dict, description="Code → class")
    statuses: dict[int, RetryClass] = Field(
        default_factory=dict, description="HTTP status → class, where no code tells more"
    )

    @field_validator("code", mode="before")
    @classmethod
    def _one_or_more(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    @field_validator("success", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        return [_text(item) for item in value] if isinstance(value, list) else value

    @field_validator("codes", mode="before")
    @classmethod
    def _keys_as_text(cls, value: object) -> object:
        return (
            {_text(key): kind for key, kind in value.items()} if isinstance(value, dict) else value
        )

    def code_in(self, body: object) -> str:
        """The code in a body; empty where there is none that looks like a code."""
        for path in self.code:
            found = _text(_at(body, path))
            if found:
                return found if _CODE.fullmatch(found) else ""
        return ""

    def message_in(self, body: object) -> str:
        """The system's own words in a body, scrubbed and cut; empty where there are none."""
        found = _at(body, self.message) if self.message else None
        return scrub(found)[:_LONGEST_MESSAGE] if isinstance(found, str) else ""

    def fails(self, code: str) -> bool:
        """Whether an answer with this code is a failure whatever its status; no code is none."""
        return bool(self.success and code and code not in self.success)

    def known(self, status: int, code: str) -> RetryClass | None:
        """The class that the specification itself gives; None where it says nothing."""
        return self.codes.get(code) or self.statuses.get(status)

    def retry_class(self, status: int, code: str) -> RetryClass:
        """The class of an answer with this status and error code."""
        known = self.known(status, code)
        if known is not None:
            return known
        if status == 429:
            return RetryClass.RETRY_AFTER
        if status in (401, 403):
            return RetryClass.AUTH
        if status == 408 or status >= 500:
            return RetryClass.TRANSIENT
        return RetryClass.PERMANENT


def _text(value: object) -> str:
    """A code as text: numbers, truth values and texts alike; anything else is none."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int) else ""


def _at(body: object, path: str) -> object:
    here = body
    for step in path.split("."):
        if isinstance(here, dict):
            here = here.get(step)
        elif isinstance(here, list) and step.isdigit() and int(step) < len(here):
            here = here[int(step)]
        else:
            return None
    return here


_REMEDIES = {
    RetryClass.RETRY_AFTER: "The source throttles us: run again later, or lower its rate limit.",
    RetryClass.TRANSIENT: "The source has trouble: run again later; what was landed stays.",
    RetryClass.AUTH: "Check client, company, credentials and permissions of the source.",
    RetryClass.PERMANENT: "Compare the request with the source's own documentation and settings.",
    RetryClass.QUOTA: "The allowance of this period is used up: run again in the next one.",
}


def refusal(
    response: httpx.Response, where: str, rules: ErrorRules, body: object, method: str
) -> HttpError:
    """The error for an answer that is not a success. Bodies may hold personal data: not quoted.

    Args:
        body: the parsed body; None where it is not JSON.
    """
    status, code = response.status_code, rules.code_in(body)
    kind = rules.retry_class(status, code)
    named = f"HTTP {status}" + (f", {code}" if code else "")
    cls = HttpAuthError if kind is RetryClass.AUTH else HttpError
    error = cls(f"The source refused a request ({named})", where=where, remedy=_REMEDIES[kind])
    return error.classed(
        kind,
        status=status,
        retry_after=retry_after_seconds(response, rules.wait_header),
        maybe_applied=method != "GET" and _maybe_applied(kind, status, rules.known(status, code)),
        code=code,
        message=rules.message_in(body),
    )


def _maybe_applied(kind: RetryClass, status: int, known: RetryClass | None) -> bool:
    """Whether a write may have taken effect although this answer came."""
    if status in _NOT_APPLIED or kind is RetryClass.RETRY_AFTER:
        return False
    if kind is RetryClass.TRANSIENT:
        return status >= 500 or status < 400
    return status >= 500 and known is None


def no_answer(cause: httpx.RequestError, where: str) -> HttpError:
    """The error for a request that brought no answer, or only a part of one."""
    unsent = isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    error = HttpError(
        f"The source did not answer ({type(cause).__name__})",
        where=where,
        remedy="Check that it is up and reachable from here, then run again.",
    )
    return error.classed(RetryClass.TRANSIENT, maybe_applied=not unsent)


def retry_after_seconds(response: httpx.Response, header: str = "Retry-After") -> float | None:
    """Seconds asked for by a header, given as a number or as an HTTP date; None if absent.

    A date is measured from the answer's own `Date`, so that our clock does not matter.
    """
    text = response.headers.get(header, "").strip()
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
