"""Events that the tenant posts to a receiver, signed and encrypted."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import httpx
import orjson

from connectors.http.callbacks import SharedScheme
from connectors.sandbox.kit import RefusedError
from connectors.sandbox.yonyou.access import APP_KEY

_PATIENCE_SECONDS = 5
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def sealed_event(event: Mapping[str, Any], app_secret: str, now_ms: int) -> dict[str, str]:
    """The body of a callback that carries an event."""
    scheme = SharedScheme.yonbip(APP_KEY, app_secret)
    sealed = scheme.answer(orjson.dumps(dict(event)), str(now_ms), secrets.token_hex(8))
    return {
        "msgSignature": sealed.signature,
        "timestamp": sealed.timestamp,
        "nonce": sealed.nonce,
        "encrypt": sealed.encrypted,
    }


def post_event(url: str, event: Mapping[str, Any], app_secret: str, now_ms: int) -> str:
    """Post an event to a receiver on loopback; returns its answer.

    Raises:
        RefusedError: the address is elsewhere, or nobody answers.
    """
    if httpx.URL(url).host not in _LOOPBACK:
        raise RefusedError(400, "400", "The stand-in posts to this machine only")
    body = sealed_event(event, app_secret, now_ms)
    try:
        answer = httpx.post(url, json=body, timeout=_PATIENCE_SECONDS, trust_env=False)
    except httpx.HTTPError as error:
        raise RefusedError(502, "502", f"No answer from there: {type(error).__name__}") from None
    return answer.text
