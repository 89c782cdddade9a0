"""The command `talentloop judge`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from interview.judge.judging import Bench
from talentloop.settings import Settings, get_settings

BRACKETS = get_settings().config / "problems" / "brackets" / "solutions" / "stack.py"


@pytest.fixture(autouse=True)
def _home(
    bench: Bench, judge_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    monkeypatch.setenv("TALENTLOOP_HOME", str(judge_settings.home))
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def test_a_file_is_judged_and_compared_with_others(tmp_path: Path) -> None:
    other = tmp_path / "other.py"
    other.write_text(BRACKETS.read_text().replace("stack", "open_ones"))
    command = ["judge", str(BRACKETS), "--problem", "brackets", "--other", str(other), "--json"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["verdict"], found["score_0_1"]) == ("AC", 1.0)
    assert [(each["answer_id"], each["share"]) for each in found["copies"]] == [(str(other), 1.0)]
    done = CliRunner().invoke(app, command[:-1])
    assert "AC  score 1.000  isolation full" in done.stdout


def test_the_table_of_attacks_tells_how_each_ended() -> None:
    done = CliRunner().invoke(app, ["judge", "attacks", "--only", "verdict", "--json"])
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)
    assert [(row["ended"], row["contained"]) for row in rows] == [("RE", True)] * 3 + [("AC", True)]
    done = CliRunner().invoke(app, ["judge", "attacks", "--only", "closes_everything"])
    assert "1 of 1 attacks contained" in done.stdout


def test_the_self_test_passes_here() -> None:
    done = CliRunner().invoke(app, ["judge", "self-test", "--json"])
    assert done.exit_code == 0, done.output
    assert all(row["contained"] for row in json.loads(done.stdout))


def test_what_cannot_be_judged_is_told_with_a_remedy() -> None:
    done = CliRunner().invoke(app, ["judge", str(BRACKETS), "--problem", "nothing", "--json"])
    assert done.exit_code == 2
    assert "brackets" in json.loads(done.stdout)["remedy"]
    done = CliRunner().invoke(app, ["judge", "attacks", "--only", "nothing", "--json"])
    assert done.exit_code == 2
    assert "resources" in json.loads(done.stdout)["remedy"]
