"""Killed anywhere and run again, ingest lands exactly the rows of an undisturbed run."""

from __future__ import annotations

import importlib
import os
import signal
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.ingest import batch, ingest
from talentloop import ops
from talentloop.landing import LandingZone
from talentloop.ops import quarantine
from talentloop.ops.cursors import get_cursor
from talentloop.ops.models import FileManifest, Load
from talentloop.settings import Settings
from tests.migrated import set_up
from tests.processes import exit_of

SOURCE = """
connector: files
mapping: mapping.yaml
path: ../drop
settle_seconds: 0
rows_per_page: 3
observed_at: 2026-11-01T00:00:00Z
streams: {offers: {files: "*.csv"}}
"""
MAPPING = """
streams:
  offers:
    records:
      - entity: offer
        key: id
        updated_at: at
        fields: {application_id: app, status_code: status, version: v}
"""

POINTS = [
    ("talentloop.ops.quarantine", "add", "before", 1),
    ("talentloop.ops.quarantine", "add", "after", 1),
    ("talentloop.landing", "replace_durably", "before", 2),  # raw page there, records not
    ("talentloop.landing", "replace_durably", "after", 2),  # landed, and nobody knows
    ("connectors.ingest.batch", "record_load", "after", 2),
    ("connectors.ingest.run", "set_cursor", "before", 1),
    ("connectors.ingest.run", "set_cursor", "after", 1),
    ("connectors.files.source", "mark_done", "after", 1),  # one of two files noted
]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A source `s` over two files: nine good records, one of them in two versions, and two bad."""
    top = tmp_path_factory.mktemp("source")
    line = "{0},A{0},{1},{2},2026-10-0{2}T00:00:00Z\n".format
    head = "id,app,status,v,at\n"
    first = [line(n, "extended", 1) for n in range(6)] + [line(50, "unknown", 1)]
    second = [line(n, "accepted", 2) for n in range(5, 9)] + [line(51, "unknown", 2)]
    drop, sources = top / "drop", top / "sources"
    drop.mkdir()
    sources.mkdir()
    (drop / "a.csv").write_text(head + "".join(first))
    (drop / "b.csv").write_text(head + "".join(second))
    (sources / "s.yml").write_text(SOURCE)
    (sources / "mapping.yaml").write_text(MAPPING)
    return Settings(config=top, home=top / "home", now=datetime(2026, 11, 2, tzinfo=UTC))


@pytest.fixture(scope="module")
def undisturbed(base: Settings) -> dict[str, Any]:
    """What a run leaves behind that nothing disturbed."""
    set_up(base)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "ROWS_PER_FILE", 4)
        ingest(base, "s")
    return state(base)


def state(settings: Settings) -> dict[str, Any]:
    """Everything that must not depend on whether the run was disturbed."""
    cursor = get_cursor(settings, "s", "offers")
    assert cursor is not None
    zone = LandingZone(settings)
    rows = zone.read("offer", columns=["source_id", "payload_hash", "source_updated_at"])
    with ops.session(settings) as db:
        files = {(f.path, f.sha256, f.rows, f.state) for f in db.query(FileManifest)}
        recorded = {load.path for load in db.query(Load)}
    assert recorded == {file.path for file in zone.files()}
    return {
        "landed": Counter(tuple(row.values()) for row in rows.to_pylist()),
        "quarantined": {(q.record_id, q.field) for q in quarantine.listed(settings)},
        "cursor": (cursor.watermark, cursor.last_full_at),
        "files": files,
    }


def test_the_undisturbed_run_has_something_to_lose(undisturbed: dict[str, Any]) -> None:
    assert sum(undisturbed["landed"].values()) == 10
    assert undisturbed["quarantined"] == {("50", "status_code"), ("51", "status_code")}
    assert len(undisturbed["files"]) == 2


def _deadly(settings: Settings, module: str, name: str, moment: str, count: int) -> None:
    """An ingest that kills its process at the n-th call of a function, before or after the call."""
    owner = importlib.import_module(module)
    real, calls = getattr(owner, name), []

    def deadly(*args: Any, **kwargs: Any) -> Any:
        calls.append(None)
        if len(calls) == count and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **kwargs)
        if len(calls) == count and moment == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, deadly)
    batch.ROWS_PER_FILE = 4
    ingest(settings, "s")


@pytest.mark.parametrize("point", POINTS, ids=lambda p: f"{p[2]} {p[1]} {p[3]}")
def test_killed_and_run_again_equals_undisturbed(
    base: Settings, undisturbed: dict[str, Any], tmp_path: Path, point: tuple[str, str, str, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    settings = base.model_copy(update={"home": tmp_path / "home"})
    set_up(settings)
    assert exit_of(_deadly, settings, *point) == -signal.SIGKILL
    monkeypatch.setattr(batch, "ROWS_PER_FILE", 4)
    ingest(settings, "s")
    assert state(settings) == undisturbed
