"""The real recogniser on made speech. How well it hears says nothing of recognition quality."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median
from types import SimpleNamespace

import jiwer
import numpy as np
import pytest

from interview.speech.fixture import voice
from interview.speech.gate import spoken_units
from interview.speech.transcribe import transcribe
from interview.transcript import Transcript
from scripts.speech_fixture.words import sentences
from talentloop.errors import ContractError, ModelError
from talentloop.settings import Settings

SETTINGS = Settings(allow_test_speech_model=True)
ENGLISH = "first i talked to the customer, then i made a plan with the team. as a result we reduced the cost"
CHINESE = "首先我和客户沟通，然后我制定了计划。最后成本降低了百分之三十"

Hear = Callable[..., Transcript]


@pytest.fixture
def hear(tmp_path: Path) -> Hear:
    """Transcribe speech, or samples."""

    def heard(speech: voice.Speech | voice.Samples, language: str | None = None) -> Transcript:
        path = voice.write_wav(tmp_path / "answer.wav", speech)
        return transcribe(SETTINGS, path, answer_id="a1", language_code=language)

    return heard


def error_rate(made: Transcript, speech: voice.Speech) -> float:
    said, written = (
        " ".join(spoken_units(text, speech.language_code)) for text in (speech.text, made.text)
    )
    return jiwer.wer(said, written)


def codes(made: Transcript) -> list[str]:
    return [finding.code for finding in made.findings]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_sentences_that_training_never_saw_are_heard(hear: Hear, language: str) -> None:
    rates = []
    for number, text in enumerate(sentences()[language][:4]):
        speaker = voice.voices(language)[number % 2]
        speech = voice.say(text, language=language, voice=speaker, seed=number)
        rates.append(error_rate(hear(speech, language), speech))
    assert np.mean(rates) <= 0.35


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (CHINESE, "zh")])
def test_the_language_is_told_by_the_recording(hear: Hear, text: str, language: str) -> None:
    made = hear(voice.say(text, language=language))
    assert made.language_code == language
    assert made.language_probability > 0.6
    assert codes(made) == []


def test_another_language_than_the_interviews_is_found(hear: Hear) -> None:
    assert "language_mismatch" in codes(hear(voice.say(CHINESE, language="zh"), "en"))
    assert "language_mismatch" in codes(hear(voice.say(ENGLISH, language="en"), "zh"))


def test_a_language_that_the_model_does_not_know_is_not_guessed(hear: Hear) -> None:
    made = hear(voice.say(ENGLISH, language="en"), "ja")
    assert (made.text, codes(made)) == ("", ["language_unsupported"])


def test_the_same_recording_gives_the_same_bytes(hear: Hear) -> None:
    speech = voice.with_noise(voice.say(ENGLISH, language="en"), decibels=20)
    first, second = (hear(speech, "en").model_dump_json() for _ in range(2))
    assert first == second


def test_words_stand_at_their_places_in_the_text_and_in_the_recording(hear: Hear) -> None:
    speech = voice.say(ENGLISH, language="en", voice="en_m")
    made = hear(speech, "en")
    for word in made.words:
        assert made.text[word.char_start : word.char_end] == word.text
    matched = [
        abs(word.start - truth.start)
        for word in made.words
        for truth in speech.words
        if word.text == truth.text and abs(word.start - truth.start) < 1.5
    ]
    assert len(matched) >= 0.7 * len(speech.words)
    assert median(matched) < 0.2
    starts = [word.start for word in made.words]
    assert starts == sorted(starts)


def test_a_quote_leads_to_the_moment_when_it_was_said(hear: Hear) -> None:
    speech = voice.joined(
        voice.say("first i made a plan", language="en"),
        voice.say("the customer was happy", language="en"),
        gap=4.0,
    )
    made = hear(speech, "en")
    at = made.text.index("customer")
    span = made.audio_span(at, at + len("customer"))
    truth = next(word for word in speech.words if word.text == "customer")
    assert span is not None
    assert span[0] == pytest.approx(truth.start, abs=0.5)
    # Four seconds of silence are left out of the speech, and not of the time line.
    assert made.speech_seconds < made.duration_seconds - 3


def test_long_answers_are_heard_in_several_segments(hear: Hear) -> None:
    speech = voice.joined(*(voice.say(text, language="en") for text in sentences()["en"][3:7]))
    made = hear(speech, "en")
    assert len(made.segments) >= 4
    assert error_rate(made, speech) <= 0.35
    assert codes(made) == []


def test_silence_and_noise_are_not_heard_as_words(hear: Hear) -> None:
    for samples in (voice.silence(3), voice.noise(5, level=0.01)):
        for language in ("en", None):
            made = hear(samples, language)
            assert made.text == ""
            assert "nothing_heard" in codes(made)
            assert not made.may_be_scored


def test_a_distorted_recording_is_found(hear: Hear) -> None:
    assert "clipped" in codes(hear(voice.clipped(voice.say(ENGLISH, language="en"), gain=20), "en"))


def test_a_single_word_is_too_short(hear: Hear) -> None:
    assert "too_short" in codes(hear(voice.say("plan", language="en"), "en"))


def test_the_same_words_over_and_over_are_found(hear: Hear) -> None:
    speech = voice.joined(*[voice.say("as a result we reduced the cost", language="en")] * 5)
    assert "repeated" in codes(hear(speech, "en"))


def test_a_segment_that_could_not_be_aligned_keeps_its_text(
    hear: Hear, monkeypatch: pytest.MonkeyPatch
) -> None:
    def segment(text: str, words: list[str]) -> SimpleNamespace:
        said = [SimpleNamespace(word=w, start=0, end=1, probability=0.9) for w in words]
        return SimpleNamespace(text=text, words=said, start=0, end=2, avg_logprob=-0.2,
                               no_speech_prob=0.0, compression_ratio=1.0)  # fmt: skip

    segments = [segment(" First.", [" First."]), segment("a plan", []), segment("then", ["then"])]
    info = SimpleNamespace(language="en", language_probability=0.9, duration_after_vad=3.0)
    fake = SimpleNamespace(transcribe=lambda _samples, **_options: (iter(segments), info))
    monkeypatch.setattr("interview.speech.transcribe.pipeline_of", lambda _manifest: fake)
    made = hear(voice.silence(3))
    assert made.text == "First. a plan then"
    assert [(w.text, w.char_start, w.char_end) for w in made.words] == [
        ("First.", 0, 6), ("then", 14, 18)
    ]  # fmt: skip
    info.language = "zh"
    assert hear(voice.silence(3)).text == "First.a planthen"


def test_the_model_stands_in_the_transcript(hear: Hear) -> None:
    model = hear(voice.say(ENGLISH, language="en"), "en").model
    assert model.kind == "test-fixture"
    assert len(model.sha256) == len(model.options_hash) == 64


def test_the_fixture_refuses_to_start_where_it_is_not_allowed(tmp_path: Path) -> None:
    path = voice.write_wav(tmp_path / "answer.wav", voice.say("first plan", language="en"))
    with pytest.raises(ModelError, match="only serves to test software"):
        transcribe(Settings(allow_test_speech_model=False), path, answer_id="a", language_code=None)


def test_a_file_that_is_no_recording_is_told(tmp_path: Path) -> None:
    path = tmp_path / "answer.wav"
    path.write_text("no sound")
    with pytest.raises(ContractError, match=r"cannot be decoded.*answer\.wav"):
        transcribe(SETTINGS, path, answer_id="a", language_code=None)
