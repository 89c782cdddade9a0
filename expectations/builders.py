"""From rules to expectations of Great Expectations. Import it only where checks run: it is slow."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch
from typing import Any

from expectations.engine import Column, gxe
from expectations.outcome import TOLERANT
from expectations.rules import (
    AtLeast,
    Batch,
    Filled,
    Json,
    Order,
    Rare,
    Rule,
    ScoreScale,
    Varies,
)
from expectations.score_scale import ExpectScoreToFollowScale

WARNING = "warning"


@singledispatch
def build(rule: Rule, _batch: Batch) -> Iterator[Any]:
    """The expectations that a rule means for a batch; none when the batch is too small to judge."""
    raise TypeError(f"no builder for {rule!r}")


@build.register
def _order(rule: Order, batch: Batch) -> Iterator[Any]:
    yield gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=rule.later,
        column_B=rule.earlier,
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        mostly=batch.policy.contradictions.mostly(batch.rows),
        meta=TOLERANT,
        description=f"{rule.later} is not before {rule.earlier}",
    )


@build.register
def _filled(rule: Filled, _batch: Batch) -> Iterator[Any]:
    yield gxe.ExpectColumnValuesToNotBeNull(
        column=rule.column,
        row_condition=Column(rule.when).is_in(list(rule.codes)),
        severity=WARNING,
        description=f"{rule.column} is known where {rule.when} is {' or '.join(rule.codes)}",
    )


@build.register
def _at_least(rule: AtLeast, _batch: Batch) -> Iterator[Any]:
    yield gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=rule.high,
        column_B=rule.low,
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        description=f"{rule.high} is at least {rule.low}",
    )


@build.register
def _score_scale(rule: ScoreScale, _batch: Batch) -> Iterator[Any]:
    yield ExpectScoreToFollowScale(
        column_list=[rule.raw, rule.low, rule.high, rule.share],
        description=(
            f"{rule.share} = ({rule.raw} - {rule.low}) / ({rule.high} - {rule.low}), "
            "and the scale is not empty"
        ),
    )


@build.register
def _varies(rule: Varies, batch: Batch) -> Iterator[Any]:
    if batch.rows >= batch.policy.distribution_min_rows:
        yield gxe.ExpectColumnUniqueValueCountToBeBetween(
            column=rule.column, min_value=2, description=f"{rule.column} is not always the same"
        )


@build.register
def _rare(rule: Rare, batch: Batch) -> Iterator[Any]:
    if batch.rows >= batch.policy.distribution_min_rows:
        yield gxe.ExpectColumnValuesToNotBeInSet(
            column=rule.column,
            value_set=list(rule.codes),
            mostly=1 - rule.share,
            description=(
                f"at most {rule.share:.0%} of the rows have {rule.column} {' or '.join(rule.codes)}"
            ),
        )


@build.register
def _json(rule: Json, _batch: Batch) -> Iterator[Any]:
    yield gxe.ExpectColumnValuesToBeJsonParseable(
        column=rule.column, description=f"{rule.column} holds JSON"
    )
