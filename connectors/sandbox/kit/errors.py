"""A refusal, before it takes the vendor's own form."""

from __future__ import annotations

from collections.abc import Mapping


class RefusedError(Exception):
    """An answer other than success; the tenant's `refusal` puts it into the vendor's form.

    Args:
        code: the vendor's error code, as text.
        headers: further headers of the answer.
    """

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
