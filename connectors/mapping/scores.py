"""Scores as shares of their scale, where the mapping gives only the raw score and the scale."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.compiler import DERIVED
from connectors.mapping.rejects import Faults

_REMEDY = "Correct the score or the scale (scale_min, scale_max in the mapping), and replay."


def add_shares(columns: dict[str, pa.Array], faults: Faults) -> set[str]:
    """Fill `score_0_1` or `rating_0_1` by (raw - min) ÷ (max - min), as
    `talentloop.contracts.normalise_score` does; a score outside its scale is a fault.

    Returns:
        The columns filled. Where one is null, its score or scale has a fault already.
    """
    filled = set()
    for share, raw in DERIVED.items():
        if raw not in columns or share in columns:
            continue
        low, high, score = columns["scale_min"], columns["scale_max"], columns[raw]
        empty = pc.less_equal(high, low)
        faults.add("scale_max", empty, "empty_scale", "leaves the scale empty", _REMEDY)
        outside = pc.or_(pc.less(score, low), pc.greater(score, high))
        faults.add(
            raw, pc.and_not(outside, empty), "outside_scale", "lies outside its scale", _REMEDY,
            score.to_pylist() if pc.any(outside).as_py() else (),
        )  # fmt: skip
        width = pc.if_else(empty, None, pc.subtract(high, low))
        columns[share] = pc.round(pc.divide(pc.subtract(score, low), width), 9)
        filled.add(share)
    return filled
