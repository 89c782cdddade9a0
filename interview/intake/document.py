"""A document in text, with the page and the way in which each part was read."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from talentloop.strict import Strict

Kind = Literal["pdf", "docx", "html", "text", "image"]
#: Typographic ligatures that fonts of PDF files leave in the text.
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\u00ad": None, "\u200b": None,
     "\ufeff": None, "\x00": None, "\r": "\n", "\x0c": "\n", "\u00a0": " ", "\u3000": " "}
)  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """How much of a document is read; beyond them it is refused, never cut in silence."""

    max_bytes: int = 20 * 1024 * 1024
    max_pages: int = 40
    max_ocr_pages: int = 12
    max_unpacked_bytes: int = 80 * 1024 * 1024
    max_pixels: int = 40_000_000
    max_characters: int = 400_000
    ocr_seconds: int = 90


class Span(Strict):
    """A place in a document.

    Attributes:
        quote: the words, exactly as they stand in the document's text.
        page: from 1.
    """

    char_start: int
    char_end: int
    quote: str
    page: int = 1


class Page(Strict):
    """A page, or the whole where a format has none.

    Attributes:
        method: `text` where the words stand in the file, `ocr` where they were recognised.
        confidence: mean confidence of the recognition, 0 to 1; None for text.
    """

    char_start: int
    char_end: int
    method: Literal["text", "ocr"] = "text"
    confidence: float | None = None


class Document(Strict):
    """What a document says. Its text is personal: it goes into no log and no error.

    Attributes:
        sha256: of the file.
    """

    kind: Kind
    text: str
    pages: tuple[Page, ...]
    sha256: str

    def page_of(self, char: int) -> int:
        """Number of the page, from 1, that a character stands on."""
        return max(1, bisect_right([page.char_start for page in self.pages], char))

    def span(self, start: int, end: int) -> Span:
        """The place of a stretch of the text."""
        return Span(
            char_start=start, char_end=end, quote=self.text[start:end], page=self.page_of(start)
        )


@dataclass(frozen=True)
class PageText:
    """A page as its reader gives it."""

    text: str
    method: Literal["text", "ocr"] = "text"
    confidence: float | None = None


def assemble(kind: Kind, pages: Iterable[PageText], sha256: str) -> Document:
    """One document from its pages, a blank line between them."""
    text, made = "", []
    for page in pages:
        text += "\n\n" if text else ""
        start = len(text)
        text += clean(page.text)
        made.append(
            Page(
                char_start=start, char_end=len(text), method=page.method, confidence=page.confidence
            )
        )
    return Document(kind=kind, text=text, pages=tuple(made), sha256=sha256)


def clean(text: str) -> str:
    """Text without ligatures and invisible characters, with plain spaces and line ends."""
    lines = text.replace("\r\n", "\n").translate(_LIGATURES).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


@lru_cache(maxsize=65_536)
def _fold(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char).lower()
    return plain if len(plain) == 1 else char


def fold(text: str) -> str:
    """Lower-case text with full-width and compatibility characters made plain, of the same length.

    So `ＪＡＶＡ：` and the radical `⼯` of a PDF are found, and every place in the folded text is the
    same place in the original.
    """
    return "".join(map(_fold, text))
