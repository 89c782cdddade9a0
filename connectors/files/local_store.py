"""A local folder, or one that the machine has mounted."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from connectors.files.stores import Entry
from talentloop.errors import SourceError


class FolderStore:
    """A Store over a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.where = str(folder)

    def exists(self) -> bool:
        """Whether it is a folder."""
        return self._folder.is_dir()

    def entries(self, *, deep: bool) -> list[Entry]:
        """Its files."""
        found = self._folder.rglob("*") if deep else self._folder.iterdir()
        names = (path.relative_to(self._folder).as_posix() for path in found if path.is_file())
        looked = (self.look(name) for name in names)
        return [entry for entry in looked if entry is not None]

    def look(self, name: str) -> Entry | None:
        """Size and time of a file."""
        try:
            stat = (self._folder / name).stat()
        except FileNotFoundError:
            return None
        at = datetime.fromtimestamp(stat.st_mtime, UTC)
        return Entry(name, stat.st_size, at, f"{stat.st_size}:{stat.st_mtime_ns}")

    def fetch(self, name: str, scratch: Path) -> Path:  # noqa: ARG002 - needs no copy
        """The file itself."""
        return self._folder / name

    def move(self, entry: Entry, target: str) -> bool:
        """Rename; what arrived under the name at the last instant is put back."""
        source, goal = self._folder / entry.name, self._folder / target
        if self.look(entry.name) != entry:
            return False
        try:
            goal.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(source, goal)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise SourceError(
                f"A file that has been read cannot be put into the archive: {error.strerror}",
                where=f"{source} → {goal}",
                remedy="Check free space and permissions. The file has landed; run again.",
            ) from None
        moved = self.look(target)
        if moved is not None and moved.version != entry.version:
            shutil.move(goal, source)
            return False
        return True

    def remove(self, name: str) -> None:
        """Unlink."""
        (self._folder / name).unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing is open."""
