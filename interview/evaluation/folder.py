"""An interview's folder: `interview.yml` and the files that its turns name."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import yaml

from interview.session import Interview, Turn
from talentloop.config import load_model
from talentloop.errors import ConfigError

FILE = "interview.yml"
_LARGEST_MEDIA_BYTES = 512 * 2**20
_LARGEST_SOURCE_BYTES = 256 * 2**10


@dataclass(frozen=True)
class Folder:
    """An interview with the place where its files lie."""

    path: Path
    interview: Interview

    def file(self, turn: Turn) -> Path:
        """The recording or source file of a turn."""
        return self.path / turn.file


def load_folder(path: Path) -> Folder:
    """Read an interview's folder and see that every file is there.

    Raises:
        ConfigError: `interview.yml` does not fit, or a file is missing, empty, too large, or
            leads out of the folder; names file and field.
    """
    described = path / FILE
    interview = load_model(described, Interview)
    folder = Folder(path, interview)
    for number, turn in enumerate(interview.turns):
        _check(folder, turn, f"{described}, field turns.{number}.file")
    return folder


def write_folder(path: Path, interview: Interview) -> None:
    """Write an interview's description; the files that its turns name are written beside it."""
    path.mkdir(parents=True, exist_ok=True)
    content = interview.model_dump(mode="json", exclude_none=True)
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)
    (path / FILE).write_text(text, encoding="utf-8")


def is_code(interview: Interview, turn: Turn) -> bool:
    """Whether the turn is source code to be judged, and not a recording."""
    return interview.question(turn.question_code).kind == "coding"


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check(folder: Folder, turn: Turn, where: str) -> None:
    file = folder.file(turn)
    code = is_code(folder.interview, turn)
    if not file.is_file():
        _refuse(f"The file of answer {turn.answer_id} is missing", where, "Put it there.")
    if not file.resolve().is_relative_to(folder.path.resolve()):
        _refuse("A file leads out of the interview's folder", where, "Copy it into the folder.")
    size, most = file.stat().st_size, _LARGEST_SOURCE_BYTES if code else _LARGEST_MEDIA_BYTES
    if not 0 < size <= most:
        _refuse(f"The file holds {size:,} bytes; 1 to {most:,} are taken", where, "Replace it.")
    if code and turn.programming_language is None:
        _refuse(
            f"Answer {turn.answer_id} is code of an unknown language",
            where.replace(".file", ".programming_language"),
            "Name it: python, cpp, go, java or javascript.",
        )


def _refuse(what: str, where: str, remedy: str) -> None:
    raise ConfigError(what, where=where, remedy=remedy)
