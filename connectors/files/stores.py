"""Where files lie: a local folder, an SFTP server or an S3 bucket, all seen alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Protocol

from connectors.files.options import FileOptions
from talentloop.settings import Settings


@dataclass(frozen=True)
class Entry:
    """One file as a listing shows it.

    Attributes:
        name: path below the store's folder, with slashes.
        size: bytes.
        modified_at: when it was last written, by the store's own clock (UTC).
        version: changes whenever the content does: size and time, or the store's own tag.
    """

    name: str
    size: int
    modified_at: datetime
    version: str


class Store(Protocol):
    """A folder somewhere. All names are relative to it.

    Every method raises SourceError where the place cannot be reached or refuses.
    """

    where: str

    def exists(self) -> bool:
        """Whether the folder is there."""
        ...

    def entries(self, *, deep: bool) -> list[Entry]:
        """The files of the folder, with those of its sub-folders where `deep`."""
        ...

    def look(self, name: str) -> Entry | None:
        """One file as it stands now; None when it has gone."""
        ...

    def fetch(self, name: str, scratch: Path) -> Path:
        """A local file with the content: the file itself, or a copy in the empty folder `scratch`."""
        ...

    def move(self, entry: Entry, target: str) -> bool:
        """Move the version that `entry` shows to another name; False when it has changed or gone.

        May be repeated after a kill at any instant: in between the file has both names or either.
        """
        ...

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...


def open_store(settings: Settings, source: str, options: FileOptions) -> Store:
    """The store that a source's `path` names; nothing is connected yet.

    Raises:
        ConfigError: the path or its access does not fit.
    """
    if options.scheme == "sftp":
        from connectors.files.sftp_store import SftpStore

        return SftpStore(settings, source, options)
    if options.scheme == "s3":
        from connectors.files.s3_store import BucketStore

        return BucketStore(settings, source, options)
    from connectors.files.local_store import FolderStore

    return FolderStore(options.folder)


def matches(name: str, pattern: str) -> bool:
    """Whether a name fits a pattern as `Path.glob` reads it: `*` ends at a slash, `**/` does not."""
    return _match(name.split("/"), pattern.split("/"))


def _match(names: Sequence[str], patterns: Sequence[str]) -> bool:
    if not patterns:
        return not names
    if patterns[0] == "**":
        return any(_match(names[at:], patterns[1:]) for at in range(len(names) + 1))
    return bool(names) and fnmatchcase(names[0], patterns[0]) and _match(names[1:], patterns[1:])
