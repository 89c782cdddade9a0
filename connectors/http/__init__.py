"""What every connector that speaks HTTP shares: client, retries, tokens, limits, allowed hosts."""

from __future__ import annotations

from connectors.http.auth import Authorizer, BearerToken, HeaderToken, QueryToken, Signed, basic
from connectors.http.client import HttpClient
from connectors.http.counting import ExchangeCounter
from connectors.http.errors import ErrorRules, HttpAuthError, HttpError, RetryClass
from connectors.http.exchange import Answer, Request, TimeLimits
from connectors.http.hosts import AllowedHosts
from connectors.http.limits import Limit, SharedLimiter, shared_limiter
from connectors.http.retry import LostTime, RetryPolicy
from connectors.http.secret_files import SecretFile
from connectors.http.secrets import secret
from connectors.http.tokens import Token, TokenCache, token_in

__all__ = [
    "AllowedHosts", "Answer", "Authorizer", "BearerToken", "ErrorRules", "ExchangeCounter", "HeaderToken",
    "HttpAuthError", "HttpClient", "HttpError", "Limit", "LostTime", "QueryToken", "Request",
    "RetryClass", "RetryPolicy", "SecretFile", "SharedLimiter", "Signed", "TimeLimits", "Token",
    "TokenCache", "basic", "secret", "shared_limiter", "token_in",
]  # fmt: skip
