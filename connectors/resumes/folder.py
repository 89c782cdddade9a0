"""Résumé files in a folder of this machine, on an SFTP server or in S3."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from connectors.files.options import checked
from connectors.files.stores import Entry, open_store
from connectors.files.whole import whole_files
from connectors.resumes.options import Place
from connectors.resumes.places import ResumeFile
from talentloop.errors import SourceError
from talentloop.settings import Settings

_STREAM = "resumes"


class FolderResumes:
    """A ResumePlace over a folder. A file is named with its ending or without.

    Args:
        place: options of a file source (`path`, `access`, `done_marker`, `settle_seconds`), and
            `files`: patterns.

    Raises:
        ConfigError: the options do not fit.
    """

    def __init__(self, settings: Settings, place: Place) -> None:
        given = place.options
        stream = {"files": given.pop("files", "*"), "optional": True}
        label = f"résumés of {place.of}"
        self._options = checked(
            label, {**given, "base": settings.config, "streams": {_STREAM: stream}}
        )
        self._scratch = settings.home / "files"
        self._store = open_store(settings, label, self._options)

    def look(self, names: Collection[str]) -> dict[str, ResumeFile]:
        """Whole files of these names; several for one name are as good as none."""
        if not self._store.exists():
            raise SourceError(
                "The folder of résumé files is not there",
                where=self._store.where,
                remedy="Put the files there, or correct path in config/resumes.yml.",
            )
        found: dict[str, list[Entry]] = defaultdict(list)
        patterns = self._options.streams[_STREAM].files
        for entry in whole_files(self._store, self._options, patterns):
            path = PurePosixPath(entry.name)
            for name in {path.name, path.stem} & set(names):
                found[name].append(entry)
        return {
            name: ResumeFile(name, each.name, each.size, each.version, each.modified_at)
            for name, (each, *others) in sorted(found.items())
            if not others
        }

    def read(self, file: ResumeFile) -> bytes:
        """The content, through a copy where the folder is elsewhere."""
        self._scratch.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="resumes-", dir=self._scratch) as folder:
            return self._store.fetch(file.place, Path(folder)).read_bytes()

    def close(self) -> None:
        """End the connection."""
        self._store.close()
