"""What a vendor changes is told field by field, and nothing is dropped in silence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.ingest import ingest
from connectors.ingest.schema import accept, noted, remembered
from talentloop.errors import ContractError
from talentloop.landing import LandingZone
from talentloop.ops import quarantine
from talentloop.ops.incidents import open_incidents
from talentloop.settings import Settings

MAPPING: dict[str, Any] = {
    "streams": {
        "offers": {
            "records": [
                {
                    "entity": "offer", "key": "id", "updated_at": "at",
                    "fields": {
                        "application_id": "app", "status_code": "status",
                        "decline_reason_code": "why", "base_salary": "pay.base",
                    },
                    "custom": {"prefix": "c_"},
                }
            ]
        }
    }
}  # fmt: skip


def row(number: int, **changes: Any) -> dict[str, Any]:
    made = {
        "id": number, "app": f"a{number}", "status": "declined", "at": "2026-10-01T00:00:00Z",
        "why": "pay", "pay": {"base": 100}, "note": "x",
    }  # fmt: skip
    return {name: value for name, value in {**made, **changes}.items() if value != "gone"}


@pytest.fixture
def pull(settings: Settings, script: Any, configure: Callable[..., Path]) -> Callable[..., Any]:
    configure(connector="scripted", rules=MAPPING)

    def run(first: int, count: int = 30, **changes: Any) -> Any:
        script.pages = [[row(first + i, **changes) for i in range(count)]]
        return ingest(settings, "s")

    return run


def changes(settings: Settings) -> set[tuple[str, str, bool]]:
    return {(c.field, c.change, c.is_mapped) for c in noted(settings, "s")}


def test_the_first_run_remembers_and_a_like_one_changes_nothing(
    settings: Settings, pull: Callable[..., Any]
) -> None:
    pull(0)
    known = remembered(settings, "s", "offers")
    assert known is not None
    assert known["pay.base"] == {"kinds": ["number"], "share": 1.0}
    assert "100" not in str(known).replace("1.0", "")
    pull(100)
    pull(200, 3, why=None)  # a few rows without an optional field are no news
    assert changes(settings) == set()
    assert open_incidents(settings) == []


def test_a_mapped_field_that_vanishes_opens_an_incident_until_somebody_has_looked(
    settings: Settings, pull: Callable[..., Any]
) -> None:
    pull(0)
    pull(100, why="gone", reason="pay")
    assert changes(settings) == {("why", "vanished", True), ("reason", "added", False)}
    (incident,) = open_incidents(settings)
    assert (incident.kind, incident.location) == ("schema_changed", "s/offers")
    assert "why has vanished" in incident.detail
    assert "reason is new (text), and not kept" in incident.detail
    pull(200, why="gone", reason="pay")
    assert len(open_incidents(settings)) == 1
    assert len(noted(settings, "s")) == 2  # told once
    assert accept(settings, "s", ["offers"]) == ["offers"]
    assert open_incidents(settings) == []
    pull(300)
    assert ("why", "returned", True) in changes(settings)


def test_a_field_that_travels_in_ext_is_noted_and_disturbs_nobody(
    settings: Settings, pull: Callable[..., Any]
) -> None:
    pull(0)
    pull(100, c_bonus=5)
    assert changes(settings) == {("c_bonus", "added", False)}
    assert open_incidents(settings) == []
    ext = LandingZone(settings).read("offer", columns=["ext"])["ext"].to_pylist()
    assert '{"c_bonus":5}' in ext


def test_a_kind_that_changes_is_told_and_the_rows_it_breaks_are_kept(
    settings: Settings, pull: Callable[..., Any]
) -> None:
    pull(0)
    pull(100, pay={"base": "negotiable"})
    assert changes(settings) == {("pay.base", "kind", True)}
    assert "was number, is text" in open_incidents(settings)[0].detail
    held = quarantine.listed(settings)
    assert len(held) == 30
    assert {(row.field, row.payload["pay"]["base"]) for row in held} == {
        ("base_salary", "negotiable")
    }


def test_a_run_that_ends_because_a_required_field_has_gone_tells_so_too(
    settings: Settings, pull: Callable[..., Any]
) -> None:
    pull(0)
    with pytest.raises(ContractError, match="'app'"):
        pull(100, app="gone", application="a1")
    assert {("app", "vanished", True), ("application", "added", False)} <= changes(settings)
    assert open_incidents(settings)
