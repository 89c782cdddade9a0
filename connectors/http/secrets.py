"""Credentials by reference: configuration names where a secret lies, never its value."""

from __future__ import annotations

from typing import Any

import httpx

from connectors.http.secret_files import SecretFile
from talentloop.errors import ConfigError, SourceError
from talentloop.settings import Settings, environment_secret

_VAULT_SECONDS = 10


def secret(settings: Settings, reference: str, used_for: str = "secret") -> str:
    """The secret behind a reference.

    Args:
        reference: `file:NAME` (in the secrets folder unless absolute), `env:NAME`, or `vault:PATH#FIELD`.
        used_for: names it in messages, such as `app secret`.

    Raises:
        ConfigError: the reference has another form, or nothing lies there.
        SourceError: the Vault does not answer.
    """
    kind, _, name = reference.partition(":")
    if kind == "file" and name:
        return SecretFile.named(settings, name, used_for).read().decode(errors="replace")
    if kind == "env" and name:
        return _from_environment(name, used_for)
    if kind == "vault" and name:
        return _from_vault(settings, name, used_for)
    raise ConfigError(
        f"The reference to the {used_for} is not understood",
        where="a reference in the configuration of the source",
        remedy="Write file:NAME, env:NAME or vault:PATH#FIELD, never the value itself.",
    )


def _from_environment(name: str, used_for: str) -> str:
    value = environment_secret(name)
    if not value:
        raise ConfigError(
            f"The {used_for} is not set",
            where=f"environment variable {name}",
            remedy="Set it for this process, or refer to a file instead.",
        )
    return value


def _from_vault(settings: Settings, name: str, used_for: str) -> str:
    """A field of a secret in the Vault's key-value store, version 2."""
    path, _, field = name.partition("#")
    content = _vault_secret(settings, path, used_for)
    value = content.get(field)
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(
            f"The {used_for} is not in the Vault",
            where=f"vault:{path}, field {field or 'none'}",
            remedy=f"Put it there; the fields are: {', '.join(sorted(content)) or 'none'}.",
        )
    return value.strip()


def _vault_secret(settings: Settings, path: str, used_for: str) -> dict[str, Any]:
    import hvac
    import requests

    where = f"vault:{path}"
    session = requests.Session()
    session.trust_env = False  # neither proxies nor passwords from the environment
    client = hvac.Client(
        _vault_address(settings), _vault_token(settings), timeout=_VAULT_SECONDS, session=session,
        allow_redirects=False,
    )  # fmt: skip
    try:
        answer = client.secrets.kv.v2.read_secret_version(
            path, mount_point=settings.vault_mount, raise_on_deleted_version=True
        )
        content: dict[str, Any] = answer["data"]["data"]
    except hvac.exceptions.InvalidPath:
        raise ConfigError(
            f"The {used_for} is not in the Vault",
            where=where,
            remedy=f"Put it under the mount {settings.vault_mount}, or correct the reference.",
        ) from None
    except hvac.exceptions.Forbidden:
        raise ConfigError(
            f"The Vault does not let us read the {used_for}",
            where=where,
            remedy="Renew the token in TALENTLOOP_VAULT_TOKEN_FILE, or widen its policy.",
        ) from None
    except (hvac.exceptions.VaultError, requests.RequestException, LookupError, TypeError) as error:
        raise SourceError(
            f"The Vault gave no {used_for} ({type(error).__name__})",
            where=where,
            remedy="Check that it is up, unsealed and reachable from here, then run again.",
        ) from None
    finally:
        session.close()
    return content


def _vault_address(settings: Settings) -> str:
    url = httpx.URL(settings.vault_url or "")
    if url.scheme == "https" or (url.scheme == "http" and url.host in ("127.0.0.1", "localhost")):
        return str(url)
    raise ConfigError(
        "A secret is in the Vault, but no https address of it is set",
        where="TALENTLOOP_VAULT_URL",
        remedy="Set it, and TALENTLOOP_VAULT_TOKEN_FILE.",
    )


def _vault_token(settings: Settings) -> str:
    if settings.vault_token_file is None:
        raise ConfigError(
            "A secret is in the Vault, but we have no token for it",
            where="TALENTLOOP_VAULT_TOKEN_FILE",
            remedy="Name the file that holds it; a Vault agent can keep it fresh.",
        )
    return SecretFile.named(settings, settings.vault_token_file, "Vault token").read().decode()
