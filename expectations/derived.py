"""Expectations that follow from a contract alone: columns, required fields, codes, ranges, times."""

from __future__ import annotations

import types
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

from expectations.engine import gxe
from expectations.frames import hidden_columns
from expectations.knowledge import AHEAD, EARLIEST_YEAR, EARLIEST_YEAR_DEFAULT, PAST, PLANNED
from expectations.outcome import TOLERANT
from expectations.rules import Batch
from talentloop.contracts import Record, arrow_schema, landing_schema


def derive(model: type[Record], batch: Batch, *, landed: bool = True) -> Iterator[Any]:
    """All expectations that an entity's contract implies.

    Args:
        landed: whether the rows carry the columns that the landing zone adds.
    """
    schema = landing_schema(model) if landed else arrow_schema(model)
    yield gxe.ExpectTableColumnsToMatchOrderedList(
        column_list=schema.names, description="the columns are those of the contract, in its order"
    )
    yield from of_identity(batch, landed=landed)
    for name in (column.name for column in schema if not column.nullable):
        yield gxe.ExpectColumnValuesToNotBeNull(column=name, description=f"{name} is never empty")
    for name, info in model.model_fields.items():
        yield from of_codes(name, info)
        yield from of_range(name, info)
        yield from of_time(model.entity, name, info, batch)
        yield from of_length(name, info, hidden=name in hidden_columns(model))


def of_identity(batch: Batch, *, landed: bool) -> Iterator[Any]:
    """A load holds each record of its own source once."""
    yield gxe.ExpectColumnValuesToBeUnique(
        column="source_id", description="each record comes once in a load"
    )
    own = {"source": batch.source} | ({"load_id": batch.load_id} if landed else {})
    for column, value in own.items():
        yield gxe.ExpectColumnValuesToBeInSet(
            column=column, value_set=[value], description=f"{column} is that of the file"
        )


def of_codes(name: str, info: FieldInfo) -> Iterator[Any]:
    """A closed list of codes."""
    codes = literal_codes(info.annotation)
    if codes:
        yield gxe.ExpectColumnValuesToBeInSet(
            column=name, value_set=codes, description=f"{name} is one of {', '.join(codes)}"
        )


def of_range(name: str, info: FieldInfo) -> Iterator[Any]:
    """Bounds of a number."""
    lower, upper = bounds(info)
    if lower is None and upper is None:
        return
    if lower is not None and upper is not None:
        text = f"{name} lies between {lower:g} and {upper:g}"
    else:
        text = (
            f"{name} is at least {lower:g}" if lower is not None else f"{name} is at most {upper}"
        )
    yield gxe.ExpectColumnValuesToBeBetween(
        column=name, min_value=lower, max_value=upper, description=text
    )


def of_time(entity: str, name: str, info: FieldInfo, batch: Batch) -> Iterator[Any]:
    """A plausible range of a date or time, as seen from the source's own clock."""
    kind = base_type(info.annotation)
    if kind not in (date, datetime):
        return
    ahead = AHEAD.get((entity, name), PAST if kind is datetime else PLANNED)
    earliest = datetime(EARLIEST_YEAR.get((entity, name), EARLIEST_YEAR_DEFAULT), 1, 1, tzinfo=UTC)
    latest = batch.observed_at + ahead + batch.policy.clock_tolerance
    yield gxe.ExpectColumnValuesToBeBetween(
        column=name,
        min_value=earliest,
        max_value=latest,
        mostly=batch.policy.contradictions.mostly(batch.rows),
        meta=TOLERANT,
        description=f"{name} lies between {earliest:%Y-%m-%d} and {latest:%Y-%m-%d %H:%M} UTC",
    )


def of_length(name: str, info: FieldInfo, *, hidden: bool) -> Iterator[Any]:
    """A text that must not be empty."""
    shortest = next((m.min_length for m in info.metadata if hasattr(m, "min_length")), None)
    if shortest and not hidden:
        yield gxe.ExpectColumnValueLengthsToBeBetween(
            column=name, min_value=shortest, description=f"{name} is not an empty text"
        )


def literal_codes(annotation: Any) -> list[str]:
    """The codes of a `Literal`, also inside a union or an annotation."""
    if get_origin(annotation) is Literal:
        return [str(a) for a in get_args(annotation)]
    return [c for a in get_args(annotation) if not isinstance(a, str) for c in literal_codes(a)]


def base_type(annotation: Any) -> Any:
    """The type below `Annotated` and `| None`."""
    if get_origin(annotation) in (Union, types.UnionType):
        return base_type(next(a for a in get_args(annotation) if a is not type(None)))
    if hasattr(annotation, "__metadata__"):
        return base_type(get_args(annotation)[0])
    return annotation


def bounds(info: FieldInfo) -> tuple[float | None, float | None]:
    """The lower and upper bound of a number field, from its own or its type's constraints."""
    lower: float | None = None
    upper: float | None = None
    for constraint in [*info.metadata, *_nested(info.annotation)]:
        if isinstance(constraint, Ge):
            lower = float(constraint.ge)  # type: ignore[arg-type]
        if isinstance(constraint, Le):
            upper = float(constraint.le)  # type: ignore[arg-type]
    return lower, upper


def _nested(annotation: Any) -> list[Any]:
    """Constraints inside `Annotated`; pydantic keeps `Field(ge=…)` as a FieldInfo there."""
    found: list[Any] = []
    for item in getattr(annotation, "__metadata__", ()):
        found += item.metadata if isinstance(item, FieldInfo) else [item]
    for argument in get_args(annotation):
        if not isinstance(argument, str):
            found += _nested(argument)
    return found
