"""Made speech: what is said and when is known, and it is the same every time."""

from __future__ import annotations

import wave

import numpy as np
import pytest

from interview.speech.fixture import voice
from talentloop.errors import ConfigError

ANSWER = "first i talked to the customer, then i made a plan. as a result we reduced the cost"


def test_text_holds_the_words_and_no_punctuation() -> None:
    speech = voice.say(ANSWER, language="en")
    assert speech.text == ANSWER.replace(",", "").replace(".", "")
    assert [word.text for word in speech.words] == speech.text.split()


def test_chinese_is_cut_into_the_longest_units_and_needs_no_spaces() -> None:
    assert voice.units("我们制定了计划，", "zh") == ["我们", "制定", "了", "计划", "，"]
    assert voice.say("我们制定了计划，", language="zh").text == "我们制定了计划"


def test_each_word_is_heard_where_its_time_says_and_silence_lies_between() -> None:
    speech = voice.say(ANSWER, language="en", voice="en_m")
    loud = np.abs(speech.samples)
    for word in speech.words:
        heard = loud[round(word.start * 16_000) : round(word.end * 16_000)]
        assert np.sqrt(np.mean(heard**2)) > 0.05
    for before, after in zip(speech.words, speech.words[1:], strict=False):
        assert before.end < after.start
        assert not loud[round(before.end * 16_000) : round(after.start * 16_000)].any()


def test_a_comma_pauses_for_a_third_of_a_second_and_an_ellipsis_longer() -> None:
    def gap(mark: str) -> float:
        words = voice.say(f"first{mark} then", language="en").words
        return words[1].start - words[0].end

    assert gap("") < 0.11
    assert 0.35 <= gap(",") < 0.47
    assert 1.6 <= gap("…") < 1.72


def test_the_same_seed_gives_the_same_samples_and_another_seed_other_pauses() -> None:
    again = [voice.say(ANSWER, language="en", seed=3).samples for _ in range(2)]
    assert np.array_equal(*again)
    assert len(voice.say(ANSWER, language="en", seed=4).samples) != len(again[0])


def test_faster_speech_takes_less_time() -> None:
    slow, fast = (voice.say(ANSWER, language="en", speed=s, margin=0) for s in (1.0, 1.25))
    assert fast.seconds == pytest.approx(slow.seconds / 1.25, rel=0.01)


def test_two_voices_of_each_language_say_everything() -> None:
    for language in ("en", "zh"):
        codes = voice.voices(language)
        assert len(codes) >= 2
        for code in codes:
            every = sorted(voice.vocabulary(language))
            assert len(voice.say(every, language=language, voice=code).words) == len(every)


def test_an_unknown_word_is_named() -> None:
    with pytest.raises(ConfigError, match="'aardvark'"):
        voice.say("the aardvark", language="en")
    with pytest.raises(ConfigError, match="饕餮"):
        voice.say("我们饕餮", language="zh")


def test_a_voice_of_another_language_is_refused() -> None:
    with pytest.raises(ConfigError, match="does not speak zh"):
        voice.say("我们", language="zh", voice="en_m")


def test_noise_lies_as_far_below_the_speech_as_asked() -> None:
    speech = voice.say(ANSWER, language="en")
    noisy = voice.with_noise(speech, decibels=10)
    added = noisy.samples - speech.samples
    ratio = 20 * np.log10(np.std(speech.samples) / np.std(added))
    assert ratio == pytest.approx(10, abs=0.1)
    assert noisy.words == speech.words


def test_clipping_cuts_at_full_scale() -> None:
    loud = voice.clipped(voice.say(ANSWER, language="en"), gain=30).samples
    assert np.abs(loud).max() == 1.0
    assert np.mean(np.abs(loud) >= 1.0) > 0.05


def test_joined_speeches_keep_the_times_of_their_words() -> None:
    first, second = (voice.say(t, language="en") for t in ("first plan", "then test"))
    both = voice.joined(first, second, gap=2.0)
    assert both.text == "first plan then test"
    assert both.words[2].start == pytest.approx(first.seconds + 2.0 + second.words[0].start)
    assert both.seconds == pytest.approx(first.seconds + 2.0 + second.seconds)


def test_a_written_file_holds_the_samples(tmp_path) -> None:
    speech = voice.clipped(voice.say("first plan", language="en"), gain=20)
    with wave.open(str(voice.write_wav(tmp_path / "a" / "answer.wav", speech))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32767
    assert np.abs(samples - speech.samples).max() < 1e-4
    assert samples.max() == 1.0
