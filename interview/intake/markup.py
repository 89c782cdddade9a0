"""HTML: its visible text, a line for each block and a tab between cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from interview.intake.document import PageText
from interview.intake.plain import decode
from talentloop.errors import DocumentError

_SILENT = {"script", "style", "noscript", "template", "head", "svg", "iframe", "object"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "form",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "table", "tr", "ul",
}  # fmt: skip
_CELLS = {"td", "th"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0", re.I)
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.I)


def read_html(data: bytes, where: str) -> list[PageText]:
    """The text that a reader of the page sees, as one page; hidden parts are left out.

    Raises:
        DocumentError: nothing can be made of it.
    """
    text = _decode(data, where)
    # An encoding named in the text itself would be read as an error of a str.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        root = html.document_fromstring(text)
    except (etree.LxmlError, ValueError):
        raise DocumentError(
            "The HTML file has no content",
            where=where,
            remedy="Open it in a browser, and save it again or print it to PDF.",
        ) from None
    joined = "".join(_pieces(root))
    lines = (re.sub(r"[ \r\f\v]+", " ", line).strip(" ") for line in joined.split("\n"))
    return [PageText("\n".join(line for line in lines if line.strip()))]


def _decode(data: bytes, where: str) -> str:
    named = _CHARSET.search(data[:4096])
    if named is not None:
        try:
            return data.decode(named.group(1).decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass  # the page is mistaken about itself; the bytes decide
    return decode(data, where)


def _pieces(node: Any) -> Iterator[str]:
    """The text below a node. Bounded by the parser, which refuses deeper nesting than 256."""
    tag = node.tag
    if not isinstance(tag, str) or tag in _SILENT or _is_hidden(node):
        return
    if tag in _BLOCKS:
        yield "\n"
    yield _inline(node.text)
    for child in node:
        yield from _pieces(child)
        yield _inline(child.tail)
    yield "\t" if tag in _CELLS else "\n" if tag in _BLOCKS else ""


def _is_hidden(node: Any) -> bool:
    return node.get("hidden") is not None or bool(_HIDDEN.search(node.get("style") or ""))


def _inline(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")
