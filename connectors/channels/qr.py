"""A link as a QR code."""

from __future__ import annotations

import io

import segno

_SCALE = 6


def qr_png(link: str) -> bytes:
    """The code as a PNG picture, black on white with a quiet zone, fit for mail and print."""
    buffer = io.BytesIO()
    _code(link).save(buffer, kind="png", scale=_SCALE)
    return buffer.getvalue()


def qr_svg(link: str) -> str:
    """The code as an inline SVG element, for pages."""
    return _code(link).svg_inline(scale=_SCALE)


def _code(link: str) -> segno.QRCode:
    return segno.make_qr(link, error="m")
