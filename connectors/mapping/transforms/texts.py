"""Transforms of text."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import trimmed
from connectors.mapping.transforms.registry import Step, transform


@transform("strip", "text", "text", may_blank=True, example='strip("#"): #42# → 42')
def strip(characters: str = "") -> Step:
    """White space removed from both ends, or the characters given."""
    if not characters:
        return trimmed
    return lambda cells: trimmed(pc.utf8_trim(cells, characters=characters))


@transform("null_if", "text", "text", may_blank=True, example='null_if("N/A"): N/A → no value')
def null_if(text: str) -> Step:
    """No value where the source writes this text instead of one."""
    return lambda cells: pc.if_else(pc.equal(cells, text), None, cells)


@transform("lower", "text", "text", example="Sales → sales")
def lower() -> Step:
    """Lower case."""
    return lambda cells: pc.utf8_lower(cells)  # noqa: PLW0108 - pyarrow is untyped


@transform("upper", "text", "text", example="cny → CNY")
def upper() -> Step:
    """Upper case."""
    return lambda cells: pc.utf8_upper(cells)  # noqa: PLW0108 - pyarrow is untyped


@transform("zero_pad", "text", "text", example="zero_pad(6): 42 → 000042")
def zero_pad(width: int) -> Step:
    """Zeros in front, up to `width` characters: restores what a spreadsheet took away."""
    if not 1 <= width <= 200:
        raise ValueError("width must be between 1 and 200")
    return lambda cells: pc.utf8_lpad(cells, width=width, padding="0")


@transform("strip_leading", "text", "text", example="000042 → 42")
def strip_leading(keep: int = 1) -> Step:
    """Zeros in front removed, but at least `keep` characters left."""
    if not 1 <= keep <= 200:
        raise ValueError("keep must be between 1 and 200")

    def run(cells: pa.Array) -> pa.Array:
        bare = pc.utf8_ltrim(cells, characters="0")
        padded = pc.utf8_lpad(bare, width=keep, padding="0")
        # A text shorter than `keep` was never padded by its source: leave it as it is.
        return pc.if_else(pc.greater_equal(pc.utf8_length(cells), keep), padded, cells)

    return run


@transform("split", "text", "list", example='split(";"): SQL; Python → two items')
def split(separator: str) -> Step:
    """A list of the parts between separators, trimmed, without blank parts."""
    if not separator:
        raise ValueError('the separator is empty; quote it, as in split(",")')

    def one(text: str | None) -> list[str] | None:
        if text is None:
            return None
        return [part.strip() for part in text.split(separator) if part.strip()]

    def run(cells: pa.Array) -> pa.Array:
        return pa.array([one(text) for text in cells.to_pylist()], pa.list_(pa.string()))

    return run
