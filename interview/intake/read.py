"""Reading a résumé, whatever kind of file it is in."""

from __future__ import annotations

import hashlib
from pathlib import Path

from interview.intake.document import Document, Kind, Limits, PageText, assemble
from talentloop.errors import DocumentError

_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM", b"GIF8")
DEFAULT = Limits()
_OLE = b"\xd0\xcf\x11\xe0"


def read_resume(path: Path, *, name: str | None = None, limits: Limits = DEFAULT) -> Document:
    """The text of a résumé; the content tells the kind of file, not the ending of its name.

    Args:
        name: how an error calls the file, where its own name may be a person's; default its path.

    Raises:
        DocumentError: missing, empty, too large, broken, protected, or without text.
    """
    where = name or str(path)
    data = _bytes(path, where, limits)
    kind = _kind(data, where)
    document = assemble(kind, _read(kind, data, where, limits), hashlib.sha256(data).hexdigest())
    if not document.text.strip():
        raise DocumentError(
            "No text was found in the document",
            where=where,
            remedy="Give a file with text, or a sharper image of it.",
        )
    if len(document.text) > limits.max_characters:
        raise DocumentError(
            f"The document has more than {limits.max_characters} characters",
            where=where,
            remedy="Give the résumé alone, without its attachments.",
        )
    return document


def _bytes(path: Path, where: str, limits: Limits) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(limits.max_bytes + 1)  # never more, whatever the file is
    except OSError as error:
        raise DocumentError(
            f"The document cannot be read ({type(error).__name__})",
            where=where,
            remedy="Check that the file exists and may be read.",
        ) from None
    if not data:
        raise DocumentError("The document is empty", where=where, remedy="Ask for the file anew.")
    if len(data) > limits.max_bytes:
        raise DocumentError(
            f"The document is larger than {limits.max_bytes // (1024 * 1024)} MiB",
            where=where,
            remedy="Save it with smaller pictures, or as text.",
        )
    return data


def _kind(data: bytes, where: str) -> Kind:
    head = data[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "docx"
    if head.startswith(_IMAGES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "image"
    if head.startswith((_OLE, b"{\\rtf")):
        raise DocumentError(
            "The document is in an old word-processor format, or protected by a password",
            where=where,
            remedy="Save it as DOCX or PDF without a password.",
        )
    plain = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    is_html = plain.startswith((b"<!doctype html", b"<html", b"<?xml", b"<head", b"<body"))
    return "html" if is_html else "text"


def _read(kind: Kind, data: bytes, where: str, limits: Limits) -> list[PageText]:
    # Each reader brings a library of its own, which the others need not wait for.
    if kind == "pdf":
        from interview.intake.pdf import read_pdf

        return read_pdf(data, where, limits)
    if kind == "docx":
        from interview.intake.word import read_docx

        return read_docx(data, where, limits)
    if kind == "image":
        from interview.intake.ocr import read_image

        return read_image(data, where, limits)
    if kind == "html":
        from interview.intake.markup import read_html

        return read_html(data, where)
    from interview.intake.plain import read_plain

    return read_plain(data, where)
