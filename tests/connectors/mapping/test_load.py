"""A mapping file is checked in full before the first row is read."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.mapping import load_mapping
from talentloop.errors import ConfigError

OFFER: dict[str, Any] = {
    "entity": "offer",
    "key": "id",
    "fields": {"application_id": "app", "status_code": "status"},
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The offer rule with one thing changed."""
    record: dict[str, Any] = copy.deepcopy(OFFER)
    *parents, last = path.split(".")
    at = record
    for name in parents:
        at = at.setdefault(name, {})
    at[last] = value
    return record


@pytest.mark.parametrize(
    ("path", "value", "complaint", "place"),
    [
        ("entity", "ofer", "did you mean 'offer'", "records.0.entity"),
        ("keys", "id", "Extra inputs", "records.0.keys"),
        ("fields.status_cod", "x", "did you mean 'status_code'", "fields.status_cod"),
        ("fields.source_id", "x", "use key", "fields.source_id"),
        ("fields.version", {"form": "v"}, "Extra inputs", "fields.version.form"),
        ("fields.version", {"transform": "int"}, "either `from` or `const`", "fields.version"),
        ("fields.version", {"from": "v", "transform": "itn"}, "did you mean 'int'", "transform"),
        ("fields.version", {"from": "v", "transform": "date"}, "gets a date", "fields.version"),
        ("fields.version", {"from": "v", "transform": ["date", "lower"]}, "takes a text", "transform"),
        ("fields.version", {"const": "two"}, "does not fit version", "const"),
        ("fields.status_code", {"from": "s", "values": "map"}, "no value map 'map'", "values"),
        ("fields.status_code", {"from": "s", "values": {"A": "acepted"}}, "does not fit", "values.A"),
        ("fields.status_code", {"from": "s", "default": "none"}, "does not fit", "default"),
        ("fields.status_code", {"const": "draft", "transform": "lower"}, "takes no transform", "status_code"),
        ("fields.extended_at", {"const": "2026-01-01T00:00:00"}, "no zone", "const"),
        ("custom", {"passthrough": True, "prefix": "c_"}, "either `prefix` or", "custom"),
        ("for_each", [{"a": 1}], "placeholder {b}", "for_each.0"),
    ],
)  # fmt: skip
def test_a_typo_is_one_error_with_file_and_field(
    write: Callable[..., Path], path: str, value: Any, complaint: str, place: str
) -> None:
    record = changed(path, value)
    if path == "for_each":
        record["fields"]["version"] = {"from": "v{b}"}
    with pytest.raises(ConfigError) as caught:
        load_mapping(write(record))
    assert complaint in caught.value.what
    assert "mapping.yaml" in caught.value.where
    assert place in caught.value.where
    assert caught.value.remedy


def test_what_the_contract_requires_must_be_mapped(write: Callable[..., Path]) -> None:
    record = copy.deepcopy(OFFER)
    del record["fields"]["application_id"]
    with pytest.raises(ConfigError, match="offer requires application_id"):
        load_mapping(write(record))


def test_a_stream_that_the_file_does_not_mention_is_named(write: Callable[..., Path]) -> None:
    with pytest.raises(ConfigError, match=r"no stream 'offers'.*knows s"):
        load_mapping(write(OFFER)).stream("offers")


def test_a_transform_with_a_key_needs_settings(write: Callable[..., Path], settings: Any) -> None:
    record = changed("fields.currency_code", {"from": "c", "transform": "hash"})
    with pytest.raises(ConfigError, match="needs this installation's key"):
        load_mapping(write(record))
    assert load_mapping(write(record), settings).stream("s").entities == {"offer"}


def test_a_mapping_tells_which_source_fields_it_reads(write: Callable[..., Path]) -> None:
    record = {**OFFER, "where": {"kind": "x"}, "updated_at": "seen.at"}
    paths = load_mapping(write(record)).stream("s").paths
    assert paths == {"id", "app", "status", "kind", "seen.at"}
