"""Refusals in the vendor's own words."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.kit.errors import RefusedError


def bad_request(message: str) -> RefusedError:
    """A request that the vendor calls malformed."""
    return RefusedError(400, "COE_GENERAL_BAD_REQUEST", message)


def error_body(refused: RefusedError) -> dict[str, Any]:
    """The error body of OData v2."""
    message = {"lang": "en-US", "value": refused.message}
    return {"error": {"code": refused.code, "message": message}}
