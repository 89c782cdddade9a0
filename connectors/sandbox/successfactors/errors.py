"""Refusals in the vendor's own form."""

from __future__ import annotations


class RefusedError(Exception):
    """An answer other than success: status, code and text of `{"error": …}`."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def body(self) -> dict[str, object]:
        """The error body of OData v2."""
        return {"error": {"code": self.code, "message": {"lang": "en-US", "value": self.message}}}


def bad_request(message: str) -> RefusedError:
    """A request that the vendor calls malformed."""
    return RefusedError(400, "COE_GENERAL_BAD_REQUEST", message)
