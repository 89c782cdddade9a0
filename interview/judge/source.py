"""Reading the source of an answer."""

from __future__ import annotations

from pathlib import Path

from interview.session import ProgrammingLanguage
from talentloop.errors import ConfigError

LANGUAGE_OF: dict[str, ProgrammingLanguage] = {
    ".py": "python", ".cpp": "cpp", ".cc": "cpp", ".cxx": "cpp", ".go": "go", ".java": "java",
    ".js": "javascript", ".mjs": "javascript",
}  # fmt: skip


def read_source(
    path: Path, language: ProgrammingLanguage | None = None
) -> tuple[str, ProgrammingLanguage]:
    """The text of a source and its language; where none is given, the file's ending tells it.

    Raises:
        ConfigError: there is no such file, it is not UTF-8, or its ending says nothing.
    """
    spoken = language or LANGUAGE_OF.get(path.suffix.lower())
    if spoken is None:
        raise ConfigError(
            f"The ending {path.suffix!r} belongs to no language that is judged",
            where=str(path), remedy=f"Use one of {', '.join(LANGUAGE_OF)}.",
        )  # fmt: skip
    try:
        return path.read_bytes().decode("utf-8-sig"), spoken
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"A source is not UTF-8 text, from byte {error.start} on",
            where=str(path), remedy="Save it as UTF-8.",
        ) from None  # fmt: skip
    except OSError as error:
        raise ConfigError(
            f"A source cannot be read: {error.strerror}", where=str(path),
            remedy="Check the path.",
        ) from None  # fmt: skip
