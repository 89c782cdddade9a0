"""What an answer, or its absence, means for each of the changes that a request carried."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.base import WriteItem, WriteResult
from connectors.http import HttpError, RetryClass
from talentloop.errors import DeliveryError


@dataclass(frozen=True)
class Saved:
    """What a system says about one row of a save; `is_told` is False where it says nothing."""

    is_told: bool
    ok: bool = False
    record_id: str = ""
    message: str = ""

    def result(self, item: WriteItem) -> WriteResult:
        """The outcome of the change that the row carried; a row passed over must be read back."""
        key = item.idempotency_key
        if not self.is_told:
            words = "The answer does not say what became of this record."
            return WriteResult(key, "unknown", message=words)
        if self.ok:
            return WriteResult(key, "sent", remote_ref=self.record_id)
        return WriteResult(key, "refused", message=self.message)


def result_of(item: WriteItem, error: HttpError) -> WriteResult:
    """One change's outcome: `unknown` after a lost answer, `refused` for good, or `retry`.

    Raises:
        HttpAuthError: our credentials are refused, and so every change would be.
        DeliveryError: the quota is used up.
    """
    raise_if_hopeless(error)
    key, words = item.idempotency_key, error.message or error.what
    if error.maybe_applied:
        return WriteResult(key, "unknown", message=words)
    if error.retry_class is RetryClass.PERMANENT:
        return WriteResult(key, "refused", message=words)
    return WriteResult(key, "retry", message=words, retry_after_seconds=error.retry_after)


def raise_if_hopeless(error: HttpError) -> None:
    """Raise where nothing at all can be written: credentials refused, or the quota used up.

    Raises:
        HttpAuthError: the former.
        DeliveryError: the latter.
    """
    if error.retry_class is RetryClass.AUTH:
        raise error
    if error.retry_class is RetryClass.QUOTA:
        raise DeliveryError(error.what, where=error.where, remedy=error.remedy) from error
