"""Which files have been read and who reads one now: content is read once, by one worker."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from talentloop.ops import session
from talentloop.ops.models import FileManifest
from talentloop.ops.owner import has_died
from talentloop.settings import Settings

CLAIMED, DONE, REPLAY = "claimed", "done", "replay"


@dataclass(frozen=True)
class SeenFile:
    """A file as it was read for one stream."""

    stream: str
    name: str
    sha256: str
    rows: int = 0
    version: str = ""
    modified_at: datetime | None = field(default=None, compare=False)
    archived_as: str = field(default="", compare=False)
    state: str = field(default="", compare=False)

    @property
    def key(self) -> str:
        """Its path in the manifest; streams read the same file each for itself."""
        return f"{self.stream}:{self.name}"


def sha256_of(path: Path) -> str:
    """Hash of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_done(settings: Settings, source: str, file: SeenFile) -> bool:
    """Whether this content of the file has landed before, and is not asked for again."""
    with session(settings) as db:
        row = db.get(FileManifest, (source, file.key, file.sha256))
        return row is not None and row.state == DONE


def known(settings: Settings, source: str, stream: str) -> list[SeenFile]:
    """Every file of a stream that the manifest knows, oldest content first."""
    query = (
        select(FileManifest)
        .where(FileManifest.source == source)
        .order_by(FileManifest.modified_at, FileManifest.path)
    )
    with session(settings) as db:
        rows = db.scalars(query).all()
    found = [_seen(row) for row in rows]
    return [file for file in found if file.stream == stream]


def _seen(row: FileManifest) -> SeenFile:
    stream, _, name = row.path.partition(":")
    return SeenFile(
        stream, name, row.sha256, row.rows, row.version, row.modified_at, row.archived_as, row.state
    )


def claim(settings: Settings, source: str, file: SeenFile, owner: str, lease: timedelta) -> bool:
    """Take a file for this worker, or keep it; False while another one that lives has it."""
    now = settings.clock.now()
    try:
        with session(settings) as db:
            row = db.get(FileManifest, (source, file.key, file.sha256), with_for_update=True)
            if row is None:
                row = FileManifest(
                    source=source, path=file.key, sha256=file.sha256, rows=0, state=CLAIMED,
                    archived_as=file.archived_as,
                )  # fmt: skip
                db.add(row)
            elif _is_held(row, owner, now):
                return False
            row.state = REPLAY if row.state == REPLAY else CLAIMED
            row.owner, row.claimed_at, row.lease_until = owner, now, now + lease
            row.modified_at, row.version = file.modified_at, file.version
    except IntegrityError:
        return False  # another worker put the row there at the same instant
    return True


def _is_held(row: FileManifest, owner: str, now: datetime) -> bool:
    if row.owner in ("", owner) or row.lease_until is None or row.lease_until <= now:
        return False
    return not has_died(row.owner)


def release(settings: Settings, source: str, owner: str) -> None:
    """Give back what this worker claimed and did not finish."""
    query = select(FileManifest).where(FileManifest.source == source, FileManifest.owner == owner)
    with session(settings) as db:
        for row in db.scalars(query).all():
            if row.finished_at is None:
                db.delete(row)
            else:
                row.state = REPLAY if row.state == REPLAY else DONE
                row.owner, row.lease_until = "", None


def mark_done(settings: Settings, source: str, file: SeenFile) -> None:
    """Note that the file's rows have landed or are in quarantine."""
    now = settings.clock.now()
    with session(settings) as db:
        db.merge(
            FileManifest(
                source=source, path=file.key, sha256=file.sha256, rows=file.rows, state=DONE,
                claimed_at=now, finished_at=now, owner="", lease_until=None,
                modified_at=file.modified_at, version=file.version, archived_as=file.archived_as,
            )
        )  # fmt: skip


def mark_archived(
    settings: Settings, source: str, files: Collection[SeenFile], archived_as: str
) -> None:
    """Note where a file of one content goes, before it goes there."""
    with session(settings) as db:
        for file in files:
            row = db.get(FileManifest, (source, file.key, file.sha256))
            if row is not None:
                row.archived_as = archived_as


def ask_again(settings: Settings, source: str, name: str) -> Sequence[SeenFile]:
    """Have a file that was read read again by the next run, for each stream that read it.

    Args:
        name: its name in the folder, its name in the archive, or the beginning of its SHA-256.
    """
    query = select(FileManifest).where(
        FileManifest.source == source, FileManifest.state.in_((DONE, REPLAY))
    )
    found = []
    with session(settings) as db:
        for row in db.scalars(query).all():
            seen = _seen(row)
            by_hash = len(name) >= 8 and row.sha256.startswith(name)
            if by_hash or name in (seen.name, seen.archived_as):
                row.state = REPLAY
                found.append(replace(seen, state=REPLAY))
    return found
