"""What a training starts from."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ml.arrays import Floats
from ml.config import ModelRule
from ml.frame import FeatureTable
from ml.split import Split


@dataclass(frozen=True)
class Work:
    """What a training starts from: matured rows, their outcomes, and how they are cut."""

    rule: ModelRule
    table: FeatureTable
    rows: pd.DataFrame
    y: Floats
    split: Split
    data_version: str
