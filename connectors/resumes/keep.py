"""Résumé files that were fetched: one for each content, found by source and name.

They lie under `settings.kept_resumes_dir`, readable by the owner only, each named by its SHA-256;
the manifest of files (connectors/files/manifest.py) says which name has which content.
"""

from __future__ import annotations

import os
from pathlib import Path

from connectors.files.manifest import DONE, SeenFile, known
from talentloop.files import by_content, replace_durably
from talentloop.settings import Settings

#: Stands beside the streams of a source in its manifest; no stream is called so.
STREAM = "@resume"


def place_of(settings: Settings, sha256: str) -> Path:
    """Where a content is kept."""
    return by_content(settings.kept_resumes_dir, sha256)


def keep(settings: Settings, sha256: str, data: bytes, *, now: float) -> None:
    """Keep a content; one that is there already counts as new again, for retention."""
    path = place_of(settings, sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_durably(path, data, mode=0o600)
    os.utime(path, (now, now))


def seen_resumes(settings: Settings, source: str) -> dict[str, SeenFile]:
    """The newest fetched version of each name whose content is still kept."""
    return {
        file.name: file
        for file in known(settings, source, STREAM)
        if file.state == DONE and place_of(settings, file.sha256).exists()
    }


def kept_resumes(settings: Settings, source: str) -> dict[str, Path]:
    """The kept file of each name of a source."""
    found = seen_resumes(settings, source)
    return {name: place_of(settings, file.sha256) for name, file in found.items()}
