"""The quality gate: each finding has its value and its limit, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import yaml

from interview.speech.gate import (
    Gate,
    Measured,
    clipped_share,
    findings,
    load_gate,
    repeated_share,
    spoken_units,
)
from interview.transcript import Segment, Word
from talentloop.codes import load_code_lists
from talentloop.errors import ConfigError
from talentloop.settings import PROJECT_ROOT, Settings

TEXT = "first i talked to the customer then i made a plan and we agreed on a solution together"


@pytest.fixture(scope="module")
def gate() -> Gate:
    return load_gate(Settings())


def segment(start: float = 0.0, end: float = 8.0, **measures: float) -> Segment:
    usual = {"avg_logprob": -0.3, "no_speech_prob": 0.05, "compression_ratio": 1.2}
    return Segment(start=start, end=end, text="…", **{**usual, **measures})


def word(probability: float) -> Word:
    return Word(text="plan", char_start=0, char_end=4, start=0, end=1, probability=probability)


#: Seventeen words in eight seconds of speech: 127.5 words per minute. Nothing is wrong with it.
GOOD = Measured(
    text=TEXT,
    language_code="en",
    speech_seconds=8.0,
    segments=(segment(),),
    words=(word(0.9),) * 17,
    clipped_share=0.0,
    damaged_share=0.0,
    detected=("en", 0.98),
    min_language_probability=0.6,
    language_given=True,
)


def found(gate: Gate, **changed: object) -> list[tuple[str, float | None, float | None]]:
    return [(f.code, f.value, f.limit) for f in findings(gate, replace(GOOD, **changed))]


def test_a_good_answer_passes(gate: Gate) -> None:
    assert found(gate) == []


def test_nothing_heard_is_told_alone(gate: Gate) -> None:
    assert found(gate, text="", words=(), segments=(), speech_seconds=0.0, detected=None) == [
        ("nothing_heard", 0, 1)
    ]


def test_too_little_speech_is_told_in_seconds_or_in_words(gate: Gate) -> None:
    assert found(gate, text="i made a plan", speech_seconds=0.8) == [("too_short", 0.8, 1.0)]
    assert found(gate, text="yes indeed", speech_seconds=2.0) == [("too_short", 2, 3)]


def test_clipping_is_the_share_of_samples_at_full_scale(gate: Gate) -> None:
    samples = np.zeros(1000, np.float32)
    samples[:12] = [1.0, -1.0, 0.995] * 4
    assert clipped_share(samples) == pytest.approx(0.012)
    assert found(gate, clipped_share=0.012) == [("clipped", 0.012, 0.005)]
    assert found(gate, clipped_share=0.005) == []


def test_a_damaged_file_is_told(gate: Gate) -> None:
    assert found(gate, damaged_share=0.2) == [("damaged", 0.2, 0.01)]


def test_one_looping_segment_is_enough(gate: Gate) -> None:
    assert found(gate, segments=(segment(), segment(compression_ratio=3.1))) == [
        ("looping", 3.1, 2.4)
    ]


def test_repetition_is_the_share_of_sequences_that_stood_before(gate: Gate) -> None:
    # a b a b a b: the pairs are ab ba ab ba ab; two of five are new, so three fifths repeat.
    assert repeated_share(list("ababab"), 2) == pytest.approx(0.6)
    assert repeated_share(list("ab"), 3) == 0.0
    # "we plan" eight times: 16 words, 13 sequences of four, 2 of them distinct: 11 of 13 repeat.
    text = "we plan " * 8
    assert ("repeated", round(11 / 13, 4), 0.5) in found(gate, text=text)
    # Seven words give four sequences, too few to judge.
    assert found(gate, text="no no no no no no no", speech_seconds=4.0) == []


def test_no_speech_needs_a_silent_and_an_unsure_segment_at_once(gate: Gate) -> None:
    silent = segment(8, 10, no_speech_prob=0.9)
    unsure = segment(8, 10, avg_logprob=-1.4)
    both = segment(8, 10, no_speech_prob=0.9, avg_logprob=-1.4)
    assert found(gate, segments=(segment(), silent)) == []
    assert found(gate, segments=(segment(), unsure)) == []
    # Two of ten seconds.
    assert found(gate, segments=(segment(), both)) == [("no_speech", 0.2, 0.1)]


def test_many_uncertain_words_are_told(gate: Gate) -> None:
    assert found(gate, words=(word(0.1), word(0.2), word(0.9))) == [
        ("uncertain_words", round(2 / 3, 4), 0.5)
    ]
    assert found(gate, words=(word(0.1), word(0.9))) == []


def test_english_speed_is_words_per_minute_of_speech(gate: Gate) -> None:
    # 17 words in 2 s are 510 a minute; in 40 s, 25.5.
    assert found(gate, speech_seconds=2.0) == [("too_fast", pytest.approx(540.0), 360)]
    assert found(gate, speech_seconds=40.0) == [("too_slow", pytest.approx(27.0), 30)]


def test_chinese_speed_is_characters_per_second_of_speech(gate: Gate) -> None:
    text = "我们制定了计划，最后客户很满意。"  # 14 characters, punctuation left out
    chinese = {"text": text, "language_code": "zh", "detected": ("zh", 0.99)}
    assert len(spoken_units(text, "zh")) == 14
    assert found(gate, speech_seconds=4.0, **chinese) == []
    assert found(gate, speech_seconds=1.25, **chinese) == [("too_fast", 11.2, 9.0)]
    assert found(gate, speech_seconds=28.0, **chinese) == [("too_slow", 0.5, 0.7)]


def test_another_language_than_the_interviews_is_a_mismatch_where_it_is_sure(gate: Gate) -> None:
    assert found(gate, detected=("zh", 0.97)) == [("language_mismatch", 0.97, 0.6)]
    assert found(gate, detected=("zh", 0.55)) == []


def test_a_language_that_nobody_named_must_be_told_with_some_certainty(gate: Gate) -> None:
    assert found(gate, detected=("en", 0.55), language_given=False) == [
        ("language_unsure", 0.55, 0.6)
    ]
    assert found(gate, detected=("en", 0.61), language_given=False) == []


def test_all_findings_are_told_at_once(gate: Gate) -> None:
    codes = [code for code, _, _ in found(gate, clipped_share=0.5, detected=("zh", 0.9))]
    assert codes == ["clipped", "language_mismatch"]


def test_every_code_of_the_gate_has_its_labels() -> None:
    source = (PROJECT_ROOT / "interview" / "speech" / "gate.py").read_text()
    codes = load_code_lists(Settings()).codes("gate")
    told_elsewhere = {"language_unsupported"}
    assert all(f'"{code}"' in source for code in set(codes) - told_elsewhere)
    assert len(codes) == 13


def test_a_range_upside_down_is_refused_by_file_and_field(tmp_path) -> None:
    content = yaml.safe_load((PROJECT_ROOT / "config" / "speech" / "gate.yml").read_text())
    content["words_per_minute"]["en"] = {"min": 300, "max": 30}
    (tmp_path / "speech").mkdir()
    (tmp_path / "speech" / "gate.yml").write_text(yaml.safe_dump(content))
    with pytest.raises(ConfigError, match=r"gate\.yml, field words_per_minute\.en"):
        load_gate(Settings(config=tmp_path))
