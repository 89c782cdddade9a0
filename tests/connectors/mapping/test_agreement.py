"""The checks over columns accept and refuse exactly what pydantic does, row by row."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.base import Page
from connectors.mapping import StreamMapping, apply_mapping, load_mapping
from connectors.mapping.contract import ContractField, contract_fields
from talentloop.contracts import ENTITIES

SEEN = datetime(2026, 11, 1, tzinfo=UTC)
OWN = ("source", "source_id", "source_updated_at", "ext")
WORDS = st.text(alphabet="ab 1|张é\t", max_size=5)
NUMBERS = st.one_of(st.integers(-3, 20_000), st.floats(-2, 100, allow_nan=False))
TIMES = st.sampled_from(
    [
        "2026-01-31T08:00:00+08:00",
        "2026-01-31T08:00:00Z",
        "2026-01-31T08:00:00",
        "2026-02-30T00:00:00Z",
    ]
)
DATES = st.sampled_from(["2026-01-31", "2026-02-30", "1990-12-01", "soon"])
BY_KIND: dict[str, st.SearchStrategy[Any]] = {
    "text": WORDS, "int": st.integers(-3, 20_000), "float": NUMBERS, "bool": st.booleans(),
    "date": DATES, "instant": TIMES, "list": st.lists(st.sampled_from(["a", "b"]), max_size=2),
}  # fmt: skip


SOUND: dict[str, st.SearchStrategy[Any]] = {
    "text": st.just("abc"), "int": st.integers(1, 5), "float": st.floats(0, 1),
    "bool": st.booleans(), "date": st.just("2026-01-31"),
    "instant": st.just("2026-01-31T08:00:00+08:00"), "list": st.just(["a"]),
}  # fmt: skip


def choices(column: ContractField) -> list[str]:
    """The words that the contract allows, where it lists them."""
    found = [c.problem for c in column.checks if c.code == "not_one_of"]
    return found[0].removeprefix("is not one of ").split(", ") if found else []


def values(column: ContractField, *, sound: bool) -> st.SearchStrategy[Any]:
    """Values that fit the column, or good and bad ones and often none."""
    words = choices(column)
    if sound:
        found = st.sampled_from(words) if words else SOUND[column.kind]
        return found if column.is_required else st.one_of(st.none(), found)
    found = st.sampled_from([*words, "other one"]) if words else BY_KIND[column.kind]
    return st.one_of(st.none(), found, found)


def rows_of(entity: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Rows of which many are sound, many have one thing wrong, and some have everything wrong."""
    columns = {n: c for n, c in contract_fields(ENTITIES[entity]).items() if n not in OWN}
    sound = st.fixed_dictionaries({n: values(c, sound=True) for n, c in columns.items()})
    wild = st.fixed_dictionaries({n: values(c, sound=False) for n, c in columns.items()})
    one_off = st.builds(
        lambda good, bad, name: {**good, name: bad[name]}, sound, wild, st.sampled_from([*columns])
    )
    return st.lists(st.one_of(sound, one_off, wild), min_size=1, max_size=8)


@lru_cache(maxsize=32)
def identity_mapping(entity: str) -> StreamMapping:
    """Every field of the contract taken from a source field of the same name."""
    names = [name for name in contract_fields(ENTITIES[entity]) if name not in OWN]
    record = {"entity": entity, "key": "source_id", "fields": {name: name for name in names}}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mapping.yaml"
        path.write_text(yaml.safe_dump({"streams": {"s": {"records": [record]}}}))
        return load_mapping(path).stream("s")


def pydantic_says(entity: str, row: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """The record's values, or the fields that pydantic complains about."""
    there = {k: v for k, v in row.items() if v is not None and str(v).strip() != ""}
    try:
        record = ENTITIES[entity](**there, source="test", source_updated_at=SEEN)
    except ValidationError as error:
        return {}, {str(problem["loc"][0]) for problem in error.errors()}
    return record.model_dump(), set()


@pytest.mark.parametrize("entity", ENTITIES)
def test_columns_and_pydantic_agree(entity: str) -> None:
    verdicts: Counter[str] = Counter()

    @settings(max_examples=15, deadline=None, derandomize=True, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(rows_of(entity))
    def agree(rows: list[dict[str, Any]]) -> None:
        rows = [{**row, "source_id": f"id {i}"} for i, row in enumerate(rows)]
        result = apply_mapping(identity_mapping(entity), Page(rows, b"", SEEN, "p"), "test")
        landed = {row["source_id"]: row for row in result.tables[entity].to_pylist()}
        for row in rows:
            expected, complaints = pydantic_says(entity, row)
            rejected = {r.field for r in result.rejects if r.record_id == row["source_id"]}
            assert rejected == complaints
            assert landed.get(row["source_id"], {}) == expected
            verdicts["bad" if complaints else "good"] += 1

    agree()
    assert verdicts["good"] >= 5
    assert verdicts["bad"] >= 5
