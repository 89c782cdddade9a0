"""DOCX: paragraphs, tables and text boxes in their order, headers first."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from interview.intake.document import Limits, PageText
from talentloop.errors import DocumentError

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_P, _R, _T, _TBL, _TR, _TC = (qn(f"w:{name}") for name in ("p", "r", "t", "tbl", "tr", "tc"))
_TAB, _BR, _CR, _BOX, _DELETED = (
    qn(f"w:{name}") for name in ("tab", "br", "cr", "txbxContent", "del")
)
#: What Office writes; other methods are no DOCX, and would bring errors of their own.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
#: What unpacking damaged bytes raises: a broken directory or header; a stream that does not inflate;
#: one that is cut off; a later version of the format; a place or a name that cannot be.
_UNPACKING = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError)
#: What opening a package of another structure raises: a part that is named and not there, no XML, or
#: XML that is something else than its place says, which python-docx then asks for what it lacks.
_STRUCTURE = (OpcError, KeyError, ValueError, AttributeError, TypeError, etree.LxmlError)
#: Nobody writes a résumé in more parts; a package of a million tiny ones is an attack.
_MAX_PARTS = 2000


def read_docx(data: bytes, where: str, limits: Limits) -> list[PageText]:
    """The text of a document as one page; a table's row is one line, its cells parted by tabs.

    Raises:
        DocumentError: it is broken, or unpacks to more than the limit.
    """
    _check_size(data, where, limits)
    try:
        opened = docx.Document(io.BytesIO(data))
        headers = [section.header for section in opened.sections]
        parts = [each._element for each in headers if not each.is_linked_to_previous]
        parts.append(opened.element.body)
    except _STRUCTURE:
        raise _broken(where) from None
    if any(part is None for part in parts):
        raise _broken(where)
    return [PageText("\n".join(line for part in parts for line in _blocks(part)))]


def _check_size(data: bytes, where: str, limits: Limits) -> None:
    """Unpack in small pieces and count, since what a package says of its own sizes may be a lie."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            total = 0
            if len(parts) > _MAX_PARTS:
                raise _too_large(where)
            for part in parts:
                if part.flag_bits & _ENCRYPTED or part.compress_type not in _METHODS:
                    raise _broken(where)
                with package.open(part) as stream:
                    while piece := stream.read(1 << 20):
                        total += len(piece)
                        if total > limits.max_unpacked_bytes:
                            raise _too_large(where)
    except _UNPACKING:
        raise _broken(where) from None


def _blocks(container: Any) -> Iterator[str]:
    for child in container:
        if child.tag == _P:
            yield from _paragraph(child)
        elif child.tag == _TBL:
            yield from _rows(child)
        elif child.tag != _DELETED:
            yield from _blocks(child)


def _rows(table: Any) -> Iterator[str]:
    for row in table.iter(_TR):
        if next(row.iterancestors(_TBL)) is not table:
            continue  # of a table inside a cell, which comes with its cell
        cells = [" ".join(filter(None, _blocks(cell))) for cell in row.iterchildren(_TC)]
        yield "\t".join(cells)


def _paragraph(paragraph: Any) -> Iterator[str]:
    """Its own text, then that of the text boxes anchored in it."""
    line: list[str] = []
    boxes: list[Any] = []
    for node in _inside(paragraph, boxes):
        if node.tag == _T:
            line.append(node.text or "")
        elif node.tag == _TAB:
            line.append("\t")
        elif node.tag in (_BR, _CR):
            line.append("\n")
    yield from "".join(line).split("\n")
    for box in boxes:
        yield from _blocks(box)


def _inside(node: Any, boxes: list[Any]) -> Iterator[Any]:
    for child in node:
        if child.tag == _BOX:
            boxes.append(child)
        elif child.tag in (_FALLBACK, _DELETED) or _is_hidden(child):
            continue  # said before in another way, taken back, or not to be seen
        else:
            yield child
            yield from _inside(child, boxes)


def _is_hidden(node: Any) -> bool:
    return node.tag == _R and node.find(f"{qn('w:rPr')}/{qn('w:vanish')}") is not None


def _broken(where: str) -> DocumentError:
    return DocumentError(
        "The DOCX file is broken or protected by a password",
        where=where,
        remedy="Open it in a word processor, save it without a password, and give that file.",
    )


def _too_large(where: str) -> DocumentError:
    return DocumentError(
        "The DOCX file unpacks to more than a résumé can be",
        where=where,
        remedy="Remove what is embedded in it, or print it to PDF.",
    )
