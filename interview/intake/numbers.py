"""Small numbers as résumés and job descriptions write them: 3, 三, 十五, ten."""

from __future__ import annotations

_HANZI = "一二三四五六七八九"
_WORDS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    "twenty",
)  # fmt: skip

#: Patterns of a number in Chinese text and in English text, without a group of their own.
CHINESE = rf"(?:\d{{1,2}}|[{_HANZI}]?十[{_HANZI}]?|[{_HANZI}两])"
ENGLISH = rf"(?:\d{{1,2}}|\b(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))})\b)"


def count(written: str) -> int:
    """The number that one of the patterns has found: 十五 is 15, 二十 is 20, ten is 10."""
    if written.isascii():
        return _WORDS.index(written) + 1 if written in _WORDS else int(written)
    if written == "两":
        return 2
    tens, ten, ones = written.rpartition("十")
    value = (_HANZI.index(tens) + 1 if tens else 1) * 10 if ten else 0
    return value + (_HANZI.index(ones) + 1 if ones else 0)
