"""Credentials by reference: configuration names a file, never the value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from talentloop.errors import ConfigError
from talentloop.settings import Settings


@dataclass(frozen=True)
class SecretFile:
    """A file that holds one secret. A relative path lies in the secrets folder."""

    path: Path
    used_for: str

    @classmethod
    def named(cls, settings: Settings, reference: str | Path, used_for: str) -> SecretFile:
        """The secret that a configuration refers to."""
        return cls(settings.secrets_dir / reference, used_for)

    def read(self) -> bytes:
        """The secret, without white space around it.

        Raises:
            ConfigError: the file is missing, unreadable or empty.
        """
        try:
            content = self.path.read_bytes().strip()
        except OSError as error:
            raise self._problem(f"cannot be read ({error.strerror})") from None
        if not content:
            raise self._problem("is empty")
        return content

    def _problem(self, what: str) -> ConfigError:
        return ConfigError(
            f"The file with the {self.used_for} {what}",
            where=str(self.path),
            remedy="Put the secret there, readable by this account only, or correct the reference.",
        )
