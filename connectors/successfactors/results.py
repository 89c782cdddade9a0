"""What a tenant says about the rows of a write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class RowResult:
    """What the tenant says about one row of a write. `ok` decides; the rest explains."""

    ok: bool
    http_code: int
    edit_status: str
    key: str
    message: str


def upsert_results(data: Any, expected: int) -> list[RowResult]:
    """The results in the answer to an upsert, in the order of its rows.

    Raises:
        LookupError, TypeError, ValueError: it does not tell what became of each row.
    """
    by_index = {
        int(row["index"]): RowResult(
            ok=str(row["status"]).upper() == "OK" and int(row["httpCode"]) < 300,
            http_code=int(row["httpCode"]),
            edit_status=str(row.get("editStatus") or ""),
            key=str(row.get("key") or ""),
            message=str(row.get("message") or ""),
        )
        for row in data["d"]
    }
    return [by_index[index] for index in range(expected)]
