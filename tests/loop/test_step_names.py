"""Steps as people read them on the page of runs."""

from __future__ import annotations

import re
from pathlib import Path

from talentloop.codes import load_code_lists
from talentloop.settings import Settings

ROOT = Path(__file__).parents[2]
RECORDED = re.compile(r'with step\(settings, f?"([a-z_]+)')


def test_every_step_that_is_recorded_has_a_name_in_both_languages() -> None:
    files = [file for room in ("loop", "connectors", "interview", "ml", "talentloop")
             for file in (ROOT / room).rglob("*.py")]  # fmt: skip
    recorded = {name for file in files for name in RECORDED.findall(file.read_text())}
    assert {"ingest", "build", "finish_interview", "monitor_speech"} <= recorded
    assert recorded <= set(load_code_lists(Settings()).codes("step"))
