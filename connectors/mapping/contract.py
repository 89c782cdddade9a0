"""The contracts' rules as checks over whole columns, derived from the pydantic fields."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pyarrow as pa
import pyarrow.compute as pc
from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import AfterValidator
from pydantic.fields import FieldInfo

from connectors.mapping.casts import Kind, kind_of
from talentloop.contracts import Record, arrow_schema


@dataclass(frozen=True)
class Check:
    """A rule that every value of a column must pass; nulls are not asked."""

    code: str
    problem: str
    passes: Callable[[pa.Array], pa.Array]

    def failures(self, array: pa.Array) -> pa.Array | None:
        """Mask of the values that break the rule; None when all pass."""
        if array.null_count == len(array):
            return None
        passed = self.passes(array)
        if pc.all(passed).as_py() in (True, None):
            return None
        return pc.invert(pc.fill_null(passed, True))


@dataclass(frozen=True)
class ContractField:
    """One column of a contract."""

    name: str
    kind: Kind
    dtype: pa.DataType
    annotation: Any
    is_nullable: bool
    is_required: bool
    default: Any
    data_class: str
    checks: tuple[Check, ...]

    @property
    def is_personal(self) -> bool:
        """Whether its values must not be shown in messages and samples."""
        return self.data_class in ("identity", "protected", "compensation")


@lru_cache(maxsize=64)
def contract_fields(model: type[Record]) -> dict[str, ContractField]:
    """The columns of a contract, in order.

    Raises:
        TypeError: the contract uses a rule that this module does not know; teach it here first,
            or bad rows would land unchecked.
    """
    schema = arrow_schema(model)
    return {
        name: _contract_field(name, info, schema.field(name))
        for name, info in model.model_fields.items()
    }


def _contract_field(name: str, info: FieldInfo, column: pa.Field) -> ContractField:
    metadata = [*info.metadata, *_nested_metadata(info.annotation)]
    checks = [check for rule in metadata if (check := _check(rule)) is not None]
    choices = choices_of(info.annotation)
    if choices:
        checks.append(_one_of(choices))
    kind = kind_of(column.type)
    if kind == "list":
        checks.append(_NO_GAPS)
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    return ContractField(
        name, kind, column.type, info.annotation, column.nullable, info.is_required(),
        None if info.is_required() else info.default, str(extra.get("class", "")), tuple(checks),
    )  # fmt: skip


def _nested_metadata(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Annotated:
        yield from get_args(annotation)[1:]
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from _nested_metadata(part)


def choices_of(annotation: Any) -> tuple[str, ...]:
    origin = get_origin(annotation)
    if origin is Literal:
        return get_args(annotation)
    if origin in (Union, types.UnionType, Annotated):
        return tuple(choice for part in get_args(annotation) for choice in choices_of(part))
    return ()


def _one_of(choices: tuple[str, ...]) -> Check:
    values = pa.array(choices)
    return Check(
        "not_one_of",
        f"is not one of {', '.join(choices)}",
        lambda array: pc.if_else(array.is_valid(), pc.is_in(array, value_set=values), None),
    )


_NO_GAPS = Check(
    "list_gap",
    "has an item without a value",
    lambda array: pa.array([i is None or None not in i for i in array.to_pylist()], pa.bool_()),
)


def _check(rule: Any) -> Check | None:
    bounds: dict[type, tuple[str, str, Any]] = {
        Ge: ("ge", "is below", pc.greater_equal), Gt: ("gt", "is not above", pc.greater),
        Le: ("le", "is above", pc.less_equal), Lt: ("lt", "is not below", pc.less),
    }  # fmt: skip
    if type(rule) in bounds:
        attribute, words, compare = bounds[type(rule)]
        limit = getattr(rule, attribute)
        return Check("out_of_range", f"{words} {limit}", lambda array: compare(array, limit))
    if isinstance(rule, MinLen):
        least = rule.min_length
        return Check(
            "too_short", f"is shorter than {least} characters",
            lambda array: pc.greater_equal(pc.utf8_length(array), least),
        )  # fmt: skip
    if isinstance(rule, MaxLen):
        most = rule.max_length
        return Check(
            "too_long", f"is longer than {most} characters",
            lambda array: pc.less_equal(pc.utf8_length(array), most),
        )  # fmt: skip
    if isinstance(rule, AfterValidator):  # UtcDatetime: casts.py accepts no time without a zone
        return None
    raise TypeError(f"contract rule {rule!r} has no check over columns")
