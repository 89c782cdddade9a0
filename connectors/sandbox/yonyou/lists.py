"""Lists: filters and pages, in the vendor's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connectors.sandbox.kit import RefusedError
from connectors.sandbox.yonyou.records import Record

PAGE_CAP = 500


def page(
    rows: Sequence[Record],
    body: Mapping[str, Any],
    *,
    since: str,
    keys: Mapping[str, str],
    start_of: Callable[[int], int],
) -> Record:
    """One page as the `data` of an answer.

    Args:
        rows: the whole list.
        body: the request: pageIndex, pageSize, `since` and lists of keys.
        since: field (of request and rows) with the earliest time of change; empty for no filter.
        keys: filter of the request → field of the rows (idList → id).
        start_of: where a page begins that should begin at a row.

    Raises:
        RefusedError: a number is none, or too large.
    """
    index, size = _positive(body, "pageIndex", 1), _positive(body, "pageSize", 20)
    if size > PAGE_CAP:
        raise RefusedError(200, "400", f"pageSize 不能超过 {PAGE_CAP}")
    found = list(rows)
    if since and body.get(since):
        found = [row for row in found if str(row[since]) >= str(body[since])]
    for name, field in keys.items():
        if body.get(name):
            wanted = {str(value) for value in body[name]}
            found = [row for row in found if str(row[field]) in wanted]
    start = (index - 1) * size
    return {
        "pageIndex": index,
        "pageSize": size,
        "recordCount": len(found),
        "pageCount": -(-len(found) // size),
        "recordList": found[start_of(start) : start + size],
    }


def _positive(body: Mapping[str, Any], name: str, default: int) -> int:
    value = body.get(name, default)
    if not isinstance(value, int) or value < 1:
        raise RefusedError(200, "400", f"{name} 必须是正整数")
    return value
