"""How stand-ins look at the simulated company: rows at an instant, listed with times of change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from connectors.sandbox.kit import CompanyView

Json = dict[str, Any]
#: Rows of one canonical entity as the company shows them now.
Entities = Callable[[str], list[Json]]
_HOME = ZoneInfo("Asia/Shanghai")


def entities(company: CompanyView, at: datetime) -> Entities:
    """The company's rows at an instant, each entity looked up once."""

    @cache
    def rows(entity: str) -> list[Json]:
        found: list[Json] = company.visible(entity, at).to_pylist()
        return found

    return rows


@dataclass
class Listed:
    """Records of one list, when each was last changed (ms), and where to find one by its id."""

    id_field: str = "id"
    records: list[Json] = field(default_factory=list)
    changed_ms: list[int] = field(default_factory=list)
    by_id: dict[str, Json] = field(default_factory=dict)

    def add(self, record: Json, changed_at: datetime) -> None:
        """Append a record."""
        self.records.append(record)
        self.changed_ms.append(millis(changed_at))
        self.by_id[record[self.id_field]] = record

    def between(self, since_ms: int | None, until_ms: int | None) -> list[Json]:
        """Records changed from `since_ms` to `until_ms`, both included; None leaves an end open."""
        return [
            record
            for record, at in zip(self.records, self.changed_ms, strict=True)
            if (since_ms is None or at >= since_ms) and (until_ms is None or at <= until_ms)
        ]


def millis(at: datetime) -> int:
    """An instant in milliseconds since 1970."""
    return int(at.timestamp() * 1000)


def day_ms(on: date) -> str:
    """The start of a day in China, in milliseconds, as a text."""
    return str(millis(datetime(on.year, on.month, on.day, tzinfo=_HOME)))
