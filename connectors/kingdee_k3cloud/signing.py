"""The signature over each K3Cloud request, as the vendor's own SDK (8.2.0) makes it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

#: What an app id's second part is masked with: the same for every tenant, and so no secret.
_MASK = b"0054f397c6234378b09ca7d3e5debce7"
#: Characters of that part: 24 bytes in base64.
_MASKED_LENGTH = 32


@dataclass(frozen=True)
class AppKeys:
    """What the tenant gave the registered application. Both texts are secret.

    Attributes:
        app_id: `<client id>_<masked client secret>`.
        app_secret: the application's secret.
        client_id: the first part of the app id.
        client_secret: the second part, unmasked.
    """

    app_id: str = field(repr=False)
    app_secret: str = field(repr=False)
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)

    @classmethod
    def of(cls, app_id: str, app_secret: str) -> AppKeys:
        """The keys in their parts.

        Raises:
            ValueError: the app id is not of that form; its text is not repeated.
        """
        client_id, _, masked = app_id.partition("_")
        if not client_id or len(masked) != _MASKED_LENGTH:
            raise ValueError("an app id is a client id, an underscore and 32 characters")
        try:
            hidden = base64.b64decode(masked, validate=True)
        except binascii.Error:
            raise ValueError("the second part of the app id is not base64") from None
        plain = bytes(a ^ b for a, b in zip(hidden, _MASK, strict=False))
        return cls(app_id, app_secret, client_id, base64.b64encode(plain).decode())


@dataclass(frozen=True)
class Account:
    """On whose behalf we ask.

    Attributes:
        acct_id: the data centre (账套).
        user_name: the integration user.
        language: Windows language id; 2052 is simplified Chinese.
        organisation: number of the organisation, 0 for the user's own.
    """

    acct_id: str
    user_name: str
    language: int = 2052
    organisation: str = "0"

    @property
    def text(self) -> str:
        """The account as it is signed and sent."""
        return f"{self.acct_id},{self.user_name},{self.language},{self.organisation}"


def stand_in_keys(secret: str) -> AppKeys:
    """The keys of the application registered at the stand-in, made of its one secret.

    Args:
        secret: 64 hexadecimal characters.
    """
    return AppKeys.of(f"200001_{secret[:_MASKED_LENGTH]}", secret[_MASKED_LENGTH:])


def signed_headers(
    keys: AppKeys, account: Account, path: str, timestamp: str, nonce: str
) -> dict[str, str]:
    """The headers that prove who sends a POST to `path`.

    Args:
        path: path of the address as sent, from its first slash, with the query if there is one.
        timestamp: seconds since 1970.
        nonce: a text that no other request carries.
    """
    encoded = quote(path, safe="")
    signed = f"POST\n{encoded}\n\nx-api-nonce:{nonce}\nx-api-timestamp:{timestamp}\n"
    return {
        "X-Api-ClientID": keys.client_id,
        "X-Api-Auth-Version": "2.0",
        "x-api-timestamp": timestamp,
        "x-api-nonce": nonce,
        "x-api-signheaders": "x-api-timestamp,x-api-nonce",
        "X-Api-Signature": _hmac(signed, keys.client_secret),
        "X-Kd-Appkey": keys.app_id,
        "X-Kd-Appdata": base64.b64encode(account.text.encode()).decode(),
        "X-Kd-Signature": _hmac(keys.app_id + account.text, keys.app_secret),
    }


def _hmac(content: str, key: str) -> str:
    """Base64 of the hexadecimal digest: that is how the vendor does it."""
    digest = hmac.new(key.encode(), content.encode(), hashlib.sha256).hexdigest()
    return base64.b64encode(digest.encode()).decode()


def is_signed(
    keys: AppKeys, account: Account, path: str, header: Callable[[str], str | None]
) -> bool:
    """Whether headers prove a POST to `path` to be ours; the other direction, for stand-ins."""
    timestamp, nonce = header("x-api-timestamp") or "", header("x-api-nonce") or ""
    if not timestamp.isdigit() or not nonce:
        return False
    due = signed_headers(keys, account, path, timestamp, nonce)
    return all(hmac.compare_digest(header(name) or "", value) for name, value in due.items())
