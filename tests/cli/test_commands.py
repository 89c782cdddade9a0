"""The command line: exit codes and JSON fit for scripts, one clear message for each error."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from talentloop.ops import incidents, quarantine
from talentloop.settings import Settings, get_settings


@pytest.fixture
def here(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setenv("TALENTLOOP_HOME", str(settings.home))
    monkeypatch.setenv("TALENTLOOP_NOW", "2026-11-02T00:00:00Z")
    get_settings.cache_clear()
    yield settings
    get_settings.cache_clear()


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_status_before_the_first_run_is_json_and_not_closed(here: Settings) -> None:
    done = run("status", "--json")
    assert done.exit_code == 0
    status = json.loads(done.stdout)
    assert status["closed"] is False
    assert status["landed"] == {}
    assert status["audit_intact"] is True


def test_a_home_that_was_never_set_up_says_what_to_run(
    here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALENTLOOP_HOME", str(here.home / "empty"))
    get_settings.cache_clear()
    done = run("status")
    assert done.exit_code == 2
    assert "talentloop init" in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (["ingest", "nowhere"], 2, "There is no source 'nowhere'"),
        (["publish"], 7, "nothing to publish"),
        (["query", "select 1"], 7, "Nothing has been published yet"),
        (["report", "monthly_hiring_efficiency"], 7, "Nothing has been published yet"),
        (["report", "x", "--as-of", "yesterday"], 2, "neither a day nor an instant"),
        (["report", "x", "--param", "month"], 2, "has no value"),
        (["sandbox", "advance"], 2, "not running"),
        (["quarantine", "correct", "7", "a=b"], 1, "no open quarantined record"),
        (["identity", "resolve"], 7, "Nothing has been published yet"),
        (["identity", "approve", "7", "--by", "Li Lei"], 2, "no such proposal"),
        (
            ["interview", "review", "00000000", "a-1", "--by", "Li Lei", "--note", "heard"],
            2,
            "no such interview",
        ),
        (["identity", "evaluate", "--truth", "nowhere.json"], 2, "truth cannot be read"),
    ],
)
def test_each_mistake_gives_one_message_and_its_exit_code(
    here: Settings, words: list[str], code: int, expected: str
) -> None:
    done = run(*words)
    assert done.exit_code == code, done.output
    assert expected in " ".join(done.stderr.split())
    assert "Remedy" in done.stderr
    assert "Traceback" not in done.output


def test_an_error_is_json_where_json_was_asked_for(here: Settings) -> None:
    done = run("ingest", "nowhere", "--json")
    assert done.exit_code == 2
    assert set(json.loads(done.stdout)) == {"error", "where", "remedy"}


def test_a_source_that_is_down_fails_with_its_own_code_and_moves_no_cursor(here: Settings) -> None:
    done = run("ingest", "successfactors")
    assert done.exit_code in (2, 4)
    assert "sandbox" in done.stderr
    assert json.loads(run("status", "--json").stdout)["sources"] == []


def test_quarantine_is_listed_shown_corrected_and_dismissed(here: Settings) -> None:
    item = quarantine.QuarantineItem(
        "hr", "Offer", "offer", "7", "version", "wrong_type", "not a number", "Correct it",
        {"version": "x", "name": "secret"},
    )  # fmt: skip
    quarantine.add(here, [item])
    listed = json.loads(run("quarantine", "list", "--json").stdout)
    assert [row["field"] for row in listed] == ["version"]
    assert "secret" not in run("quarantine", "list").stdout
    assert run("quarantine", "correct", "1", "version=2").exit_code == 0
    shown = json.loads(run("quarantine", "show", "1").stdout)
    assert (shown["raw"]["version"], shown["corrected"]["version"]) == ("x", "2")
    assert run("quarantine", "dismiss", "1", "--reason", "test data").exit_code == 0
    assert json.loads(run("quarantine", "list", "--json").stdout) == []


def test_doctor_names_what_is_missing_and_how_to_get_it(here: Settings) -> None:
    done = run("doctor", "--json")
    findings = {finding["what"]: finding for finding in json.loads(done.stdout)}
    assert findings["published copy"]["state"] == "optional"
    assert "make demo" in findings["published copy"]["remedy"]
    assert findings["operations database"]["state"] == "ok"
    assert done.exit_code == 0


def test_open_incidents_are_counted(here: Settings) -> None:
    incidents.open_incident(here, kind="task_failed", where="x.y", title="broken")
    assert json.loads(run("status", "--json").stdout)["incidents"] == 1


def test_no_two_commands_share_a_name() -> None:
    """The later of two would silently take the place of the earlier."""
    commands = [c.name or getattr(c.callback, "__name__", "") for c in app.registered_commands]
    names = commands + [str(group.name) for group in app.registered_groups]
    assert sorted(names) == sorted(set(names))
