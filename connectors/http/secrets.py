"""Credentials by reference: configuration names where a secret lies, never its value."""

from __future__ import annotations

from connectors.http.secret_files import SecretFile
from talentloop.errors import ConfigError
from talentloop.settings import Settings, environment_secret


def secret(settings: Settings, reference: str, used_for: str = "secret") -> str:
    """The secret behind a reference.

    Args:
        reference: `file:NAME` (in the secrets folder unless absolute) or `env:NAME`.
        used_for: names it in messages, such as `app secret`.

    Raises:
        ConfigError: the reference has another form, or nothing lies there.
    """
    kind, _, name = reference.partition(":")
    if kind == "file" and name:
        return SecretFile.named(settings, name, used_for).read().decode(errors="replace")
    if kind == "env" and name:
        return _from_environment(name, used_for)
    raise ConfigError(
        f"The reference to the {used_for} is not understood",
        where=f"a reference of the kind {kind or 'none'!r}",
        remedy="Write file:NAME or env:NAME; the value itself never stands in a file.",
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
