"""The command that tests the scorer, as somebody types it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import reliability
from cli.main import app
from talentloop.settings import Settings


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The rubric as shipped, with one ladder a question."""
    config = tmp_path / "config"
    shutil.copytree(Settings().config / "rubrics", config / "rubrics")
    file = config / "rubrics" / "self_test.yml"
    file.write_text(file.read_text().replace("ladders: 6", "ladders: 1"))
    monkeypatch.setattr(reliability, "get_settings", lambda: Settings(config=config))
    return config


def test_the_self_test_is_printed_with_its_label_and_keeps_its_anchors(here: Path) -> None:
    kept = here.parent / "anchors.json"
    done = CliRunner().invoke(app, ["interview", "reliability", "--save", str(kept)])
    assert done.exit_code == 0, done.output
    said = " ".join(done.output.split())
    assert "not evidence of validity" in said
    assert "falls=0" in said
    done = CliRunner().invoke(app, ["interview", "reliability", "--against", str(kept), "--json"])
    found = json.loads(done.stdout)
    assert found["passed"] is True
    assert {each["verdict"] for each in found["versions"]} == {"same"}


def test_a_scorer_that_fails_its_checks_exits_with_five(here: Path) -> None:
    file = here / "rubrics" / "dimensions" / "teamwork.yml"
    file.write_text(
        file.read_text().replace("phrases: [helped,", "phrases: [Garcia, 秀英, helped,")
    )
    done = CliRunner().invoke(app, ["interview", "reliability", "--json"])
    assert done.exit_code == 5
    assert json.loads(done.stdout)["passed"] is False
