"""Writing files so that a kill at any instant leaves either the old content or the new."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def replace_durably(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write to a temporary name, flush to the disk, then rename over the target."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename inside the folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def by_content(folder: Path, sha256: str) -> Path:
    """Where a file that is kept by its content lies below a folder."""
    return folder / sha256[:2] / sha256
