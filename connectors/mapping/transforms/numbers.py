"""Transforms to numbers and truth values."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.casts import PROBLEMS, to_kind
from connectors.mapping.transforms.registry import Step, transform


def _without_thousands(cells: pa.Array) -> pa.Array:
    """1,234,567 and 1 234 567 without their separators; other uses of a comma stay unreadable."""
    grouped = pc.match_substring_regex(cells, r"^[+-]?[0-9]{1,3}([,  ][0-9]{3})+(\.[0-9]+)?$")
    if not pc.any(grouped).as_py():
        return cells
    bare = pc.replace_substring_regex(cells, "[,  ]", "")
    return pc.if_else(grouped, bare, cells)


@transform("int", "text", "int", problem=PROBLEMS["int"], example="1,234 → 1234")
def whole() -> Step:
    """A whole number; thousands separators are allowed."""
    return lambda cells: to_kind(_without_thousands(cells), "int")


@transform("float", "text", "float", problem=PROBLEMS["float"], example="1,234.5 → 1234.5")
def number() -> Step:
    """A number with a decimal point; thousands separators are allowed."""
    return lambda cells: to_kind(_without_thousands(cells), "float")


@transform("percent", "text", "float", problem="is not a percentage", example="90 % → 90.0")
def percent() -> Step:
    """The number before a percent sign, which may be missing."""

    def run(cells: pa.Array) -> pa.Array:
        return to_kind(pc.replace_substring_regex(cells, r"\s*[%％]$", ""), "float")

    return run


@transform("bool", "text", "bool", problem=PROBLEMS["bool"], example="Y → true")
def truth() -> Step:
    """True for true, yes, y, t, 1, on, 是; false for false, no, n, f, 0, off, 否; any case."""
    return lambda cells: to_kind(cells, "bool")


@transform(
    "scale", "float", "float", problem="lies outside its scale", example="scale(1, 5): 4 → 0.75"
)
def scale(low: float, high: float) -> Step:
    """A number on the scale low..high as a share of it, 0..1: (value - low) ÷ (high - low)."""
    if not high > low:
        raise ValueError("the scale is empty")

    def run(cells: pa.Array) -> pa.Array:
        inside = pc.and_(pc.greater_equal(cells, low), pc.less_equal(cells, high))
        share = pc.round(pc.divide(pc.subtract(cells, low), high - low), 9)
        return pc.if_else(inside, share, None)

    return run
