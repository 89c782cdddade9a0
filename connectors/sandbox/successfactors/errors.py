"""Refusals in the vendor's own words."""

from __future__ import annotations

from connectors.sandbox.kit.errors import RefusedError


def bad_request(message: str) -> RefusedError:
    """A request that the vendor calls malformed."""
    return RefusedError(400, "COE_GENERAL_BAD_REQUEST", message)
