"""PDF: the text of each page, or what is recognised on it where it is a picture."""

from __future__ import annotations

import pypdfium2 as pdfium

from interview.intake.document import Limits, PageText
from interview.intake.ocr import recognise
from talentloop.errors import DocumentError

#: A page with fewer characters than this is a scan, perhaps with a number printed on it.
_FEWEST_CHARACTERS = 16
_DOTS_PER_INCH = 300
_POINTS_PER_INCH = 72


def read_pdf(data: bytes, where: str, limits: Limits) -> list[PageText]:
    """The pages of a PDF; those without text are rendered and recognised.

    Raises:
        DocumentError: broken, protected by a password, or more pages than the limits allow.
    """
    try:
        opened = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise _unreadable(where, is_locked="password" in str(error).lower()) from None
    try:
        if not 1 <= len(opened) <= limits.max_pages:
            raise DocumentError(
                f"The PDF has {len(opened)} pages; 1 to {limits.max_pages} are read",
                where=where,
                remedy="Give the résumé alone, without its attachments.",
            )
        return _pages(opened, where, limits)
    except pdfium.PdfiumError:
        raise _unreadable(where, is_locked=False) from None
    finally:
        opened.close()


def _pages(opened: pdfium.PdfDocument, where: str, limits: Limits) -> list[PageText]:
    made, recognised = [], 0
    for page in opened:
        textpage = page.get_textpage()
        text = textpage.get_text_bounded()
        textpage.close()
        if _needs_recognition(page, text):
            recognised += 1
            if recognised > limits.max_ocr_pages:
                raise DocumentError(
                    f"The PDF has more than {limits.max_ocr_pages} scanned pages",
                    where=where,
                    remedy="Give the résumé alone, or as text.",
                )
            made.append(_scanned(page, where, limits))
        else:
            made.append(PageText(text))
        page.close()
    return made


def _needs_recognition(page: pdfium.PdfPage, text: str) -> bool:
    """Whether its words are in a picture, or drawn as outlines, which leave no character at all."""
    characters = len("".join(text.split()))
    if characters >= _FEWEST_CHARACTERS:
        return False
    kinds = {each.type for each in page.get_objects()}
    return pdfium.raw.FPDF_PAGEOBJ_IMAGE in kinds or (not characters and bool(kinds))


def _scanned(page: pdfium.PdfPage, where: str, limits: Limits) -> PageText:
    width, height = page.get_size()
    scale = _DOTS_PER_INCH / _POINTS_PER_INCH
    if width * height * scale * scale > limits.max_pixels:
        scale = (limits.max_pixels / (width * height)) ** 0.5
    return recognise(page.render(scale=scale, grayscale=True).to_pil(), where, limits)


def _unreadable(where: str, *, is_locked: bool) -> DocumentError:
    if is_locked:
        return DocumentError(
            "The PDF is protected by a password",
            where=where,
            remedy="Ask for it without a password; none is guessed.",
        )
    return DocumentError(
        "The PDF is broken",
        where=where,
        remedy="Open it in a viewer and print it to a new PDF.",
    )
