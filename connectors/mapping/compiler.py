"""From the rules of a mapping file to plans that run over columns."""

from __future__ import annotations

import difflib
import fnmatch
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
from pydantic import TypeAdapter, ValidationError

from connectors.mapping.casts import Kind
from connectors.mapping.cells import spellings, text_of
from connectors.mapping.contract import ContractField, contract_fields
from connectors.mapping.filters import row_filter
from connectors.mapping.language import CustomRule, FieldRule, RecordRule, Scalar
from connectors.mapping.paths import column, joined, top_level
from connectors.mapping.plans import CustomPlan, FieldPlan, RecordPlan, ValueMap
from connectors.mapping.transforms import Bound, TransformError, bind
from talentloop.contracts import Record
from talentloop.errors import ConfigError

#: Filled by the connector, or by `key`, `updated_at` and `custom`.
_NOT_MAPPED = {"source", "source_id", "source_updated_at", "ext"}

#: Kinds that turn into one another without a transform.
_CASTS: set[tuple[Kind, Kind]] = {
    ("int", "float"), ("int", "text"), ("int", "bool"), ("float", "text"), ("float", "int"),
    ("bool", "text"),
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where in a mapping file the compiler stands, and what the whole file shares."""

    path: Path
    trail: str
    value_maps: Mapping[str, Mapping[Scalar, Scalar]]
    key: Callable[[], bytes] | None

    def at(self, *parts: str) -> Place:
        return replace(self, trail=".".join([self.trail, *parts]))

    def error(self, problem: str) -> ConfigError:
        return ConfigError(
            f"A mapping does not fit: {problem}",
            where=f"{self.path}, field {self.trail}",
            remedy="Correct the field; docs/mapping.md lists entities, fields and transforms.",
        )


def compile_record(rule: RecordRule, model: type[Record], place: Place) -> RecordPlan:
    """Check a record rule against its contract and make it runnable.

    Raises:
        ConfigError: it names what does not exist, or leaves out what the contract requires.
    """
    contract = contract_fields(model)
    columns = {}
    for name, field_rule in rule.fields.items():
        here = place.at("fields", name)
        if name not in contract or name in _NOT_MAPPED:
            raise here.error(_unknown_field(name, rule.entity, contract))
        columns[name] = _field(field_rule, contract[name], here)
    _nothing_missing(rule, contract, place)
    key = replace(contract["source_id"], checks=())  # the joined key is checked as a whole
    keys = tuple(_field(part, key, place.at("key")) for part in rule.key.parts)
    updated = rule.updated_at and _field(
        rule.updated_at, contract["source_updated_at"], place.at("updated_at")
    )
    return RecordPlan(
        rule.entity,
        model,
        keys,
        updated or None,
        columns,
        row_filter(rule.where) if rule.where else None,
        tuple(rule.where),
        _custom(rule),
    )


def _unknown_field(name: str, entity: str, contract: Iterable[str]) -> str:
    if name in _NOT_MAPPED:
        return f"{name} is not mapped here; use key, updated_at or custom"
    close = difflib.get_close_matches(name, contract, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return f"the contract of {entity} has no field {name!r}{hint}"


#: What is computed where the mapping leaves it out: raw score -> share of its scale.
DERIVED = {"score_0_1": "score_raw", "rating_0_1": "rating_raw"}


def _nothing_missing(rule: RecordRule, contract: Mapping[str, ContractField], place: Place) -> None:
    for name, field in contract.items():
        if field.is_required and name not in rule.fields and name not in (*_NOT_MAPPED, *DERIVED):
            raise place.at("fields").error(f"{rule.entity} requires {name}, which is not mapped")


def _accepts(custom: CustomRule, used: frozenset[str]) -> Callable[[str], bool]:
    def accepts(name: str) -> bool:
        wanted = name not in used and name.startswith(custom.prefix or "")
        return wanted and not any(fnmatch.fnmatchcase(name, p) for p in custom.exclude)

    return accepts


def paths_of(rule: RecordRule) -> set[str]:
    """Source fields that become part of the record."""
    rules = [*rule.key.parts, *rule.fields.values()]
    if rule.updated_at is not None:
        rules.append(rule.updated_at)
    return {path for rule in rules for path in rule.paths}


def _custom(rule: RecordRule) -> CustomPlan | None:
    if rule.custom is None:
        return None
    used = {name for path in paths_of(rule) for name in (path, top_level(path))}
    return CustomPlan(_accepts(rule.custom, frozenset(used)))


def _field(rule: FieldRule, contract: ContractField, place: Place) -> FieldPlan:
    steps, gives = _steps(rule.transform, place.at("transform"))
    lookup = _lookup(rule, contract, place.at("values"))
    if lookup is None and gives is not None and not _castable(gives, contract.kind):
        raise place.error(f"{contract.name} is of kind {contract.kind}, but gets a {gives}")
    default = _constant(rule.default, contract, place.at("default"))
    is_required = contract.is_required or rule.required
    if rule.from_ is None:
        if steps or lookup:
            raise place.error("a constant takes no transform or values; write the result")
        const = _constant(rule.const, contract, place.at("const"))
        const = pa.scalar(None, contract.dtype) if const is None else const
        return FieldPlan(contract, "", None, const, (), None, default, False, is_required)
    columns = [column(path) for path in rule.paths]
    take = columns[0] if len(columns) == 1 else joined(columns, rule.join)
    return FieldPlan(
        contract, rule.from_, take, None, steps, lookup, default, rule.has_default, is_required,
        tuple(rule.with_),
    )  # fmt: skip


def _castable(given: Kind, wanted: Kind) -> bool:
    return given == wanted or (given == "text" and wanted != "list") or (given, wanted) in _CASTS


def _steps(texts: Sequence[str], place: Place) -> tuple[tuple[Bound, ...], Kind | None]:
    """The chain of transforms, and the kind that it ends in; None for an empty chain."""
    found: list[Bound] = []
    gives: Kind | None = None
    for text in texts:
        try:
            bound = bind(text, place.key)
        except TransformError as error:
            raise place.error(str(error)) from None
        takes = bound.transform.takes
        if gives is not None and not _castable(gives, takes):
            raise place.error(f"{text!r} takes a {takes}, but the step before it gives a {gives}")
        found.append(bound)
        gives = bound.transform.gives
    return tuple(found), gives


def _lookup(rule: FieldRule, contract: ContractField, place: Place) -> ValueMap | None:
    values = rule.values
    if values is None:
        return None
    if isinstance(values, str):
        if values not in place.value_maps:
            raise place.error(f"there is no value map {values!r} under value_maps")
        values = dict(place.value_maps[values])
    keys: list[str] = []
    outputs: list[object] = []
    for key, value in values.items():
        output = _constant(value, contract, place.at(str(key)))
        for text in spellings(key):
            keys.append(text)
            outputs.append(output.as_py() if output is not None else None)
    return ValueMap(pa.array(keys, pa.string()), pa.array(outputs, contract.dtype))


def _constant(value: object, contract: ContractField, place: Place) -> pa.Scalar | None:
    """A value written in the mapping, checked against the contract's type and choices."""
    if value is None:
        return None
    if contract.kind == "text" and not isinstance(value, str):
        value = text_of(value)
    try:
        checked = TypeAdapter(contract.annotation).validate_python(value)
    except ValidationError as error:
        raise place.error(
            f"{value!r} does not fit {contract.name}: {error.errors()[0]['msg']}"
        ) from None
    return pa.scalar(checked, contract.dtype)
