"""Which files have been read: the same content is not read twice."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from talentloop.ops import session
from talentloop.ops.models import FileManifest
from talentloop.settings import Settings


@dataclass(frozen=True)
class SeenFile:
    """A file as it was read for one stream."""

    stream: str
    name: str
    sha256: str
    rows: int

    @property
    def key(self) -> str:
        """Its path in the manifest; streams read the same file each for itself."""
        return f"{self.stream}:{self.name}"


def sha256_of(path: Path) -> str:
    """Hash of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_done(settings: Settings, source: str, file: SeenFile) -> bool:
    """Whether this content of the file has landed before."""
    with session(settings) as db:
        row = db.get(FileManifest, (source, file.key, file.sha256))
        return row is not None and row.state == "done"


def mark_done(settings: Settings, source: str, file: SeenFile) -> None:
    """Note that the file's rows have landed or are in quarantine."""
    now = settings.clock.now()
    with session(settings) as db:
        db.merge(
            FileManifest(
                source=source, path=file.key, sha256=file.sha256, rows=file.rows, state="done",
                claimed_at=now, finished_at=now,
            )
        )  # fmt: skip
