"""Text recognition of images by tesseract, Chinese and English."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any

import pytesseract  # type: ignore[import-untyped]
from PIL import Image, ImageOps, UnidentifiedImageError

from interview.intake.document import Limits, PageText
from talentloop.errors import DocumentError

LANGUAGES = ("chi_sim", "eng")
#: Below this mean confidence what was recognised is noise.
MIN_CONFIDENCE = 0.35
#: A letter of a smaller image is below the 20 pixels that tesseract needs; it is doubled.
_SMALL_WIDTH = 1000
_CJK = r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]"
_GAP = re.compile(rf"(?<={_CJK}) (?={_CJK})")
_COLUMNS = ("block_num", "par_num", "line_num", "text", "conf", "left", "width", "height")


@lru_cache(maxsize=1)
def missing_languages() -> tuple[str, ...] | None:
    """Languages that the installed tesseract lacks; None where there is no tesseract."""
    try:
        known = pytesseract.get_languages(config="")
    except (pytesseract.TesseractNotFoundError, pytesseract.TesseractError):
        return None
    return tuple(each for each in LANGUAGES if each not in known)


def read_image(data: bytes, where: str, limits: Limits) -> list[PageText]:
    """The text in an image file, each of its frames a page.

    Raises:
        DocumentError: no image, too large, without text, or tesseract is not there.
    """
    # The limit is ours to report; Pillow's own is a warning that a process may have silenced.
    try:
        with Image.open(io.BytesIO(data)) as image:
            frames = getattr(image, "n_frames", 1)
            if image.width * image.height > limits.max_pixels or frames > limits.max_ocr_pages:
                raise DocumentError(
                    f"The image has more than {limits.max_pixels} pixels "
                    f"or {limits.max_ocr_pages} pages",
                    where=where,
                    remedy="Save it in a lower resolution; 300 dots per inch are enough.",
                )
            pages = []
            for frame in range(frames):
                image.seek(frame)
                pages.append(recognise(ImageOps.exif_transpose(image), where, limits))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise DocumentError(
            "The image file is broken",
            where=where,
            remedy="Open it in a viewer and save it again as PNG.",
        ) from None
    return pages


def recognise(image: Image.Image, where: str, limits: Limits) -> PageText:
    """The text of one page's image; empty where there is none that can be trusted.

    Raises:
        DocumentError: tesseract or one of its languages is missing, or it takes too long.
    """
    _ready(where)
    grey = ImageOps.autocontrast(image.convert("L"))
    if grey.width < _SMALL_WIDTH:
        grey = grey.resize((grey.width * 2, grey.height * 2), Image.Resampling.LANCZOS)
    try:
        found: dict[str, list[Any]] = pytesseract.image_to_data(
            grey, lang="+".join(LANGUAGES), timeout=limits.ocr_seconds,
            output_type=pytesseract.Output.DICT,
        )  # fmt: skip
    except RuntimeError:  # both a time-out and a failure of the program
        raise DocumentError(
            f"The text of a page could not be recognised within {limits.ocr_seconds} s",
            where=where,
            remedy="Give the document as text, or a page in a lower resolution.",
        ) from None
    return _page(found)


@dataclass(frozen=True)
class _Word:
    line: tuple[int, int, int]
    text: str
    confidence: float
    left: int
    right: int
    height: int


def _page(found: dict[str, list[Any]]) -> PageText:
    words = [
        _Word((block, par, line), str(text), float(conf) / 100, left, left + width, height)
        for block, par, line, text, conf, left, width, height in zip(
            *(found[name] for name in _COLUMNS), strict=True
        )
        if str(text).strip() and float(conf) >= 0
    ]
    if not words:
        return PageText("", "ocr", 0.0)
    letters = sum(len(word.text) for word in words)
    mean = sum(len(word.text) * word.confidence for word in words) / letters
    if mean < MIN_CONFIDENCE:
        return PageText("", "ocr", round(mean, 3))
    lines = (_joined(list(line)) for _, line in groupby(words, lambda word: word.line))
    return PageText("\n".join(lines), "ocr", round(mean, 3))


def _joined(words: list[_Word]) -> str:
    """A line: no space inside Chinese, one between words, two where columns stand apart."""
    text = words[0].text
    for before, word in pairwise(words):
        is_apart = word.left - before.right > max(before.height, word.height)
        text += ("  " if is_apart else " ") + word.text
    return _GAP.sub("", text)


def _ready(where: str) -> None:
    missing = missing_languages()
    if missing is None or missing:
        raise DocumentError(
            "Text in images cannot be recognised: tesseract"
            + (f" lacks {', '.join(missing)}" if missing else " is not installed"),
            where=where,
            remedy="Install tesseract-ocr with tesseract-ocr-chi-sim, or give the text itself.",
        )
