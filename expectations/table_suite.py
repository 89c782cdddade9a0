"""From the description of a table to its suite."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from expectations.builders import build
from expectations.engine import Column, gx, gxe
from expectations.outcome import TOLERANT
from expectations.rules import Batch
from expectations.tables import TableSpec


def table_suite(spec: TableSpec, batch: Batch, extra: Iterator[Any] | None = None) -> Any:
    """The suite `out.<table>`."""
    expectations = list(_of_table(spec))
    for rule in spec.rules:
        expectations += build(rule, batch)
    expectations += extra or ()
    return gx.ExpectationSuite(name=f"out.{spec.name}", expectations=expectations)


def _of_table(spec: TableSpec) -> Iterator[Any]:
    yield gxe.ExpectTableColumnsToMatchOrderedList(
        column_list=list(spec.columns), description="the columns are those agreed, in their order"
    )
    if not spec.may_be_empty:
        yield gxe.ExpectTableRowCountToBeBetween(min_value=1, description="there are rows")
    for name in (*spec.key, *spec.required):
        yield gxe.ExpectColumnValuesToNotBeNull(column=name, description=f"{name} is never empty")
    yield _unique(spec.key)
    for name, (low, high) in spec.ranges.items():
        yield gxe.ExpectColumnValuesToBeBetween(
            column=name,
            min_value=low,
            max_value=high,
            description=f"{name} lies between {low} and {'any' if high is None else high}",
        )


def _unique(key: tuple[str, ...]) -> Any:
    if len(key) == 1:
        return gxe.ExpectColumnValuesToBeUnique(column=key[0], description=f"{key[0]} is unique")
    return gxe.ExpectCompoundColumnsToBeUnique(
        column_list=list(key), description=f"{', '.join(key)} together are unique"
    )


def feature_rules(as_of: datetime, batch: Batch) -> Iterator[Any]:
    """What is special about features: nothing from the future, and labels that are truly known."""
    tolerance = {
        "mostly": batch.policy.contradictions.mostly(batch.rows),
        "meta": TOLERANT,
    }
    yield gxe.ExpectColumnValuesToBeBetween(
        column="decision_at", max_value=as_of, description="no decision lies after the data"
    )
    yield gxe.ExpectColumnValuesToNotBeNull(
        column="label",
        row_condition=Column("is_mature") == True,  # noqa: E712
        description="a mature row has its label",
    )
    yield gxe.ExpectColumnValuesToBeInSet(
        column="is_mature",
        value_set=[True],
        row_condition=Column("label").is_not_null(),
        description="only a mature row has a label",
    )
    yield gxe.ExpectColumnValuesToBeBetween(
        column="label_available_at",
        max_value=as_of,
        row_condition=Column("is_mature") == True,  # noqa: E712
        description="a mature row's label was known when the data were observed",
    )
    yield gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="label_available_at",
        column_B="decision_at",
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        description="a label is known after the decision that it judges",
        **tolerance,
    )
