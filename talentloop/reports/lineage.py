"""Which relations a report reads, from its SQL."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import duckdb

from talentloop.errors import ConfigError
from talentloop.reports.registry import report_sql

_PARAMETER = re.compile(r"\$[a-z_0-9]+")


@lru_cache(maxsize=256)
def relations_of(name: str) -> frozenset[str]:
    """The relations that a report over the published marts reads, without its own CTEs.

    Raises:
        ConfigError: the query cannot be parsed.
    """
    with duckdb.connect() as db:
        text = _PARAMETER.sub("null", report_sql(name))
        row = db.execute("select json_serialize_sql($1::varchar)", [text]).fetchone()
    parsed = json.loads(row[0]) if row else {"error": True}
    if parsed["error"]:
        raise ConfigError(
            f"The query of report {name} cannot be parsed",
            where=f"talentloop/reports/sql/{name}.sql",
            remedy="Write it as one select.",
        )
    own = {entry["key"] for map_ in _values(parsed, "map") for entry in map_}
    named = {node["table_name"] for node in _nodes(parsed) if node.get("type") == "BASE_TABLE"}
    return frozenset(named - own)


def _nodes(part: Any) -> Iterator[dict[str, Any]]:
    """Every object of a parsed query."""
    if isinstance(part, dict):
        yield part
    for child in (
        part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    ):
        yield from _nodes(child)


def _values(parsed: Any, key: str) -> Iterator[list[dict[str, Any]]]:
    """The lists that stand under a key, wherever it occurs; CTEs stand under `map`."""
    for node in _nodes(parsed):
        if isinstance(node.get(key), list):
            yield node[key]
