"""Personal data hidden from a text, character by character, so that places stay where they are.

Rules find what has a form: addresses of mail and web, numbers of phones and documents (in digits or
spelt out), and names where somebody introduces themselves. A name that is merely mentioned has no
form; the caller passes the names that it knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

HIDDEN = "█"

_DIGIT_WORDS = "zero|one|two|three|four|five|six|seven|eight|nine|oh|double"
_ENGLISH_NAME = r"[A-Z][\w'-]+(?:\s+(?:al-|de\s|van\s)?[A-Z][\w'-]+){0,3}"
_PATTERNS = (
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?:https?://|www\.)\S+"),
    re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,2}\d{6,9}(?![A-Za-z0-9])"),
    re.compile(r"(?<![\d.])\+?\d(?:[\s().-]{0,2}\d){6,18}[Xx]?(?![\d])"),
    re.compile(r"[〇零一二三四五六七八九幺两]{7,}"),
    re.compile(rf"(?i)\b(?:{_DIGIT_WORDS})(?:[\s,-]+(?:{_DIGIT_WORDS})){{6,}}\b"),
    re.compile(r"(?:我叫|我的名字叫?是?|本人姓名|我姓)([\u4e00-\u9fff·]{1,4})"),
    re.compile(rf"(?:[Mm]y name is|[Mm]y name's|[Ii]'m called|[Cc]all me)\s+({_ENGLISH_NAME})"),
    re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr)\.?\s+({_ENGLISH_NAME})"),
    re.compile(r"(?:微信号?|QQ|身份证号?|工号)[是为:：\s]*([A-Za-z0-9_-]{5,})"),
)


def mask(text: str, names: Iterable[str] = ()) -> str:
    """The text with personal data as `█`, of the same length.

    Args:
        names: to hide wherever they stand, in any case.
    """
    known = [re.compile(re.escape(name), re.IGNORECASE) for name in names if name.strip()]
    for pattern in (*_PATTERNS, *known):
        text = pattern.sub(_hidden, text)
    return text


def _hidden(found: re.Match[str]) -> str:
    whole, offset = found.group(0), found.start(0)
    start, end = found.span(1) if found.re.groups else found.span(0)
    start, end = start - offset, end - offset
    return whole[:start] + HIDDEN * (end - start) + whole[end:]
