"""Corrections: both texts are kept, with who and when; the corrected text keeps the times."""

from __future__ import annotations

import stat

import pytest

from interview.speech.corrections import correct, corrected, correction_of, in_force
from interview.transcript import Finding, SpeechModel, Transcript, Word
from talentloop.errors import ContractError

MODEL = SpeechModel(name="m", kind="production", sha256="a" * 64, options_hash="b" * 64)


def transcript(text: str, language: str = "en", **changed: object) -> Transcript:
    units = text.split() if language == "en" else list(text)
    words, at = [], 0
    for number, unit in enumerate(units):
        start = text.index(unit, at)
        at = start + len(unit)
        words.append(Word(text=unit, char_start=start, char_end=at, start=number,
                          end=number + 0.5, probability=0.8))  # fmt: skip
    made = {"answer_id": "a1", "text": text, "language_code": language, "words": tuple(words),
            "language_probability": 1.0, "duration_seconds": 20.0, "speech_seconds": 18.0,
            "model": MODEL, "findings": (Finding(code="too_fast"),)}  # fmt: skip
    return Transcript(**{**made, **changed})


def test_both_texts_are_kept_with_who_and_when(settings) -> None:
    machine = transcript("we seduced the cost")
    correct(settings, machine, "we reduced the cost", by="reviewer-7")
    kept = correction_of(settings, machine)
    assert kept is not None
    assert kept.original == machine
    assert kept.last.text == "we reduced the cost"
    assert kept.last.corrected_by == "reviewer-7"
    assert kept.last.corrected_at == settings.clock.now()


def test_a_second_correction_is_added_and_the_same_one_is_not(settings) -> None:
    machine = transcript("we seduced the cost")
    for text in ("we reduced the cost", "we reduced the costs", "we  reduced the costs\n"):
        correct(settings, machine, text, by="reviewer-7")
    (kept,) = corrected(settings)
    assert [c.text for c in kept.corrections] == ["we reduced the cost", "we reduced the costs"]


def test_transcripts_of_two_models_are_corrected_apart(settings) -> None:
    other = MODEL.model_copy(update={"sha256": "c" * 64})
    for machine in (transcript("one plan"), transcript("won plan", model=other)):
        correct(settings, machine, "one plan", by="reviewer-7")
    assert {c.original.text for c in corrected(settings)} == {"one plan", "won plan"}


def test_only_the_owner_may_read_it_and_its_name_tells_nothing(settings) -> None:
    correct(settings, transcript("one plan", answer_id="li-lei-1"), "one plan b", by="reviewer-7")
    (file,) = settings.corrections_dir.glob("*.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.corrections_dir.stat().st_mode) == 0o700
    assert "li-lei" not in file.name


def test_an_empty_correction_and_a_damaged_file_are_refused(settings) -> None:
    with pytest.raises(ContractError, match="A correction is empty"):
        correct(settings, transcript("one plan"), "  \n", by="reviewer-7")
    correct(settings, transcript("one plan"), "one plan b", by="reviewer-7")
    (file,) = settings.corrections_dir.glob("*.json")
    file.write_text('{"original": {}}')
    with pytest.raises(ContractError, match="damaged"):
        list(corrected(settings))


def test_the_corrected_transcript_may_be_scored_and_its_words_have_times(settings) -> None:
    machine = transcript("we seduced cost by ten")
    made = in_force(correct(settings, machine, "We reduced the cost, by ten.", by="r"))
    assert made.may_be_scored
    assert made.text == "We reduced the cost, by ten."
    # Words that were right keep their times; "reduced the" share the second from 1 to 1.5.
    assert [(w.text, w.start, w.end) for w in made.words] == [
        ("We", 0, 0.5), ("reduced", 1, 1.25), ("the", 1.25, 1.5), ("cost,", 2, 2.5),
        ("by", 3, 3.5), ("ten.", 4, 4.5),
    ]  # fmt: skip
    for word in made.words:
        assert made.text[word.char_start : word.char_end] == word.text


def test_a_word_that_was_missed_takes_the_gap_and_chinese_goes_by_character(settings) -> None:
    made = in_force(correct(settings, transcript("我做计划", "zh"), "我做了计划", by="r"))
    assert [(w.text, w.start, w.end) for w in made.words] == [
        ("我", 0, 0.5), ("做", 1, 1.5), ("了", 1.5, 2), ("计", 2, 2.5), ("划", 3, 3.5)
    ]  # fmt: skip


def test_answers_that_two_interviews_number_alike_are_corrected_apart(settings) -> None:
    for said in ("we seduced the cost", "i lead the team"):
        machine = transcript(said)
        assert correction_of(settings, machine) is None
        correct(settings, machine, said.upper(), by="reviewer-7")
    assert {c.original.text for c in corrected(settings)} == {
        "we seduced the cost", "i lead the team",
    }  # fmt: skip
