"""From Python values, as JSON or a file reader gives them, to Arrow columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

#: Types that Arrow infers without changing a value. Others it would coerce: a date beside a
#: timestamp loses its time, bytes beside text turn text into bytes.
_SAFE = {pa.null(), pa.bool_(), pa.int64(), pa.float64(), pa.string(), pa.list_(pa.string())}


def to_arrow(values: Sequence[object]) -> tuple[pa.Array, pa.Array | None]:
    """A column of the values' own type, or of text where they are mixed.

    Text is trimmed, and blank text is null. What has no text form (an object, a list among other
    values) is null too; the second result marks it, and is None where there is nothing such.
    """
    try:
        array = pa.array(values)
    except (pa.ArrowException, OverflowError, UnicodeEncodeError):
        array = None
    if array is not None and array.type == pa.list_(pa.null()):
        array = array.cast(pa.list_(pa.string()))
    if array is not None and array.type in _SAFE:
        return (trimmed(array) if array.type == pa.string() else array), None
    texts = [text_of(value) for value in values]
    formless = [
        text is None and value is not None for text, value in zip(texts, values, strict=True)
    ]
    return trimmed(pa.array(texts, pa.string())), pa.array(formless) if any(formless) else None


def trimmed(texts: pa.Array) -> pa.Array:
    """Text without white space around it; blank text is null."""
    bare = pc.utf8_trim_whitespace(texts)
    blank = pc.equal(bare, "")
    if pc.any(blank).as_py():
        bare = pc.if_else(blank, pa.scalar(None, pa.string()), bare)
    return bare


def text_of(value: object) -> str | None:
    """The text of a single value; None where it has none."""
    if isinstance(value, str):
        return value if value.isascii() or _encodes(value) else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, (int, Decimal)):
        return str(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return None


#: YAML reads an unquoted Yes or No as a truth value.
_YAML_WORDS = {True: ("true", "yes", "on"), False: ("false", "no", "off")}


def spellings(written: object) -> list[str]:
    """The texts that a value written in a mapping stands for: one, but all of YAML's for a truth."""
    if isinstance(written, bool):
        return [s for word in _YAML_WORDS[written] for s in (word, word.capitalize(), word.upper())]
    return [(text_of(written) or "").strip()]


def _encodes(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return True


def _float_text(value: float) -> str:
    """12.0 is the text 12: spreadsheets and JSON writers add the fraction by themselves."""
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def as_text(array: pa.Array) -> pa.Array:
    """A column as text; null where it has no text form."""
    if array.type == pa.string():
        return array
    if array.type == pa.bool_():
        return pc.if_else(array, "true", "false")
    if array.type == pa.float64():
        return per_unique(array, lambda v: _float_text(float(str(v))), pa.string())
    if array.type == pa.int64():
        return array.cast(pa.string())
    return pa.nulls(len(array), pa.string())


def per_unique(
    array: pa.Array, convert: Callable[[object], object], result: pa.DataType
) -> pa.Array:
    """Apply a Python function once to each distinct value; null where it returns None."""
    encoded = array.dictionary_encode()
    converted = pa.array([convert(v) for v in encoded.dictionary.to_pylist()], result)
    return converted.take(encoded.indices)
