"""What every place with résumé files offers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class ResumeFile:
    """A file as its place lists it.

    Attributes:
        name: as a candidate's record names it: the last part of `resume_uri`.
        place: what the place itself calls it.
        version: changes whenever the content does.
    """

    name: str
    place: str
    bytes: int
    version: str
    modified_at: datetime | None


class ResumePlace(Protocol):
    """A folder or a system. Every method raises SourceError where it cannot be reached."""

    def look(self, names: Collection[str]) -> dict[str, ResumeFile]:
        """The files of these names; names that it has no file for, or several, are left out."""
        ...

    def read(self, file: ResumeFile) -> bytes:
        """The content of a file."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...
