"""Transforms of contacts and identity numbers."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import per_unique
from connectors.mapping.transforms.registry import Step, transform

_CHINESE_MOBILE = r"^(?:(?:\+|00)?86)?(?P<mobile>1[3-9][0-9]{9})$"
_EMAIL = r"^[^@\s,;]+@[^@\s,;.]+(\.[^@\s,;.]+)+$"


@transform(
    "phone_e164", "text", "text", problem="is not a phone number that could exist",
    example="138-0013-8000 → +8613800138000",
)  # fmt: skip
def phone_e164(region: str = "CN") -> Step:
    """A phone number in E.164; `region` (ISO 3166) is assumed where no country code is written."""
    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"{region!r} is not a region such as CN")
    one = _one_phone(region)

    def run(cells: pa.Array) -> pa.Array:
        if region != "CN":
            return per_unique(cells, one, pa.string())
        # Nearly all numbers are Chinese mobiles, and phonenumbers takes 50 µs for each.
        bare = pc.replace_substring_regex(cells, r"[\s()\-.]", "")
        mobile = pc.struct_field(pc.extract_regex(bare, _CHINESE_MOBILE), "mobile")
        quick = pc.binary_join_element_wise("+86", mobile, "")
        rest = pc.and_(quick.is_null(), cells.is_valid())
        if not pc.any(rest).as_py():
            return quick
        return pc.coalesce(quick, per_unique(pc.if_else(rest, cells, None), one, pa.string()))

    return run


def _one_phone(region: str) -> Callable[[object], str | None]:
    def convert(text: object) -> str | None:
        if text is None:
            return None
        try:
            parsed = phonenumbers.parse(str(text), region)
        except phonenumbers.NumberParseException:
            return None
        if not phonenumbers.is_possible_number(parsed):
            return None
        return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))

    return convert


@transform(
    "email", "text", "text", problem="is not an e-mail address", example="A.Li@X.com → a.li@x.com"
)
def email() -> Step:
    """An e-mail address in lower case."""

    def run(cells: pa.Array) -> pa.Array:
        low = pc.utf8_lower(cells)
        return pc.if_else(pc.match_substring_regex(low, _EMAIL), low, None)

    return run


@transform(
    "hash", "text", "text", problem="cannot be hashed", needs_key=True,
    example="identity number → 32 hex characters",
)  # fmt: skip
def keyed_hash(key: bytes) -> Step:
    """HMAC-SHA256 under this installation's key, as `talentloop.ids.keyed_hash` makes it.

    White space and case decide; put `strip` and `upper` before it.
    """

    def one(text: str | None) -> str | None:
        if text is None:
            return None
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]

    return lambda cells: pa.array([one(text) for text in cells.to_pylist()], pa.string())
