"""Which recogniser is used, declared in `config/speech/models/<name>.yml`, and proof that it is that one."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from interview.session import LanguageCode
from talentloop.config import load_model
from talentloop.errors import ConfigError, ModelError
from talentloop.settings import PROJECT_ROOT, Settings
from talentloop.strict import Strict

TEST_FIXTURE = "test-fixture"
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Voice(Strict):
    """When somebody counts as speaking, in milliseconds; options of the Silero detector.

    Attributes:
        min_silence_ms: silence that ends a stretch of speech.
        pad_ms: kept before and after each stretch.
    """

    min_silence_ms: int = Field(ge=50, le=5000)
    pad_ms: int = Field(ge=0, le=1000)


class Decoding(Strict):
    """How speech is decoded. Everything here can change a transcript, so it is hashed into it.

    Attributes:
        chunk_seconds: longest stretch of speech that is decoded at once.
        max_tokens: longest text of a chunk; a recogniser that loops is stopped there, and the
            gate sees it loop.
        threads: of the processor, for one recording.
    """

    chunk_seconds: int = Field(ge=1, le=30)
    beam_size: int = Field(ge=1, le=10)
    batch_size: int = Field(ge=1, le=64)
    max_tokens: int = Field(224, ge=10, le=440)
    compute_type: Literal["int8", "int8_float32", "float32", "float16", "int8_float16"]
    device: Literal["cpu", "cuda"] = "cpu"
    threads: int = Field(1, ge=1, le=64)
    voice: Voice


class Detection(Strict):
    """How the language is told.

    Attributes:
        segments: windows of 30 s of speech that are looked at, until one is sure.
        min_probability: below it nobody knows which language was spoken.
    """

    segments: int = Field(ge=1, le=10)
    min_probability: float = Field(gt=0, lt=1)


class SpeechManifest(Strict):
    """A recogniser that may be used.

    Attributes:
        kind: `production`, or `test-fixture`, which says nothing true of real speech.
        path: folder of the model; a relative one counts from the project.
        files: SHA-256 of each file of it.
        max_error: highest error rate that is accepted, by language: of words (WER), for Chinese
            and Japanese of characters (CER).
    """

    name: str = Field(min_length=1, pattern=r"^[a-z0-9_.-]+$")
    kind: Literal["production", "test-fixture"]
    path: Path
    files: dict[str, Sha256] = Field(min_length=1)
    languages: tuple[LanguageCode, ...] = Field(min_length=1)
    decoding: Decoding
    detection: Detection
    max_error: dict[LanguageCode, Annotated[float, Field(gt=0, lt=1)]]

    @model_validator(mode="after")
    def _every_language_has_a_limit(self) -> SpeechManifest:
        if set(self.max_error) != set(self.languages):
            raise ValueError("max_error needs one limit for each of the languages, and no other")
        return self

    @property
    def folder(self) -> Path:
        """Where the model lies."""
        return PROJECT_ROOT / self.path.expanduser()

    @property
    def sha256(self) -> str:
        """One checksum of all files: of the lines `<sha256>  <name>`, by name."""
        lines = "".join(f"{self.files[name]}  {name}\n" for name in sorted(self.files))
        return hashlib.sha256(lines.encode()).hexdigest()

    @property
    def options_hash(self) -> str:
        """Checksum of everything beside the model that can change a transcript."""
        options = self.decoding.model_dump_json() + self.detection.model_dump_json()
        return hashlib.sha256(options.encode()).hexdigest()


def load_manifest(settings: Settings) -> SpeechManifest:
    """The manifest that `settings.speech_model` names.

    Raises:
        ConfigError: there is no such manifest, or it is malformed.
    """
    folder = settings.config / "speech" / "models"
    file = folder / f"{settings.speech_model}.yml"
    if not file.is_file():
        known = ", ".join(sorted(each.stem for each in folder.glob("*.yml"))) or "none"
        raise ConfigError(
            f"There is no speech model {settings.speech_model!r}",
            where=f"{folder} and the setting TALENTLOOP_SPEECH_MODEL",
            remedy=f"Known models: {known}. docs/speech.md says how to add one.",
        )
    return load_model(file, SpeechManifest)


def recogniser_version(settings: Settings) -> str:
    """Changes with whatever can change a transcript: model, options, limits of the quality gate.

    Raises:
        ConfigError: the manifest or the gate is missing or malformed.
    """
    from interview.speech.gate import load_gate

    manifest = load_manifest(settings)
    parts = (manifest.kind, manifest.sha256, manifest.options_hash, *sorted(manifest.languages),
             load_gate(settings).model_dump_json())  # fmt: skip
    return f"speech-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:12]}"


def check_may_be_used(settings: Settings, manifest: SpeechManifest) -> None:
    """Refuse the test fixture, unless the settings allow it.

    Raises:
        ModelError: it is the fixture, and this installation does not allow it.
    """
    if manifest.kind == TEST_FIXTURE and not settings.allow_test_speech_model:
        raise ModelError(
            f"The speech model {manifest.name} only serves to test software",
            where="the setting TALENTLOOP_SPEECH_MODEL",
            remedy="Name a production model (docs/speech.md), or for tests and the demo set "
            "TALENTLOOP_ALLOW_TEST_SPEECH_MODEL=true.",
        )


def check_files(manifest: SpeechManifest) -> None:
    """Compare the model's files with their checksums.

    Raises:
        ModelError: a file is missing, differs, or is not named in the manifest.
    """
    if not manifest.folder.is_dir():
        raise _wrong(manifest, "its folder is missing")
    found = {each.name for each in manifest.folder.iterdir() if each.is_file()}
    for name in sorted(found ^ set(manifest.files)):
        raise _wrong(manifest, f"{name} is {'not expected' if name in found else 'missing'}")
    for name, expected in sorted(manifest.files.items()):
        file = manifest.folder / name
        if _sha256(file, file.stat().st_mtime_ns, file.stat().st_size) != expected:
            raise _wrong(manifest, f"{name} is not the file that the manifest describes")


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of each file of a folder, as a manifest's `files` has it.

    Raises:
        ConfigError: there is no such folder, or it is empty.
    """
    files = sorted(each for each in folder.iterdir() if each.is_file()) if folder.is_dir() else []
    if not files:
        raise ConfigError(
            "There is no speech model",
            where=str(folder),
            remedy="Name the folder that holds model.bin and its other files.",
        )
    return {
        file.name: _sha256(file, file.stat().st_mtime_ns, file.stat().st_size) for file in files
    }


@lru_cache(maxsize=64)
def _sha256(file: Path, _changed: int, _size: int) -> str:
    """Checksum of a file, read again when it has changed."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _wrong(manifest: SpeechManifest, what: str) -> ModelError:
    return ModelError(
        f"The speech model {manifest.name} is not the one that was approved: {what}",
        where=str(manifest.folder),
        remedy="Fetch the model again, or correct `files` in its manifest once it is approved anew.",
    )
