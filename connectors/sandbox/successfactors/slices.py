"""Effective-dated rows: the history of a job as slices of time, of which a plain query shows one.

`EmpJob` has one row for each change: the first day on which it holds, a `seqNumber` that tells
changes of the same day apart, and the last day before the next change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from connectors.sandbox.kit.company import CompanyView
from connectors.sandbox.successfactors.errors import bad_request

_END_OF_TIME = date(9999, 12, 31)
_EXTRA = {"seq_number": pa.int64(), "ends_on": pa.date32(), "org_unit_after": pa.string()}
#: Columns of the employment that a slice repeats; the company knows only their newest values.
_REPEATED = {
    "position_code": pa.string(), "job_family_code": pa.string(), "manager_id": pa.string(),
    "monthly_salary": pa.float64(),
}  # fmt: skip


@dataclass(frozen=True)
class Period:
    """Days, both included; `whole` shows all rows of a day and not only its last."""

    first: date
    last: date
    whole: bool

    @classmethod
    def asked(cls, params: Mapping[str, str], today: date) -> Period:
        """What `asOfDate`, `fromDate` and `toDate` ask for; today where they say nothing.

        Raises:
            RefusedError: a date is not understood, or both ways are used at once.
        """
        ranged = "fromDate" in params or "toDate" in params
        if ranged and "asOfDate" in params:
            raise bad_request("asOfDate cannot be used together with fromDate or toDate")
        if ranged:
            first, last = params.get("fromDate", "1900-01-01"), params.get("toDate", "9999-12-31")
            return cls(_day(first), _day(last), whole=True)
        day = _day(params.get("asOfDate", today.isoformat()))
        return cls(day, day, whole=False)

    def shown(self, rows: pa.Table) -> npt.NDArray[np.bool_]:
        """Which of the slices are in force then."""
        starts, ends = rows["effective_on"].to_pylist(), rows["ends_on"].to_pylist()
        mask = [
            start <= self.last and end >= self.first
            for start, end in zip(starts, ends, strict=True)
        ]
        if not self.whole:
            last = _last_of_day(rows)
            mask = [found and at in last for at, found in enumerate(mask)]
        return np.array(mask, dtype=bool)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise bad_request(f"{text!r} is not a date") from None


def _last_of_day(rows: pa.Table) -> set[int]:
    people, starts = rows["employee_id"].to_pylist(), rows["effective_on"].to_pylist()
    days = enumerate(zip(people, starts, strict=True))
    return set({day: at for at, day in days}.values())


def slices(events: pa.Table, company: CompanyView, at: datetime) -> pa.Table:
    """Employment events as slices in order: with what a job row says beside them."""
    employed = {row["source_id"]: row for row in company.visible("employee", at).to_pylist()}
    rows = sorted(events.to_pylist(), key=_order)
    for person, found in groupby(rows, lambda row: row["employee_id"]):
        employment = employed.get(person, {})
        history = list(found)
        _complete(history, employment.get("org_unit_id"))
        for row in history:
            row.update((name, employment.get(name)) for name in _REPEATED)
    schema = events.schema
    for name, kind in (_EXTRA | _REPEATED).items():
        schema = schema.append(pa.field(name, kind))
    return pa.Table.from_pylist(rows, schema)


def _order(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """By day; within a day as they were entered, so that a later entry moves no number."""
    return row["employee_id"], row["effective_on"], row["source_created_at"], row["source_id"]


def _complete(history: Sequence[dict[str, Any]], unit_now: str | None) -> None:
    moves = [row for row in history if row["event_type"] == "transferred"]
    unit = moves[0]["from_org_unit_id"] if moves else unit_now
    before: dict[str, Any] | None = None
    for row in history:
        day, unit = row["effective_on"], row["to_org_unit_id"] or unit
        row.update(seq_number=1, org_unit_after=unit, ends_on=_END_OF_TIME)
        if before is not None:
            same_day = before["effective_on"] == day
            row["seq_number"] = before["seq_number"] + 1 if same_day else 1
            before["ends_on"] = day if same_day else day - timedelta(days=1)
        before = row
