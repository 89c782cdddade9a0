"""Lists inside records: each of their elements becomes a row of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def exploded(record: Row, parts: Mapping[str, Sequence[str]]) -> Iterator[dict[str, Any]]:
    """The rows of one record, kind by kind.

    A row has the element's own fields at the top, without those lists that are rows themselves;
    `part`, its kind; and under the name of every kind the element of that kind that it is or lies
    in, or None. So a mapping may ask of any row for any kind.
    """
    kind_at = {tuple(path): kind for kind, path in parts.items()}
    nested = {path[-1] for path in kind_at if path}
    for kind, path in parts.items():
        for chain in _chains(record, tuple(path)):
            around: dict[str, Any] = dict.fromkeys(parts)
            for depth, element in enumerate(chain):
                there = kind_at.get(tuple(path[:depth]))
                if there is not None:
                    around[there] = _without(element, nested)
            yield {**_without(chain[-1], nested), **around, "part": kind}


def _chains(record: Row, path: Sequence[str]) -> Iterator[tuple[Row, ...]]:
    """The elements that a path leads to, each behind those that it lies in."""
    if not path:
        yield (record,)
        return
    for element in record.get(path[0]) or []:
        if isinstance(element, Mapping):
            for rest in _chains(element, path[1:]):
                yield (record, *rest)


def _without(element: Row, nested: set[str]) -> dict[str, Any]:
    return {name: value for name, value in element.items() if name not in nested}
