"""Quarantined records, corrected or under a corrected mapping, are mapped again and land."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.ingest import ingest
from connectors.mapping import FaultyRow
from connectors.replay import ReplayResult, replay
from talentloop import ops
from talentloop.errors import TalentLoopError
from talentloop.landing import LandingZone
from talentloop.ops import quarantine
from talentloop.ops.loads import pending_loads
from talentloop.ops.models import AuditRow
from talentloop.settings import Settings


def row(number: int, version: Any = 1, at: str = "2026-10-01T00:00:00Z") -> dict[str, Any]:
    return {"id": str(number), "app": f"A{number}", "status": "extended", "v": version, "at": at}


def entries(settings: Settings) -> dict[tuple[str, str], Any]:
    states = ("open", "corrected", "replayed", "dismissed")
    rows = quarantine.listed(settings, states=states)
    return {(r.record_id, r.field): r for r in rows}


def test_a_corrected_record_lands_and_its_entries_close(settings: Settings, script: Any) -> None:
    script.pages = [[row(1), {**row(2, version=0), "status": "gone"}]]
    ingest(settings, "s")
    before = entries(settings)
    quarantine.correct(settings, before["2", "version"].id, {"v": 2})
    quarantine.correct(settings, before["2", "status_code"].id, {"status": "accepted"})
    assert replay(settings, actor="hr_admin") == ReplayResult(landed=1)
    landed = {r["source_id"]: r for r in LandingZone(settings).read("offer").to_pylist()}
    assert (landed["2"]["version"], landed["2"]["status_code"]) == (2, "accepted")
    assert {r.state for r in entries(settings).values()} == {"replayed"}
    assert len(pending_loads(settings)) == 2
    with ops.session(settings) as db:
        noted = [(a.actor, a.action, a.detail_json) for a in db.query(AuditRow)]
    assert noted[0][:2] == ("hr_admin", "quarantine.replayed")
    assert '"corrected": ["status", "v"]' in noted[0][2]
    assert replay(settings) == ReplayResult()
    # The source still sends the bad row: it stays settled, and does not undo the correction.
    ingest(settings, "s")
    assert quarantine.listed(settings) == []
    assert LandingZone(settings).read("offer").num_rows == 2


def test_a_record_that_is_still_broken_stays_open_with_the_new_reason(
    settings: Settings, script: Any
) -> None:
    script.pages = [[row(1, version="many")]]
    ingest(settings, "s")
    entry = entries(settings)["1", "version"]
    quarantine.correct(settings, entry.id, {"v": "0"})
    assert replay(settings, ids=[entry.id]) == ReplayResult(still_broken=1)
    kept = entries(settings)["1", "version"]
    assert kept.state == "open"
    assert kept.note == "Tried again: version: '0' is below 1"
    assert kept.corrected["v"] == "0"


def test_a_corrected_mapping_needs_no_corrected_record(
    settings: Settings, script: Any, configure: Callable[..., Path]
) -> None:
    from yaml import safe_dump, safe_load

    script.pages = [[{**row(1), "status": "Angebot"}]]
    ingest(settings, "s")
    assert replay(settings) == ReplayResult(still_broken=1)
    path = settings.config / "sources" / "mapping.yaml"
    mapping = copy.deepcopy(safe_load(path.read_text()))
    fields = mapping["streams"]["offers"]["records"][0]["fields"]
    fields["status_code"] = {"from": "status", "values": {"Angebot": "extended"}}
    path.write_text(safe_dump(mapping))
    assert replay(settings, source="s") == ReplayResult(landed=1)


def test_a_replay_does_not_undo_a_newer_version(settings: Settings, script: Any) -> None:
    script.pages = [[row(1, version=0)]]
    ingest(settings, "s")
    entry = entries(settings)["1", "version"]
    newer = row(1, version=3, at="2026-10-05T00:00:00Z")
    script.pages, script.clock = [[newer, row(1, version=-1)]], script.clock + timedelta(days=1)
    ingest(settings, "s")  # the page also holds a broken version, so the entry stays open
    quarantine.correct(settings, entry.id, {"v": 1})
    assert replay(settings, ids=[entry.id]) == ReplayResult(overtaken=1)
    assert LandingZone(settings).read("offer")["version"].to_pylist() == [3]
    settled = quarantine.listed(settings, states=("dismissed",))
    assert [e.id for e in settled] == [entry.id]
    assert "newer version" in settled[0].note


def test_a_key_can_be_corrected(settings: Settings, script: Any) -> None:
    script.pages = [[{**row(1), "id": None}]]
    ingest(settings, "s")
    entry = entries(settings)["row 1", "source_id"]
    quarantine.correct(settings, entry.id, {"id": "7"})
    assert replay(settings) == ReplayResult(landed=1)
    assert LandingZone(settings).live_ids("offer", "s") == {"7"}


def test_a_row_that_its_reader_refused_needs_a_correction(settings: Settings, script: Any) -> None:
    script.pages = [[FaultyRow(row(1), "has 6 cells, the header has 5")]]
    ingest(settings, "s")
    entry = entries(settings)["row 1", "(row)"]
    assert replay(settings) == ReplayResult(still_broken=1)
    quarantine.correct(settings, entry.id, {"app": "A9"})
    assert replay(settings) == ReplayResult(landed=1)
    assert LandingZone(settings).read("offer")["application_id"].to_pylist() == ["A9"]


def test_only_the_entries_named_are_tried(settings: Settings, script: Any) -> None:
    script.pages = [[row(1, version=0), row(2, version=0)]]
    ingest(settings, "s")
    found = entries(settings)
    for entry in found.values():
        quarantine.correct(settings, entry.id, {"v": 1})
    assert replay(settings, ids=[found["2", "version"].id]) == ReplayResult(landed=1)
    assert LandingZone(settings).live_ids("offer", "s") == {"2"}
    with pytest.raises(TalentLoopError, match=r"no open quarantined records.*quarantine 999"):
        replay(settings, ids=[999])
