"""Documents made by the tests that read them."""

from __future__ import annotations

import io
import os
from pathlib import Path

import docx
import pytest
from PIL import Image, ImageDraw, ImageFont
from weasyprint import HTML

from interview.intake.ocr import missing_languages

FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
needs_ocr = pytest.mark.skipif(
    missing_languages() != () or not FONT.exists(),
    reason="needs tesseract with chi_sim and eng, and Noto Sans CJK to draw with",
)


def pdf(html: str) -> bytes:
    """A PDF with text, as a browser would print it."""
    return bytes(HTML(string=html).write_pdf())


def picture(lines: list[str], size: int = 44) -> Image.Image:
    """Lines of text, drawn."""
    image = Image.new("L", (1240, 120 + len(lines) * (size + 26)), 255)
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(str(FONT), size)
    for row, line in enumerate(lines):
        pen.text((60, 60 + row * (size + 26)), line, font=font, fill=0)
    return image


def image_bytes(image: Image.Image, kind: str) -> bytes:
    """An image as a file; `PDF` makes a scan of one page."""
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def word_document(paragraphs: list[str], table: list[list[str]]) -> docx.document.Document:
    """A document with paragraphs and a table behind them."""
    made = docx.Document()
    for paragraph in paragraphs:
        made.add_paragraph(paragraph)
    grid = made.add_table(len(table), len(table[0]))
    for row, cells in zip(grid.rows, table, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    return made


def locked_pdf() -> bytes:
    """A PDF whose key answers to no password that anybody knows."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O<" + b"ab" * 32 + b">/U<" + b"cd" * 32 + b">>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    trailer = b"trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]>>\n"
    return body + table + trailer + b"startxref\n%d\n%%%%EOF" % len(body)


def sparse_file(path: Path, size: int) -> Path:
    """A file of a size that takes no room."""
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        os.truncate(file.fileno(), size)
    return path
