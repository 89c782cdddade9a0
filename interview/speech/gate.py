"""Whether a transcript may be scored. What lies outside a limit is a finding, and a person listens.

The limits stand in `config/speech/gate.yml`. Each finding carries the value that was measured and
the limit that it passed, so that the reason can be checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field, model_validator

from interview.session import LanguageCode
from interview.speech.audio import Samples
from interview.transcript import Finding, Segment, Word
from talentloop.config import load_model
from talentloop.settings import Settings
from talentloop.strict import Strict

Share = Annotated[float, Field(ge=0, le=1)]
#: Languages that are written without spaces: characters are counted, not words.
CHARACTER_LANGUAGES = frozenset({"zh", "ja"})
_WORD = re.compile(r"[\w'’-]+")
_NO_CHARACTER = re.compile(r"[\W_]+")


class Range(Strict):
    """Lowest and highest value that is believed."""

    min: float = Field(ge=0)
    max: float = Field(gt=0)

    @model_validator(mode="after")
    def _in_order(self) -> Range:
        if self.min >= self.max:
            raise ValueError("min must be below max")
        return self


class NoSpeech(Strict):
    """A segment counts as invented where both of the first two hold."""

    min_probability: Share
    max_avg_logprob: float = Field(le=0)
    max_share: Share


class Repetition(Strict):
    """How often sequences of words, or of characters, may come again."""

    words: int = Field(ge=2, le=20)
    characters: int = Field(ge=2, le=40)
    min_sequences: int = Field(ge=2)
    max_share: Share


class UncertainWords(Strict):
    """How many words may have less than a probability."""

    probability: Share
    max_share: Share


class Gate(Strict):
    """The limits."""

    min_speech_seconds: float = Field(ge=0)
    min_units: int = Field(ge=1)
    max_clipped_share: Share
    max_damaged_share: Share
    max_compression_ratio: float = Field(gt=1)
    no_speech: NoSpeech
    repetition: Repetition
    uncertain_words: UncertainWords
    words_per_minute: dict[LanguageCode, Range]
    characters_per_second: dict[LanguageCode, Range]


@dataclass(frozen=True)
class Measured:
    """What is known of a recording once it is transcribed.

    Attributes:
        clipped_share: share of samples at full scale.
        damaged_share: share of packets that could not be decoded.
        speech_seconds: length without silence.
        detected: language that was heard, and its probability; None where none was looked for.
        min_language_probability: of the model's manifest.
        language_given: whether the interview names the language.
    """

    text: str
    language_code: str
    speech_seconds: float
    segments: Sequence[Segment]
    words: Sequence[Word]
    clipped_share: float
    damaged_share: float
    detected: tuple[str, float] | None
    min_language_probability: float
    language_given: bool


def load_gate(settings: Settings) -> Gate:
    """The limits of `config/speech/gate.yml`.

    Raises:
        ConfigError: the file is missing or malformed.
    """
    return load_model(settings.config / "speech" / "gate.yml", Gate)


def findings(gate: Gate, measured: Measured) -> tuple[Finding, ...]:
    """Everything that lies outside its limit; empty where the transcript may be scored.

    Where nothing was said, only that and the state of the recording are told: measures of a text
    that is not there mean nothing.
    """
    found = list(_of_the_recording(gate, measured))
    if not spoken_units(measured.text, measured.language_code):
        return (*found, Finding(code="nothing_heard", value=0, limit=1))
    found += _of_the_amount(gate, measured)
    found += _of_the_language(measured)
    found += _of_the_text(gate, measured)
    return tuple(found)


def clipped_share(samples: Samples) -> float:
    """Share of samples at full scale, that is within 1 % of it."""
    return float(np.mean(np.abs(samples) >= 0.99)) if len(samples) else 0.0


def spoken_units(text: str, language_code: str) -> list[str]:
    """What is counted: words, or characters where a language is written without spaces."""
    if language_code in CHARACTER_LANGUAGES:
        return list(_NO_CHARACTER.sub("", text))
    return _WORD.findall(text.lower())


def repeated_share(units: Sequence[str], size: int) -> float:
    """Share of sequences of `size` units that stood earlier in the text: 1 - distinct / all."""
    sequences = [tuple(units[at : at + size]) for at in range(len(units) - size + 1)]
    return 1 - len(set(sequences)) / len(sequences) if sequences else 0.0


def _of_the_recording(gate: Gate, measured: Measured) -> Iterator[Finding]:
    yield from _above("clipped", measured.clipped_share, gate.max_clipped_share)
    yield from _above("damaged", measured.damaged_share, gate.max_damaged_share)


def _of_the_amount(gate: Gate, measured: Measured) -> Iterator[Finding]:
    count = len(spoken_units(measured.text, measured.language_code))
    if measured.speech_seconds < gate.min_speech_seconds:
        yield _finding("too_short", measured.speech_seconds, gate.min_speech_seconds)
    elif count < gate.min_units:
        yield _finding("too_short", count, gate.min_units)
    speed, limits = _speed(gate, measured, count)
    if limits is not None:
        yield from _above("too_fast", speed, limits.max)
        if speed < limits.min:
            yield _finding("too_slow", speed, limits.min)


def _speed(gate: Gate, measured: Measured, count: int) -> tuple[float, Range | None]:
    """Words per minute or characters per second of speech, and its limits."""
    seconds = max(measured.speech_seconds, 0.1)
    code = measured.language_code
    if code in CHARACTER_LANGUAGES:
        return count / seconds, gate.characters_per_second.get(code)  # type: ignore[call-overload]
    return 60 * count / seconds, gate.words_per_minute.get(code)  # type: ignore[call-overload]


def _of_the_language(measured: Measured) -> Iterator[Finding]:
    if measured.detected is None:
        return
    heard, probability = measured.detected
    limit = measured.min_language_probability
    if not measured.language_given and probability < limit:
        yield _finding("language_unsure", probability, limit)
    elif measured.language_given and heard != measured.language_code and probability >= limit:
        yield _finding("language_mismatch", probability, limit)


def _of_the_text(gate: Gate, measured: Measured) -> Iterator[Finding]:
    ratio = max((s.compression_ratio for s in measured.segments), default=0.0)
    yield from _above("looping", ratio, gate.max_compression_ratio)

    units = spoken_units(measured.text, measured.language_code)
    rule = gate.repetition
    size = rule.characters if measured.language_code in CHARACTER_LANGUAGES else rule.words
    if len(units) - size + 1 >= rule.min_sequences:
        yield from _above("repeated", repeated_share(units, size), rule.max_share)

    invented = [s for s in measured.segments if _is_invented(gate.no_speech, s)]
    share = _seconds(invented) / max(_seconds(measured.segments), 0.1)
    yield from _above("no_speech", share, gate.no_speech.max_share)

    if measured.words:
        limit = gate.uncertain_words.probability
        unsure = sum(word.probability < limit for word in measured.words) / len(measured.words)
        yield from _above("uncertain_words", unsure, gate.uncertain_words.max_share)


def _is_invented(rule: NoSpeech, segment: Segment) -> bool:
    # Each alone is often wrong: a soft voice, or a hard word (faster-whisper needs both as well).
    return (
        segment.no_speech_prob > rule.min_probability and segment.avg_logprob < rule.max_avg_logprob
    )


def _seconds(segments: Sequence[Segment]) -> float:
    return sum(segment.end - segment.start for segment in segments)


def _above(code: str, value: float, limit: float) -> Iterator[Finding]:
    if value > limit:
        yield _finding(code, value, limit)


def _finding(code: str, value: float, limit: float) -> Finding:
    return Finding(code=code, value=round(value, 4), limit=limit)
