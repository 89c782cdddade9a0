"""Each worked configuration, pulled whole from its stand-in over HTTP, lands what the company has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.ingest import ingest
from connectors.sandbox.company import CLOCK_START, Company
from connectors.sandbox.service import Service, control
from talentloop.landing import LandingZone
from talentloop.ops import quarantine
from talentloop.settings import Settings

#: Example → entities that it delivers, and a column that must be the company's own.
DELIVERS = {
    "greenhouse": {
        "org_unit": "name", "requisition": "title", "candidate": "full_name",
        "application": "applied_at", "offer": "start_on",
    },
    "moka": {"candidate": "phone", "application": "applied_at"},
    "beisen": {"org_unit": "name", "employee": "hired_on"},
    "workday": {
        "org_unit": "name", "employee": "full_name", "performance_review": "rating_raw",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", DELIVERS)
def test_an_example_lands_every_record_of_the_company(
    settings: Settings, service: Service, company: Company, quick: Callable[..., Path], name: str
) -> None:
    result = ingest(settings, str(quick(name)), full=True)
    assert [f"{q.entity}.{q.field}: {q.reason}" for q in quarantine.listed(settings)] == []
    zone = LandingZone(settings)
    for entity, column in DELIVERS[name].items():
        shown = company.visible(entity, CLOCK_START).to_pylist()
        if name == "moka" and entity == "candidate":  # those who have applied
            who = company.visible("application", CLOCK_START)["candidate_id"].to_pylist()
            shown = [row for row in shown if row["source_id"] in set(who)]
        want = {row["source_id"]: row[column] for row in shown}
        rows = zone.read(entity, columns=["source_id", column]).to_pylist()
        assert {row["source_id"]: row[column] for row in rows} == want, entity
        assert len(rows) == len(want)
    assert result.watermark == CLOCK_START


@pytest.mark.parametrize("name", DELIVERS)
def test_a_second_pull_asks_for_changes_only_and_finds_those(
    settings: Settings, service: Service, quick: Callable[..., Path], name: str
) -> None:
    path = str(quick(name))
    first = ingest(settings, path)
    again = ingest(settings, path)
    assert again.totals()["landed"] == 0
    assert again.totals()["pulled"] < first.totals()["pulled"]
    control(settings, "/sandbox/clock", {"advance_days": 20})
    assert ingest(settings, path).totals()["landed"] > 0


def test_what_an_example_has_not_verified_is_listed(quick: Callable[..., Path]) -> None:
    for name in DELIVERS:
        text = quick(name).read_text(encoding="utf-8")
        assert "unverified:" in text, name


def test_times_are_asked_for_in_the_vendor_s_own_form() -> None:
    from connectors.rest.options import Changes

    moment = datetime(2026, 1, 31, 18, 4, 5, 678000, tzinfo=UTC)
    forms = {
        "iso": "2026-01-31T18:04:05.678Z",
        "epoch_ms": 1769882645678,
        "epoch_s": 1769882645,
        "yyyy-MM-dd HH:mm:ss": "2026-02-01 02:04:05",
        "yyyy-MM-ddTHH:mm:ss.SSSZ": "2026-02-01T02:04:05.678Z",
        "yyyyMMddHHmmssSSS": "20260201020405678",
    }
    for form, want in forms.items():
        zone = "UTC" if form == "iso" else "Asia/Shanghai"
        assert Changes(form=form, zone=zone, window_days=None).written(moment) == want
