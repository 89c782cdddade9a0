"""An expectation of our own: a score's share of its scale follows from the score and the scale."""

from __future__ import annotations

from typing import Any

import pandas as pd
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (
    multicolumn_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_map_metric_provider import (
    MulticolumnMapMetricProvider,
)

#: Contracts round shares to nine decimals.
PRECISION = 1e-6


class MulticolumnValuesFollowScale(MulticolumnMapMetricProvider):
    """True where |share − (raw − min) ÷ (max − min)| is at most `PRECISION`."""

    condition_metric_name = "multicolumn_values.follow_scale"
    condition_domain_keys = (
        "batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if",
    )  # fmt: skip
    condition_value_keys = ()

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, **_: Any) -> pd.Series:  # noqa: N805
        raw, low, high, share = (column_list.iloc[:, i] for i in range(4))
        return (share * (high - low) - (raw - low)).abs() <= PRECISION * (high - low)


class ExpectScoreToFollowScale(MulticolumnMapExpectation):
    """Expect `column_list` = [raw, scale min, scale max, share] to satisfy the definition of share.

    An empty scale (max ≤ min) fails, because no share is defined on it.
    """

    map_metric = "multicolumn_values.follow_scale"
    args_keys = ("column_list",)
