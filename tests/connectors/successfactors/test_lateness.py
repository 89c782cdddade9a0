"""Clocks that disagree by more than the overlap: told at once, and mended by the next full read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from connectors.ingest import ingest
from connectors.ingest.lateness import KIND, watch_lateness
from connectors.sandbox.service import control, running
from talentloop.landing import LandingZone
from talentloop.ops.incidents import open_incidents
from talentloop.settings import Settings
from tests.connectors.sandbox.successfactors.conftest import START, TinyCompany, application, at

NAME = "successfactors"


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


COMPANY = TinyCompany(
    {
        "application": [
            application(1, at(-9)),
            application(2, at(-8)),
            application(1, after(20), stage_code="ai_interview"),
            application(2, after(52), stage_code="interview"),
        ]
    }
)


@pytest.fixture
def tenant(settings: Settings) -> Iterator[None]:
    with running(settings, COMPANY):
        yield


def landed(settings: Settings) -> list[tuple[str, str]]:
    rows = LandingZone(settings).read(
        "application", source=NAME, columns=["source_id", "stage_code"]
    )
    return sorted((row["source_id"], row["stage_code"]) for row in rows.to_pylist())


def late_ones(settings: Settings) -> list[Any]:
    return [incident for incident in open_incidents(settings) if incident.kind == KIND]


def test_a_clock_an_hour_ahead_is_noticed_and_a_full_read_brings_what_was_missed(
    settings: Settings, tenant: None, faults: Callable[..., dict[str, Any]]
) -> None:
    faults(clock_skew_seconds=3600)  # the cursor will stand an hour after what the rows say
    ingest(settings, NAME)
    control(settings, "/sandbox/clock", {"advance_days": 0.125})
    ingest(settings, NAME)
    assert ("2", "interview") in landed(settings)  # eight minutes before the cursor: in the overlap
    assert ("1", "ai_interview") not in landed(settings)  # forty minutes before it: out of reach
    (incident,) = late_ones(settings)
    assert incident.location == "successfactors JobApplication"
    assert "8 minutes late" in incident.title
    assert "overlap_minutes of successfactors to 20" in incident.remedy
    ingest(settings, NAME, full=True)
    assert ("1", "ai_interview") in landed(settings)
    assert late_ones(settings) == []


def test_clocks_that_agree_are_no_news(settings: Settings, tenant: None) -> None:
    ingest(settings, NAME)
    control(settings, "/sandbox/clock", {"advance_days": 0.125})
    ingest(settings, NAME)
    assert len(landed(settings)) == 4
    assert late_ones(settings) == []


@pytest.mark.parametrize(
    ("minutes", "late", "told"),
    [
        (-1, 0, False),  # after the cursor, as news should be
        (3, 3, False),
        (5, 5, False),  # half of the overlap
        (6, 6, True),
        (10, 10, True),
        (11, 0, False),  # not asked for: a list without a filter, or a row that came unasked
    ],
)
def test_a_person_is_told_when_half_of_the_overlap_was_needed(
    settings: Settings, minutes: float, late: float, told: bool
) -> None:
    found = watch_lateness(
        settings, "hr", "people", cursor=START, overlap=timedelta(minutes=10),
        oldest_news=after(-minutes),
    )  # fmt: skip
    assert found == timedelta(minutes=late)
    assert bool(late_ones(settings)) is told
