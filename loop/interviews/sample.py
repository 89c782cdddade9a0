"""Sample interviews with generated speech, as folders that `talentloop interview evaluate` takes."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from interview.evaluation.folder import write_folder
from interview.session import IdealPoint, Interview, LanguageCode, Question, Turn
from interview.speech.fixture.voice import (
    Speech,
    Voice,
    clipped,
    noise,
    say,
    silence,
    with_noise,
    write_wav,
)
from talentloop.config import load_model
from talentloop.strict import Strict

if TYPE_CHECKING:
    from interview.speech.audio import Samples

FILE = Path(__file__).with_name("samples.yml")
_ENDED = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
CODE = "code"


class SampleQuestion(Strict):
    """A question of the samples; `ideal_points`: code → ways of saying it."""

    kind: str
    dimensions: tuple[str, ...]
    text: dict[LanguageCode, str]
    ideal_points: dict[str, tuple[str, ...]]


class SampleTurn(Strict):
    """What is said or handed in, and what happens to the recording; see samples.yml."""

    question: str
    answer: str | None = None
    source: str | None = None
    voice: Voice | None = None
    attempt: int = 1
    follows: int | None = None
    follow_up: str | None = None
    noise_db: float | None = None
    gain: float | None = None
    silence: float | None = None
    hiss: float | None = None


class SampleInterview(Strict):
    """One folder."""

    language: LanguageCode | None
    turns: tuple[SampleTurn, ...] = Field(min_length=1)


class SampleSet(Strict):
    """The content of samples.yml."""

    job_title: dict[str, str]
    job_description: str
    questions: dict[str, SampleQuestion]
    answers: dict[str, str]
    interviews: dict[str, SampleInterview]
    problem: str
    code_dimensions: tuple[str, ...]
    code_text: dict[LanguageCode, str]
    sources: dict[str, str]


def load_samples() -> SampleSet:
    """What the samples say.

    Raises:
        ConfigError: samples.yml does not fit.
    """
    return load_model(FILE, SampleSet)


def make_samples(folder: Path) -> dict[str, int]:
    """Make every sample interview below a folder; the same files every time.

    Returns:
        Number of turns by interview.

    Raises:
        ConfigError: a sample has a word that the voices cannot say.
    """
    told = load_samples()
    made = {}
    for name, sample in told.interviews.items():
        turns = [_turn(told, sample, number, folder / name) for number in range(len(sample.turns))]
        language = sample.language or "zh"
        interview = Interview(
            interview_id=f"sample-{name}",
            source="sample",
            application_id=f"sample-{name}",
            ended_at=_ENDED,
            language_code=sample.language,
            job_title=told.job_title[language],
            job_description=told.job_description,
            questions=tuple(
                question_of(told, code) for code in dict.fromkeys(t.question for t in sample.turns)
            ),
            turns=tuple(turns),
        )
        write_folder(folder / name, interview)
        made[name] = len(turns)
    return made


def question_of(told: SampleSet, code: str) -> Question:
    """A question of the samples as it is asked; `code` is the programming problem."""
    if code == CODE:
        fields: Mapping[str, Any] = {
            "kind": "coding", "text": told.code_text, "dimension_codes": told.code_dimensions,
            "problem_code": told.problem,
        }  # fmt: skip
        return Question(question_code=code, seconds=1200, **fields)
    given = told.questions[code]
    return Question.model_validate(
        {
            "question_code": code,
            "kind": given.kind,
            "text": given.text,
            "dimension_codes": given.dimensions,
            "ideal_points": [
                IdealPoint(code=each, phrases=phrases)
                for each, phrases in given.ideal_points.items()
            ],
        }
    )


def sound_of(told: SampleSet, turn: SampleTurn) -> Speech | Samples:
    """The recording of a turn: 16 kHz mono."""
    if turn.silence is not None:
        return silence(turn.silence)
    if turn.hiss is not None:
        return noise(turn.hiss, level=0.02, seed=1)
    voice, seed = turn.voice or "zh_f", zlib.crc32(str(turn.answer).encode())
    language: Literal["en", "zh"] = "en" if voice.startswith("en") else "zh"
    speech = say(told.answers[str(turn.answer)], language=language, voice=voice, seed=seed)
    if turn.noise_db is not None:
        speech = with_noise(speech, decibels=turn.noise_db, seed=seed)
    return speech if turn.gain is None else clipped(speech, gain=turn.gain)


def _turn(told: SampleSet, sample: SampleInterview, number: int, folder: Path) -> Turn:
    given = sample.turns[number]
    answer_id = f"{number + 1}-{given.question}"
    if given.source is not None:
        file = f"{answer_id}.py"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(told.sources[given.source], encoding="utf-8")
    else:
        file = f"{answer_id}.wav"
        write_wav(folder / file, sound_of(told, given))
    follows = None
    if given.follows is not None:
        follows = f"{given.follows}-{sample.turns[given.follows - 1].question}"
    return Turn(
        answer_id=answer_id,
        question_code=given.question,
        file=file,
        attempt=given.attempt,
        follows_id=follows,
        follow_up=given.follow_up,
        programming_language="python" if given.source is not None else None,
    )
