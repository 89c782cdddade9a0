"""Killed anywhere and run again, ingest lands exactly the rows of an undisturbed run."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.ingest import ingest
from talentloop import ops
from talentloop.ops import quarantine
from talentloop.ops.cursors import get_cursor
from talentloop.ops.models import FileManifest, Load
from talentloop.settings import PROJECT_ROOT, Settings

#: Runs an ingest that kills itself at the n-th call of a function, before or after the call.
CHILD = """
import importlib, os, signal, sys
from pathlib import Path
from connectors.ingest import batch, ingest
from talentloop.settings import Settings

module, name, moment, count = sys.argv[3], sys.argv[4], sys.argv[5], int(sys.argv[6])
owner = importlib.import_module(module)
real, calls = getattr(owner, name), []

def deadly(*args, **kwargs):
    calls.append(None)
    if len(calls) == count and moment == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = real(*args, **kwargs)
    if len(calls) == count and moment == "after":
        os.kill(os.getpid(), signal.SIGKILL)
    return result

setattr(owner, name, deadly)
batch.ROWS_PER_FILE = 4
ingest(Settings(home=Path(sys.argv[1]), config=Path(sys.argv[2])), "s")
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


@pytest.fixture
def drop(tmp_path: Path, configure: Callable[..., Path]) -> Path:
    """A source `s` over two files: nine good records, one of them in two versions, and two bad ones."""
    folder = tmp_path / "drop"
    folder.mkdir()
    line = "{0},A{0},{1},{2},2026-10-0{2}T00:00:00Z\n".format
    head = "id,app,status,v,at\n"
    first = [line(n, "extended", 1) for n in range(6)] + [line(50, "unknown", 1)]
    second = [line(n, "accepted", 2) for n in range(5, 9)] + [line(51, "unknown", 2)]
    (folder / "a.csv").write_text(head + "".join(first))
    (folder / "b.csv").write_text(head + "".join(second))
    configure(
        connector="files",
        path=str(folder),
        settle_seconds=0,
        rows_per_page=3,
        observed_at="2026-11-01T00:00:00Z",
        streams={"offers": {"files": "*.csv"}},
    )
    return folder


def state(settings: Settings, landed: Callable[..., Counter[Any]]) -> dict[str, Any]:
    """Everything that must not depend on whether the run was disturbed."""
    cursor = get_cursor(settings, "s", "offers")
    assert cursor is not None
    with ops.session(settings) as db:
        files = {(f.path, f.sha256, f.rows, f.state) for f in db.query(FileManifest)}
        recorded = {(load.entity, load.path) for load in db.query(Load)}
    folder = Path(settings.landing_root)
    on_disk = {
        ("offer", str(p.relative_to(folder))) for p in folder.glob("offer/source=s/*.parquet")
    }
    assert recorded == on_disk
    return {
        "landed": landed(settings.home),
        "quarantined": {(q.record_id, q.field) for q in quarantine.listed(settings)},
        "cursor": (cursor.watermark, cursor.last_full_at),
        "files": files,
        "drafts": [p for p in folder.rglob("*.tmp") if p.stat().st_size == 0],
    }


@pytest.mark.parametrize("point", POINTS, ids=lambda p: f"{p[2]} {p[1]} {p[3]}")
def test_killed_and_run_again_equals_undisturbed(
    settings: Settings, drop: Path, tmp_path: Path, landed: Any, point: tuple[str, str, str, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    script = tmp_path / "child.py"
    script.write_text(CHILD)
    done = subprocess.run(
        [sys.executable, script, settings.home, settings.config, *map(str, point)],
        cwd=PROJECT_ROOT,
        env={"PYTHONPATH": str(PROJECT_ROOT)},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    monkeypatch.setattr("connectors.ingest.batch.ROWS_PER_FILE", 4)
    ingest(settings, "s")
    calm = settings.model_copy(update={"home": tmp_path / "calm"})
    ops.migrate(calm)
    ingest(calm, "s")
    expected = state(calm, landed)
    assert state(settings, landed) == expected
    assert sum(expected["landed"].values()) >= 9
    assert len(expected["quarantined"]) == 2
