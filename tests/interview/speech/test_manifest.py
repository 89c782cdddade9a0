"""Only the approved model is used, and the test fixture only where it is allowed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from interview.speech.manifest import (
    SpeechManifest,
    check_files,
    check_may_be_used,
    checksums,
    load_manifest,
)
from talentloop.errors import ConfigError, ModelError
from talentloop.settings import PROJECT_ROOT, Settings


@pytest.fixture
def copied(tmp_path: Path) -> SpeechManifest:
    """The fixture's manifest over a copy of its files."""
    manifest = load_manifest(Settings())
    shutil.copytree(manifest.folder, tmp_path / "model")
    return manifest.model_copy(update={"path": tmp_path / "model"})


def test_the_committed_fixture_is_what_its_manifest_says(copied: SpeechManifest) -> None:
    check_files(copied)
    assert copied.files == checksums(copied.folder)
    assert copied.kind == "test-fixture"
    assert sum(each.stat().st_size for each in copied.folder.iterdir()) < 3_500_000


def test_a_changed_missing_or_added_file_is_refused_by_name(copied: SpeechManifest) -> None:
    check_files(copied)
    (copied.folder / "extra.txt").write_text("x")
    with pytest.raises(ModelError, match=r"extra\.txt is not expected"):
        check_files(copied)
    (copied.folder / "extra.txt").unlink()
    with (copied.folder / "model.bin").open("r+b") as file:
        file.seek(1000)
        file.write(b"\x00\x01\x02\x03")
    with pytest.raises(ModelError, match=r"model\.bin is not the file"):
        check_files(copied)
    (copied.folder / "model.bin").unlink()
    with pytest.raises(ModelError, match=r"model\.bin is missing"):
        check_files(copied)
    shutil.rmtree(copied.folder)
    with pytest.raises(ModelError, match="its folder is missing"):
        check_files(copied)


def test_the_fixture_is_refused_unless_it_is_allowed() -> None:
    manifest = load_manifest(Settings())
    with pytest.raises(ModelError, match="TALENTLOOP_ALLOW_TEST_SPEECH_MODEL=true"):
        check_may_be_used(Settings(allow_test_speech_model=False), manifest)
    check_may_be_used(Settings(allow_test_speech_model=True), manifest)
    production = manifest.model_copy(update={"kind": "production"})
    check_may_be_used(Settings(allow_test_speech_model=False), production)


def test_an_unknown_model_is_told_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match=r"no speech model 'large'.*Known models: .*test_fixture"):
        load_manifest(Settings(speech_model="large"))


def test_a_manifest_needs_a_limit_for_each_language(tmp_path: Path) -> None:
    source = PROJECT_ROOT / "config" / "speech" / "models" / "test_fixture.yml"
    content = yaml.safe_load(source.read_text())
    del content["max_error"]["zh"]
    (tmp_path / "speech" / "models").mkdir(parents=True)
    (tmp_path / "speech" / "models" / "test_fixture.yml").write_text(yaml.safe_dump(content))
    with pytest.raises(ConfigError, match=r"max_error needs one limit.*test_fixture\.yml"):
        load_manifest(Settings(config=tmp_path))


def test_the_checksums_change_with_the_files_and_with_the_options() -> None:
    manifest = load_manifest(Settings())
    other_file = manifest.model_copy(update={"files": {**manifest.files, "model.bin": "0" * 64}})
    assert other_file.sha256 != manifest.sha256
    slower = manifest.decoding.model_copy(update={"beam_size": 5})
    other_options = manifest.model_copy(update={"decoding": slower})
    assert other_options.options_hash != manifest.options_hash
    assert other_options.sha256 == manifest.sha256


def test_whoever_imports_the_module_does_not_load_the_recogniser() -> None:
    code = (
        "import sys, interview.speech.transcribe;"
        "sys.exit(bool({'faster_whisper', 'ctranslate2', 'onnxruntime'} & set(sys.modules)))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, check=False).returncode == 0
    )
