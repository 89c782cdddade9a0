"""Imputation and encoding, learnt from the training rows and kept inside the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from ml.arrays import Floats, Ints
from ml.config import Feature

OTHER = "other"
UNKNOWN = "unknown"


class NumberCode(BaseModel):
    """A number: its stand-in when missing, and whether a column says that it was."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["number"] = "number"
    name: str
    fill: float
    flag_missing: bool
    monotone: int


class CategoryCode(BaseModel):
    """A category: one column per level; a level too rare or new counts as `other`."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["category"] = "category"
    name: str
    levels: tuple[str, ...]


class Encoding(BaseModel):
    """Turns the inputs of a model into the numeric matrix that it learns from."""

    model_config = ConfigDict(frozen=True)

    codes: tuple[NumberCode | CategoryCode, ...]

    @property
    def columns(self) -> list[str]:
        """Names of the matrix's columns."""
        return [column for code in self.codes for column in _columns_of(code)]

    @property
    def owners(self) -> Ints:
        """For each column of the matrix, the position of its feature."""
        spans = [len(_columns_of(code)) for code in self.codes]
        return np.repeat(np.arange(len(spans)), spans).astype(np.int64)

    @property
    def monotone(self) -> tuple[int, ...]:
        """For each column of the matrix, the promised direction: +1, -1 or 0."""
        signs: list[int] = []
        for code in self.codes:
            own = [code.monotone] if isinstance(code, NumberCode) else []
            signs += own + [0] * (len(_columns_of(code)) - len(own))
        return tuple(signs)

    def transform(self, inputs: pd.DataFrame) -> Floats:
        """The matrix, shape (rows, len(columns)), without a missing value."""
        parts = [part for code in self.codes for part in _encode(code, inputs[code.name])]
        return np.column_stack(parts).astype(np.float64)


def _columns_of(code: NumberCode | CategoryCode) -> list[str]:
    if isinstance(code, CategoryCode):
        return [f"{code.name}={level}" for level in code.levels]
    return [code.name, f"{code.name}__missing"] if code.flag_missing else [code.name]


def _encode(code: NumberCode | CategoryCode, values: pd.Series) -> list[Floats]:
    if isinstance(code, CategoryCode):
        levels = np.array(known_levels(values, code.levels), dtype=object)
        return [(levels == level).astype(np.float64) for level in code.levels]
    numbers = values.to_numpy(dtype=np.float64)
    is_missing = np.isnan(numbers)
    filled = np.where(is_missing, code.fill, numbers)
    return [filled, is_missing.astype(np.float64)] if code.flag_missing else [filled]


def known_levels(values: pd.Series, levels: Sequence[str]) -> list[str]:
    """Each value as one of the levels, or `unknown` when missing and `other` when new or rare."""
    known = set(levels)
    named = [UNKNOWN if pd.isna(value) else str(value) for value in values]
    return [value if value in known else OTHER for value in named]


def fit_encoding(
    inputs: pd.DataFrame, features: Sequence[Feature], min_level_rows: int
) -> Encoding:
    """Learn stand-ins and levels from training rows.

    Levels with fewer than `min_level_rows` rows are `other`. A number missing in every row is
    imputed as 0.
    """
    codes: list[NumberCode | CategoryCode] = []
    for feature in features:
        if feature.type == "category":
            levels = _frequent_levels(inputs[feature.name], min_level_rows)
            codes.append(CategoryCode(name=feature.name, levels=levels))
        else:
            codes.append(
                NumberCode(
                    name=feature.name,
                    fill=_stand_in(inputs[feature.name], feature),
                    flag_missing=feature.flag_missing,
                    monotone=feature.monotone,
                )
            )
    return Encoding(codes=tuple(codes))


def _stand_in(values: pd.Series, feature: Feature) -> float:
    if not isinstance(feature.impute, str):
        return float(feature.impute)
    middle = values.median()
    return 0.0 if pd.isna(middle) else float(middle)


def _frequent_levels(values: pd.Series, min_rows: int) -> tuple[str, ...]:
    counts = values.fillna(UNKNOWN).value_counts()
    frequent = sorted(str(level) for level, n in counts.items() if n >= min_rows)
    return (*(level for level in frequent if level != OTHER), OTHER)
