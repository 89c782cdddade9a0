"""Documentation that cannot fall behind: generated pages, and a place for every room."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from talentloop.settings import Settings

ROOT = Path(__file__).parents[2]


def test_generated_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "write_docs.py"), "--check"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    assert f"`TALENTLOOP_{name.upper()}`" in (ROOT / "docs" / "settings.md").read_text()
    assert Settings.model_fields[name].description


def test_every_room_stands_in_the_architecture_page() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    rooms = {path.split("/")[0] for path in tracked if "/" in path} - {".ci"}
    assert not {room for room in rooms if f"`{room}/`" not in text}


def test_links_between_pages_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
