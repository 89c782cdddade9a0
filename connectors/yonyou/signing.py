"""The signature with which a self-built app asks for its token."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping


def signature(app_secret: str, parameters: Mapping[str, str]) -> str:
    """Base64 of HMAC-SHA256 under the app secret over keys and values, sorted by key.

    It is not URL-encoded here: the HTTP client encodes it, once.
    """
    text = "".join(f"{key}{parameters[key]}" for key in sorted(parameters))
    digest = hmac.new(app_secret.encode(), text.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def signed(app_key: str, app_secret: str, timestamp_ms: int) -> dict[str, str]:
    """The query of a token request."""
    parameters = {"appKey": app_key, "timestamp": str(timestamp_ms)}
    return {**parameters, "signature": signature(app_secret, parameters)}
