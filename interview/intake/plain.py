"""Plain text: which encoding it is in."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

from interview.intake.document import PageText
from talentloop.errors import DocumentError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Encodings that résumés come in beside Unicode; a guess among more is a worse guess.
_LEGACY = ["gb18030", "big5", "shift_jis", "cp1252"]


def decode(data: bytes, where: str) -> str:
    """Text from its bytes: by byte-order mark, as UTF-8, as UTF-16, or by the likeliest encoding.

    Raises:
        DocumentError: it is no text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data, encoding, where)
    if b"\x00" in data:
        return _strict(data, _utf16(data, where), where)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        found = from_bytes(data, cp_isolation=_LEGACY, language_threshold=0.05).best()
    if found is None:
        raise _no_text(where)
    return str(found)


def read_plain(data: bytes, where: str) -> list[PageText]:
    """A text file as one page.

    Raises:
        DocumentError: it is no text.
    """
    return [PageText(decode(data, where))]


def _utf16(data: bytes, where: str) -> str:
    """UTF-16 without a mark: ASCII in it, at least its line ends, leaves zeros on one side."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if len(data) % 2 or min(even, odd) * 10 > max(even, odd):
        raise _no_text(where)
    return "utf-16-be" if even > odd else "utf-16-le"


def _strict(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise _no_text(where) from None


def _no_text(where: str) -> DocumentError:
    return DocumentError(
        "The file is neither text nor a known kind of document",
        where=where,
        remedy="Give a PDF, DOCX, HTML, text or image file.",
    )
