"""Job history: every slice is read, today's view is not mistaken for it, same-day changes stay apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors.base import Page
from connectors.mapping import apply_mapping, load_mapping
from connectors.sandbox.service import control, running
from connectors.successfactors import SuccessFactorsSource
from connectors.successfactors.source import MAPPING
from talentloop.settings import Settings
from tests.connectors.sandbox.successfactors.conftest import TinyCompany, at
from tests.connectors.successfactors.conftest import OPTIONS


def event(kind: str, on: date, known: datetime, number: int, **more: Any) -> dict[str, Any]:
    return {
        "source": "successfactors", "source_id": f"E1-{number}", "source_updated_at": known,
        "source_created_at": known, "is_deleted": False, "employee_id": "E1", "event_type": kind,
        "effective_on": on, **more,
    }  # fmt: skip


#: Hired, moved and promoted on one day, and leaving at the end of the month (recorded already).
#: On day 3 a forgotten end of probation is entered for a day long past.
COMPANY = TinyCompany(
    {
        "employment_event": [
            event("hired", date(2026, 1, 5), at(-300), 1),
            event("transferred", date(2026, 10, 1), at(-31), 4, from_org_unit_id="D1",
                  to_org_unit_id="D2"),
            event("promoted", date(2026, 10, 1), at(-30), 5),
            event("terminated", date(2026, 11, 30), at(-1), 6, reason_code="pay"),
            event("probation_passed", date(2026, 4, 5), at(3), 3),
        ]
    }
)  # fmt: skip


@pytest.fixture
def source(settings: Settings) -> Iterator[SuccessFactorsSource]:
    with (
        running(settings, COMPANY),
        SuccessFactorsSource(settings, "successfactors", OPTIONS) as opened,
    ):
        yield opened


def read(source: SuccessFactorsSource, since: datetime | None = None) -> list[tuple[Any, ...]]:
    return [
        (row["startDate"], row["seqNumber"], row["event"], row["department"])
        for page in source.read("EmpJob", since)
        for row in page.rows
    ]


def asked(source: SuccessFactorsSource, **params: str) -> list[str]:
    """Events that the tenant shows to a query of ours or of others."""
    pages = source.client.pages("EmpJob", {"$select": "event", "$format": "json", **params})
    return [row["event"] for _, rows in pages for row in rows]


HISTORY = [
    ("2026-01-05", 1, "H", "D1"),
    ("2026-10-01", 1, "5", "D2"),
    ("2026-10-01", 2, "8", "D2"),
    ("2026-11-30", 1, "26", "D2"),
]


def test_the_whole_history_is_read_past_and_future(source: SuccessFactorsSource) -> None:
    assert read(source) == HISTORY


def test_a_plain_query_shows_only_the_row_in_force_today(source: SuccessFactorsSource) -> None:
    assert asked(source) == ["8"]
    assert asked(source, asOfDate="2026-03-01") == ["H"]
    assert asked(source, asOfDate="2026-12-01") == ["26"]
    assert asked(source, asOfDate="2025-12-31") == []
    assert asked(source, fromDate="2026-10-01", toDate="2026-10-31") == ["5", "8"]


def test_a_change_entered_late_for_a_day_long_past_is_found(
    source: SuccessFactorsSource, settings: Settings
) -> None:
    """Today's row did not change: a query without dates would never bring it."""
    control(settings, "/sandbox/clock", {"advance_days": 4})
    assert read(source, at(1)) == [("2026-04-05", 1, "PC", "D1")]
    changed = "lastModifiedDateTime ge datetimeoffset'2026-11-01T00:00:00Z'"
    assert asked(source, **{"$filter": changed}) == []


def test_history_becomes_employment_events_and_other_changes_are_passed_over(
    source: SuccessFactorsSource,
) -> None:
    mapping = load_mapping(MAPPING).stream("EmpJob")
    (page,) = source.read("EmpJob", None)
    pay = {**page.rows[0], "event": "PAYCHG", "startDate": "2026-07-01"}
    page = Page([*page.rows, pay], b"", page.observed_at, "EmpJob")
    result = apply_mapping(mapping, page, "successfactors")
    assert result.rejects == []
    rows = result.tables["employment_event"].sort_by("source_id").to_pylist()
    assert [
        (r["source_id"], r["event_type"], r["to_org_unit_id"], r["reason_code"]) for r in rows
    ] == [
        ("E1|2026-01-05|1", "hired", None, None),
        ("E1|2026-10-01|1", "transferred", "D2", None),
        ("E1|2026-10-01|2", "promoted", None, None),
        ("E1|2026-11-30|1", "terminated", None, "pay"),
    ]
    assert rows[1]["effective_on"] == date(2026, 10, 1)
    assert rows[1]["recorded_at"] == datetime(2026, 9, 30, tzinfo=UTC)


def test_records_of_time_have_addresses_with_all_their_keys(source: SuccessFactorsSource) -> None:
    params = {"$select": "event", "$format": "json", "asOfDate": "2026-03-01"}
    ((_, rows),) = source.client.pages("EmpJob", params)
    assert rows[0]["__metadata"]["uri"].endswith(
        "/EmpJob(userId='E1',startDate=datetime'2026-01-05T00:00:00',seqNumber=1L)"
    )


@pytest.mark.parametrize(
    "params", [{"asOfDate": "2026-03-01", "fromDate": "2026-01-01"}, {"asOfDate": "tomorrow"}]
)
def test_the_tenant_refuses_dates_that_make_no_sense(
    source: SuccessFactorsSource, params: dict[str, str]
) -> None:
    with pytest.raises(Exception, match="HTTP 400"):
        asked(source, **params)
