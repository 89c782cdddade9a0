"""The speech commands: which model, one recording, a correction, the error rates."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from interview.speech.fixture import voice
from talentloop.settings import Settings, get_settings


@pytest.fixture
def here(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setenv("TALENTLOOP_HOME", str(settings.home))
    monkeypatch.setenv("TALENTLOOP_ALLOW_TEST_SPEECH_MODEL", "true")
    get_settings.cache_clear()
    yield settings
    get_settings.cache_clear()


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["speech", *words])


def test_check_passes_for_the_fixture_only_where_it_is_allowed(
    here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "kind=test-fixture" in run("check").stdout
    monkeypatch.setenv("TALENTLOOP_ALLOW_TEST_SPEECH_MODEL", "false")
    get_settings.cache_clear()
    refused = run("check")
    assert refused.exit_code == 8
    assert "only serves to test software" in refused.stderr


def test_checksums_are_those_of_the_manifest(here: Settings) -> None:
    manifest = json.loads(run("check", "--json").stdout)
    printed = run("checksums", str(Path("interview/speech/fixture/model").resolve())).stdout
    assert printed == "".join(f"  {n}: {d}\n" for n, d in sorted(manifest["files"].items()))


def test_a_recording_is_transcribed_corrected_and_counted(here: Settings, tmp_path: Path) -> None:
    speech = voice.say("first i made a plan, then i talked to the customer", language="en")
    recording = voice.write_wav(tmp_path / "answer.wav", speech)
    shown = run("transcribe", str(recording), "--language", "en")
    assert "may be scored" in shown.stdout
    transcript, text = tmp_path / "t.json", tmp_path / "said.txt"
    transcript.write_text(run("transcribe", str(recording), "--language", "en", "--json").stdout)
    text.write_text(speech.text)
    assert (
        "corrections=1"
        in run("correct", str(transcript), "--text", str(text), "--by", "reviewer-7").stdout
    )
    english = json.loads(run("monitor", "--json").stdout)[0]
    assert (english["answers"], english["units"], english["rate"]) == (1, 11, None)


def test_what_the_gate_finds_is_told_in_words(here: Settings, tmp_path: Path) -> None:
    recording = voice.write_wav(tmp_path / "noise.wav", voice.noise(4))
    assert "Nothing was heard" in run("transcribe", str(recording)).stdout


def test_a_file_that_is_no_transcript_is_told(here: Settings, tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text("{}")
    (tmp_path / "said.txt").write_text("plan")
    done = run("correct", str(tmp_path / "t.json"), "--text", str(tmp_path / "said.txt"),
               "--by", "reviewer-7")  # fmt: skip
    assert done.exit_code == 3
    assert "There is no transcript here" in done.stderr
