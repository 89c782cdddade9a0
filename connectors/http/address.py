"""The base address of a system: https, loopback, or the running sandbox's stand-in of it."""

from __future__ import annotations

import json
from typing import Annotated

import httpx
from pydantic import AfterValidator

from talentloop.errors import ConfigError
from talentloop.settings import Settings

SANDBOX = "sandbox"
#: The stand-in that is served at the root of the service; the others stand below their name.
ROOT_TENANT = "successfactors"


def sandbox_secret(system: str) -> str:
    """Name of the file, in the secrets folder, with the secret that a stand-in takes for good."""
    return f"sandbox_{system}.secret"


def _encrypted(value: str) -> str:
    if value == SANDBOX:
        return value
    url = httpx.URL(value)
    loopback = url.scheme == "http" and url.host in ("127.0.0.1", "localhost", "::1")
    if not url.host or not (url.scheme == "https" or loopback):
        raise ValueError("must be an https address, or the word sandbox")
    return value


#: An option that holds a base address.
BaseUrl = Annotated[str, AfterValidator(_encrypted)]


def address_of(settings: Settings, base_url: str, system: str) -> str:
    """The address to talk to.

    Args:
        base_url: as configured; `sandbox` means the stand-in of `system` on the running service.
        system: name of the connector.

    Raises:
        ConfigError: the sandbox is not running.
    """
    if base_url != SANDBOX:
        return base_url
    service = sandbox_address(settings)
    return service if system == ROOT_TENANT else f"{service}/{system}"


def sandbox_address(settings: Settings) -> str:
    """Where the sandbox tenants listen.

    Raises:
        ConfigError: they do not run.
    """
    path = settings.sandbox_dir / "service.json"
    try:
        return str(json.loads(path.read_text())["url"])
    except (OSError, ValueError, KeyError):
        raise ConfigError(
            "The sandbox tenants are not running",
            where=str(path),
            remedy="Start them with `talentloop sandbox serve`.",
        ) from None
