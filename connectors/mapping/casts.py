"""Casting a column to the type of its contract field. Null in the result means unreadable."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import as_text, per_unique

Kind = Literal["text", "int", "float", "bool", "date", "instant", "list"]

INSTANT = pa.timestamp("us", tz="UTC")
TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_(),
    "date": pa.date32(), "instant": INSTANT, "list": pa.list_(pa.string()),
}  # fmt: skip

#: What a value that cannot be read as a kind is told.
PROBLEMS: dict[Kind, str] = {
    "text": "is not a text",
    "int": "is not a whole number",
    "float": "is not a number",
    "bool": "is neither true nor false",
    "date": "is not a date such as 2026-01-31",
    "instant": "is not a time with a zone such as 2026-01-31T08:00:00Z",
    "list": "is not a list of texts",
}

_INT = re.compile(r"[+-]?[0-9]{1,18}(\.0+)?")
_FLOAT = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_ODATA = re.compile(r"/Date\((-?[0-9]{1,15})([+-][0-9]{4})?\)/")
TRUE_WORDS = ("true", "yes", "y", "1", "on", "t", "是")
FALSE_WORDS = ("false", "no", "n", "0", "off", "f", "否")


def kind_of(dtype: pa.DataType) -> Kind:
    """The kind of an Arrow type of a contract."""
    return next(kind for kind, known in TYPES.items() if known == dtype)


def to_kind(array: pa.Array, kind: Kind) -> pa.Array:
    """The column cast to a kind; what cannot be read as one becomes null."""
    if array.type == TYPES[kind]:
        return _finite(array) if kind == "float" else array
    if array.type == pa.null():
        return array.cast(TYPES[kind])
    if kind == "text":
        return as_text(array)
    if array.type == pa.string():
        return _FROM_TEXT[kind](array)
    return _between_numbers(array, kind)


def _between_numbers(array: pa.Array, kind: Kind) -> pa.Array:
    if kind == "float" and array.type == pa.int64():
        return array.cast(pa.float64(), safe=False)
    if kind == "int" and array.type == pa.float64():
        whole = pc.and_(pc.equal(array, pc.trunc(array)), pc.less(pc.abs(array), 2.0**53))
        return pc.if_else(whole, array, None).cast(pa.int64())
    if kind == "bool" and array.type == pa.int64():
        known = pc.and_(pc.greater_equal(array, 0), pc.less_equal(array, 1))
        return pc.if_else(known, pc.equal(array, 1), None)
    return pa.nulls(len(array), TYPES[kind])


def _finite(array: pa.Array) -> pa.Array:
    finite = pc.is_finite(array)
    return array if pc.all(finite).as_py() else pc.if_else(finite, array, None)


def _tried(array: pa.Array, dtype: pa.DataType) -> pa.Array | None:
    try:
        return array.cast(dtype)
    except pa.ArrowInvalid:
        return None


def _int(array: pa.Array) -> pa.Array:
    odd = pc.any(pc.match_substring_regex(array, "[^0-9-]")).as_py()  # Arrow would read 0x10
    fast = None if odd else _tried(array, pa.int64())
    return fast if fast is not None else per_unique(array, _one_int, pa.int64())


def _one_int(value: object) -> int | None:
    text = str(value)
    return (
        int(text.split(".", maxsplit=1)[0]) if value is not None and _INT.fullmatch(text) else None
    )


def _float(array: pa.Array) -> pa.Array:
    fast = _tried(array, pa.float64())
    return _finite(fast if fast is not None else per_unique(array, _one_float, pa.float64()))


def _one_float(value: object) -> float | None:
    text = str(value)
    return float(text) if value is not None and _FLOAT.fullmatch(text) else None


def _bool(array: pa.Array) -> pa.Array:
    words = pc.utf8_lower(array)
    yes = pc.is_in(words, value_set=pa.array(TRUE_WORDS))
    no = pc.is_in(words, value_set=pa.array(FALSE_WORDS))
    return pc.if_else(pc.or_(yes, no), yes, None)


def _instant(array: pa.Array) -> pa.Array:
    # Looking first is cheap, and a cast that fails costs as much as fifty that succeed.
    first = array.drop_null()[:1].to_pylist()
    is_odata = bool(first) and str(first[0]).startswith("/Date(")
    fast = _odata_instants(array) if is_odata else _tried(array, INSTANT)
    return fast if fast is not None else per_unique(array, one_instant, INSTANT)


def _odata_instants(array: pa.Array) -> pa.Array | None:
    """`/Date(milliseconds+offset)/` of OData v2; the offset says how it was entered, no more."""
    found = pc.extract_regex(array, r"^/Date\((?P<ms>-?[0-9]{1,15})(?:[+-][0-9]{4})?\)/$")
    if found.null_count != array.null_count:
        return None
    ms = pc.struct_field(found, "ms").cast(pa.int64())
    return pc.if_else(array.is_valid(), ms, None).cast(pa.timestamp("ms", tz="UTC")).cast(INSTANT)


def one_instant(value: object) -> datetime | None:
    """A single text as an instant; None when it is none or names no zone."""
    if value is None:
        return None
    odata = _ODATA.fullmatch(str(value))
    try:
        if odata:
            return datetime.fromtimestamp(int(odata[1]) / 1000, UTC)
        parsed = datetime.fromisoformat(str(value))
        return parsed.astimezone(UTC) if parsed.tzinfo else None
    except (ValueError, OverflowError, OSError):
        return None


def _date(array: pa.Array) -> pa.Array:
    fast = _tried(array, pa.date32())
    return fast if fast is not None else per_unique(array, one_date, pa.date32())


def one_date(value: object) -> date | None:
    """A single text as a date. A time is one at midnight only: at any other hour its date would
    depend on a zone that nobody has named (see the transform `local_date`).
    """
    if value is None:
        return None
    text = str(value)
    odata = _ODATA.fullmatch(text)
    try:
        if odata:
            moment = datetime.fromtimestamp(int(odata[1]) / 1000, UTC)
        elif len(text) < 11:
            return date.fromisoformat(text) if text[4:5] == "-" else None
        else:
            moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    at_midnight = (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)
    return moment.date() if at_midnight else None


def _list(array: pa.Array) -> pa.Array:
    """A text is not a list: the mapping must say how to split it."""
    return pa.nulls(len(array), TYPES["list"])


_FROM_TEXT: dict[Kind, Callable[[pa.Array], pa.Array]] = {
    "int": _int, "float": _float, "bool": _bool, "date": _date, "instant": _instant, "list": _list,
}  # fmt: skip
