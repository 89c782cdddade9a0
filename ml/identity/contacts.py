"""E-mail addresses and phone numbers, brought to one spelling; what names nobody becomes None."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import phonenumbers

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_NOISE = re.compile(r"[\s\-().·]")
#: Boxes that a team reads.
_ROLES = frozenset(
    ("info", "hr", "jobs", "job", "career", "careers", "contact", "admin", "office", "mail",
     "recruiting", "zhaopin")
)  # fmt: skip


def email_address(text: str | None) -> str | None:
    """The address in lower case and half-width characters."""
    plain = unicodedata.normalize("NFKC", text or "").strip().lower()
    return plain if _ADDRESS.fullmatch(plain) else None


def local_part(address: str | None) -> str | None:
    """What stands before the @, without a `+tag`; None for a box that a team reads."""
    local = (address or "").partition("@")[0].partition("+")[0]
    return local if len(local) > 3 and local not in _ROLES else None


@lru_cache(maxsize=1 << 16)
def phone_number(text: str | None, region: str = "CN") -> str | None:
    """The number in E.164; one without a country belongs to `region`."""
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", text or ""))
    if not _E164.fullmatch(plain):
        plain = _parsed(plain, region)
    return None if not plain or len(set(plain[-7:])) == 1 else plain


def _parsed(text: str, region: str) -> str:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
