"""What every connector that speaks HTTP shares: client, retries, tokens, limits, allowed hosts."""

from __future__ import annotations

from connectors.http.client import HttpClient
from connectors.http.errors import ErrorRules, HttpAuthError, HttpError, RetryClass
from connectors.http.exchange import Answer, TimeLimits
from connectors.http.hosts import AllowedHosts
from connectors.http.limits import Limit, shared_limiter
from connectors.http.retry import LostTime, RetryPolicy
from connectors.http.secret_files import SecretFile
from connectors.http.tokens import TokenCache

__all__ = [
    "AllowedHosts", "Answer", "ErrorRules", "HttpAuthError", "HttpClient", "HttpError", "Limit",
    "LostTime", "RetryClass", "RetryPolicy", "SecretFile", "TimeLimits", "TokenCache",
    "shared_limiter",
]  # fmt: skip
