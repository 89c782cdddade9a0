"""Features as a model reads them: numbers as floats, categories as texts, missing as missing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import pandas as pd

from ml.config import Feature
from talentloop.errors import ModelError


def as_inputs(rows: pd.DataFrame, features: Sequence[Feature]) -> pd.DataFrame:
    """The features in their declared order and types.

    Numbers and booleans become float64 (NaN where missing), categories objects (None where
    missing). The same values always give the same frame, whatever types they came in.

    Raises:
        ModelError: a feature is not among the columns, or does not hold its type.
    """
    missing = [f.name for f in features if f.name not in rows.columns]
    if missing:
        raise ModelError(
            f"The feature table lacks {', '.join(missing)}",
            where="features of the model",
            remedy="Build the warehouse again, or correct config/models.",
        )
    columns = {f.name: _column(rows[f.name], f) for f in features}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(rows)))


def _column(values: pd.Series, feature: Feature) -> pd.Series:
    if feature.type == "category":
        texts = [None if pd.isna(value) else str(value) for value in values]
        return pd.Series(texts, dtype=object)
    try:
        numbers = [float("nan") if pd.isna(value) else float(value) for value in values]
    except (TypeError, ValueError):
        raise ModelError(
            f"Feature {feature.name} holds something that is not a {feature.type}",
            where=f"column {feature.name}",
            remedy="Correct the feature table, or the type in config/models.",
        ) from None
    return pd.Series(numbers, dtype="float64")


def row_hashes(inputs: pd.DataFrame) -> list[str]:
    """Per row, sixteen hex characters of what the model is shown; decimals beyond nine are noise."""
    return [
        hashlib.sha256(json.dumps(row, ensure_ascii=False).encode()).hexdigest()[:16]
        for row in _plain_rows(inputs)
    ]


def _plain_rows(frame: pd.DataFrame) -> list[list[float | str | None]]:
    columns = [
        [
            None if pd.isna(value) else round(value, 9) if isinstance(value, float) else str(value)
            for value in frame[name]
        ]
        for name in frame.columns
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def frame_hash(frame: pd.DataFrame) -> str:
    """SHA-256 of a frame's columns and values, in their order: a data version."""
    digest = hashlib.sha256(json.dumps(list(frame.columns)).encode())
    for row in _plain_rows(frame):
        digest.update(json.dumps(row, ensure_ascii=False).encode())
    return digest.hexdigest()
