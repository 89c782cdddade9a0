"""Which encoding a text file is in."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from connectors.files.tables import unreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAVE_AS = "Save it as UTF-8, or name its encoding in the source file (encoding: …)."
#: Of the characters beyond ASCII, so many must be everyday Chinese before we believe in GB18030:
#: nearly any bytes decode as GB18030, but text in Latin letters comes out as rare characters.
_EVERYDAY_SHARE = 0.8
_SAMPLE = 20_000


def encoding_of(path: Path, declared: str) -> str:
    """The encoding of a text file, proven by decoding all of it.

    Args:
        declared: an encoding, or `auto`: the byte order mark, else UTF-8, else GB18030.

    Raises:
        SourceError: it is not in that encoding, or in none of these; names the byte and row.
    """
    with path.open("rb") as file:
        head = file.read(4)
    for mark, name in _MARKS:
        if head.startswith(mark) and declared in ("auto", "utf-8", "utf8", "utf-16", name):
            return name
    if declared != "auto":
        flaw = _first_flaw(path, declared)
        if flaw:
            raise unreadable(path, f"it is not in {declared}: {flaw[0]}", _SAVE_AS, flaw[1])
        return declared
    flaw = _first_flaw(path, "utf-8")
    if flaw is None:
        return "utf-8"
    if _first_flaw(path, "gb18030") is None and _is_everyday_chinese(path):
        return "gb18030"
    raise unreadable(
        path, f"it is neither UTF-8 ({flaw[0]}) nor Chinese text in GB18030", _SAVE_AS, flaw[1]
    )


def _first_flaw(path: Path, encoding: str) -> tuple[str, int] | None:
    """Where the file first breaks the encoding, and on which line; None when it nowhere does."""
    offset = 0
    for number, line in enumerate(_lines(path, encoding), start=1):
        try:
            line.decode(encoding)
        except UnicodeDecodeError as error:
            return f"byte 0x{line[error.start]:02x} at offset {offset + error.start}", number
        offset += len(line)
    return None


def _lines(path: Path, encoding: str) -> Iterator[bytes]:
    """Lines in which no character is cut; for encodings of wide units, the whole file as one."""
    with path.open("rb") as file:
        if encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32")):
            yield file.read()
        else:
            yield from file  # in UTF-8, GB18030 and all of one byte, 0x0A is always a line's end


def _is_everyday_chinese(path: Path) -> bool:
    everyday = beyond_ascii = 0
    with path.open(encoding="gb18030", newline="") as file:
        while beyond_ascii < _SAMPLE and (chunk := file.read(65_536)):
            wide = [character for character in chunk if not character.isascii()]
            beyond_ascii += len(wide)
            everyday += sum(_in_gb2312(character) for character in wide)
    return everyday >= beyond_ascii * _EVERYDAY_SHARE


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
