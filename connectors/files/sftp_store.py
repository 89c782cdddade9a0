"""A folder on an SFTP server, whose key must be the one configured."""

from __future__ import annotations

import base64
import io
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from posixpath import dirname

import paramiko

from connectors.files.options import FileOptions
from connectors.files.stores import Entry
from connectors.http.secrets import secret
from talentloop.errors import ConfigError, SourceAuthError, SourceError
from talentloop.settings import Settings

_KEY_KINDS = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


class SftpStore:
    """A Store over SFTP. It connects at first use.

    Raises:
        ConfigError: the host key or a secret cannot be used.
    """

    def __init__(self, settings: Settings, source: str, options: FileOptions) -> None:
        address, access = options.address, options.access
        self._host, self._port = str(address.hostname), address.port or 22
        self._user, self._root = str(address.username), address.path or "/"
        self._source, self._timeout = source, access.timeout_seconds
        self._host_key = _public_key(access.host_key or "", source)
        self._password = secret(settings, access.password) if access.password else None
        self._key = (
            _private_key(secret(settings, access.private_key), source)
            if access.private_key
            else None
        )
        self.where = f"sftp://{self._host}:{self._port}{self._root}"
        self._open: tuple[paramiko.Transport, paramiko.SFTPClient] | None = None

    @property
    def _sftp(self) -> paramiko.SFTPClient:
        if self._open is None:
            transport = paramiko.Transport((self._host, self._port))
            transport.banner_timeout = transport.auth_timeout = self._timeout
            transport.start_client(timeout=self._timeout)
            try:
                self._log_in(transport)
                client = paramiko.SFTPClient.from_transport(transport)
                if client is None:
                    raise paramiko.SSHException("no SFTP channel")
            except BaseException:
                transport.close()
                raise
            channel = client.get_channel()
            if channel is not None:
                channel.settimeout(self._timeout)
            self._open = transport, client
        return self._open[1]

    def _log_in(self, transport: paramiko.Transport) -> None:
        shown = transport.get_remote_server_key()
        if (shown.get_name(), shown.asbytes()) != self._host_key:
            raise SourceAuthError(
                "The SFTP server shows another key than the one configured; nothing was sent",
                where=self.where,
                remedy="Ask its operator whether the key was changed; then correct access.host_key.",
            )
        if self._key is not None:
            transport.auth_publickey(self._user, self._key)
        else:
            transport.auth_password(self._user, self._password or "")

    def exists(self) -> bool:
        """Whether it is a folder."""
        with self._explained():
            try:
                return stat.S_ISDIR(self._sftp.stat(self._root).st_mode or 0)
            except FileNotFoundError:
                return False

    def entries(self, *, deep: bool) -> list[Entry]:
        """Its files."""
        with self._explained():
            return list(self._below("", deep))

    def _below(self, folder: str, deep: bool) -> Iterator[Entry]:
        for item in self._sftp.listdir_attr(self._path(folder)):
            name = f"{folder}{item.filename}"
            if stat.S_ISREG(item.st_mode or 0):
                yield _entry(name, item)
            elif deep and stat.S_ISDIR(item.st_mode or 0):
                yield from self._below(f"{name}/", deep)

    def look(self, name: str) -> Entry | None:
        """Size and time of a file."""
        with self._explained():
            try:
                return _entry(name, self._sftp.stat(self._path(name)))
            except FileNotFoundError:
                return None

    def fetch(self, name: str, scratch: Path) -> Path:
        """A copy of the file."""
        target = scratch / (name.rpartition("/")[2] or "file")
        with self._explained():
            self._sftp.get(self._path(name), str(target), max_concurrent_prefetch_requests=64)
        return target

    def move(self, entry: Entry, target: str) -> bool:
        """Rename on the server."""
        if self.look(entry.name) != entry:
            return False
        with self._explained():
            folder = dirname(target)
            for depth in range(1, folder.count("/") + 2):
                part = self._path("/".join(folder.split("/")[:depth]))
                try:
                    self._sftp.stat(part)
                except FileNotFoundError:
                    self._sftp.mkdir(part)
            self._sftp.posix_rename(self._path(entry.name), self._path(target))
        return True

    def remove(self, name: str) -> None:
        """Remove the file, if it is there."""
        with self._explained():
            try:
                self._sftp.remove(self._path(name))
            except FileNotFoundError:
                return

    def close(self) -> None:
        """End the connection."""
        if self._open is not None:
            self._open[0].close()
            self._open = None

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn the library's errors into ours; a broken connection is opened anew next time."""
        try:
            yield
        except paramiko.AuthenticationException:
            self.close()
            raise SourceAuthError(
                "The SFTP server refused our credentials",
                where=self.where,
                remedy="Check the user in path and the secret under access.",
            ) from None
        except (paramiko.SSHException, OSError, EOFError) as error:
            self.close()
            detail = getattr(error, "strerror", None) or type(error).__name__
            raise SourceError(
                f"The SFTP server cannot be read: {detail}",
                where=self.where,
                remedy="Check that it is up and that the folder and its files may be read and "
                "moved; then run again.",
            ) from None


def _entry(name: str, item: paramiko.SFTPAttributes) -> Entry:
    size, seconds = item.st_size or 0, item.st_mtime or 0
    return Entry(name, size, datetime.fromtimestamp(seconds, UTC), f"{size}:{seconds}")


def _public_key(text: str, source: str) -> tuple[str, bytes]:
    kind, _, rest = text.strip().partition(" ")
    try:
        return kind, base64.b64decode(rest.split()[0], validate=True)
    except (ValueError, IndexError):
        raise ConfigError(
            "The host key of an SFTP server is not a public key",
            where=f"source {source}, field access.host_key",
            remedy="Write it as `ssh-ed25519 AAAA…`; `ssh-keyscan HOST` shows it.",
        ) from None


def _private_key(text: str, source: str) -> paramiko.PKey:
    for kind in _KEY_KINDS:
        try:
            return kind.from_private_key(io.StringIO(text))
        except (paramiko.SSHException, ValueError):
            continue
    raise ConfigError(
        "A private key for SFTP cannot be read",
        where=f"source {source}, field access.private_key",
        remedy="Use an unencrypted Ed25519, ECDSA or RSA key in OpenSSH's or PEM form.",
    )
