"""The rubric: dimensions with anchors and signals, cues, limits of the guards, and its version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field, field_validator, model_validator

from interview.scoring.text import Phrase, form_of, phrase
from talentloop.codes import Bilingual
from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from talentloop.strict import Strict

SignalCode = Literal[
    "concepts", "relevance", "star", "discourse", "behaviour", "ownership", "collaboration",
    "fluency",
]  # fmt: skip
GuardCode = Literal[
    "too_short", "off_topic", "copied_question", "keyword_stuffing", "near_duplicate",
    "instructions_to_scorer",
]  # fmt: skip
StarPart = Literal["situation", "task", "action", "result"]
STAR: tuple[StarPart, ...] = get_args(StarPart)
Share = Annotated[float, Field(ge=0, le=1)]
Levels = Literal[1, 2, 3, 4, 5]


class Behaviour(Strict):
    """Something that speaks for a dimension wherever it is told; one of its phrases is enough."""

    code: str = Field(min_length=1)
    label: Bilingual
    phrases: tuple[str, ...] = Field(min_length=1)


class Dimension(Strict):
    """One file of config/rubrics/dimensions.

    Attributes:
        signals: signal -> weight, relative to those that apply to the question.
        enough: behaviours that make a full score of the signal `behaviour`.
        anchors: what an answer of each level shows (behaviourally anchored rating scale).
    """

    signals: dict[SignalCode, Annotated[float, Field(ge=0)]]
    enough: int = Field(ge=1)
    behaviours: tuple[Behaviour, ...] = Field(min_length=1)
    anchors: dict[Levels, Bilingual]

    @model_validator(mode="after")
    def _complete(self) -> Dimension:
        if set(self.anchors) != set(get_args(Levels)):
            raise ValueError("anchors must be given for the levels 1 to 5")
        codes = [each.code for each in self.behaviours]
        if len(set(codes)) < len(codes):
            raise ValueError("a behaviour's code stands twice")
        if self.enough > len(codes):
            raise ValueError("enough is more than there are behaviours")
        if not self.signals.get("behaviour"):
            raise ValueError("signals.behaviour needs a weight; it applies to every answer")
        return self


class Negation(Strict):
    """What takes back a concept that follows it within `window` tokens of its clause."""

    window: int = Field(ge=1, le=20)
    words: tuple[str, ...]
    exempt: tuple[str, ...]
    stops: tuple[str, ...]


class Cues(Strict):
    """config/rubrics/cues.yml: words by what they show; "…" stands for up to four words."""

    negation: Negation
    star: dict[Literal["situation", "task", "result"], tuple[str, ...]]
    actions: tuple[str, ...]
    singular: tuple[str, ...]
    plural: tuple[str, ...]
    connectives: dict[str, tuple[str, ...]]
    numbers: tuple[str, ...]
    units: tuple[str, ...]
    instructions: tuple[str, ...]
    stop_words: tuple[str, ...]
    alike: dict[str, str]


class Guard(Strict):
    """The limit of a guard, and whether an answer beyond it gets no score until a person looks."""

    limit: float
    withholds: bool


class Scoring(Strict):
    """config/rubrics/scoring.yml.

    Attributes:
        level_from: lowest shares of the levels 2 to 5.
        full_recall: share of a reference's weight that makes full relevance.
        ownership_full, collaboration_full: mentions that make a full score.
        connectives_full: kinds of connectives that do.
        least_units: shortest answer by language, in hanzi or words.
    """

    version: str
    languages: tuple[Literal["zh", "en"], ...]
    level_from: tuple[Share, Share, Share, Share]
    full_recall: float = Field(gt=0, le=1)
    reference_weights: dict[Literal["question", "ideal_points", "job_description"], Share]
    star_weights: dict[Literal["situation", "task", "action", "result", "order", "number"], Share]
    ownership_full: int = Field(ge=1)
    collaboration_full: int = Field(ge=1)
    connectives_full: int = Field(ge=1)
    pause_seconds: float = Field(gt=0)
    least_units: dict[Literal["zh", "en"], int]
    guards: dict[GuardCode, Guard]
    comments: dict[Literal["level", "seen", "not_seen", "nothing"], Bilingual]

    @field_validator("guards")
    @classmethod
    def _every_guard(cls, guards: dict[GuardCode, Guard]) -> dict[GuardCode, Guard]:
        missing = set(get_args(GuardCode)) - set(guards)
        if missing:
            raise ValueError(f"guards are missing: {', '.join(sorted(missing))}")
        return guards

    @field_validator("level_from")
    @classmethod
    def _rising(cls, shares: tuple[float, ...]) -> tuple[float, ...]:
        if list(shares) != sorted(set(shares)):
            raise ValueError("the shares must rise")
        return shares


class Rubric:
    """Everything that a score depends on beside the answer.

    Attributes:
        version: name in the configuration and a hash of configuration and code, so that it
            changes with everything that could change a score.
    """

    def __init__(self, scoring: Scoring, cues: Cues, dimensions: Mapping[str, Dimension]) -> None:
        self.scoring, self.cues, self.dimensions = scoring, cues, dict(dimensions)
        self.version = f"{scoring.version}-{self._hash()}"

    def _hash(self) -> str:
        digest = hashlib.sha256()
        for part in (self.scoring, self.cues, *self.dimensions.values()):
            digest.update(part.model_dump_json().encode())
        digest.update("\n".join(self.dimensions).encode())
        digest.update(_code_hash())
        return digest.hexdigest()[:12]

    def level(self, score: float) -> int:
        """The level, 1 to 5, whose anchor a share reaches."""
        return 1 + sum(score >= share for share in self.scoring.level_from)

    def dimension(self, code: str) -> Dimension:
        """A dimension's rubric.

        Raises:
            ConfigError: there is none.
        """
        if code not in self.dimensions:
            raise ConfigError(
                f"There is no rubric for the dimension {code!r}",
                where="config/rubrics/dimensions",
                remedy=f"Add {code}.yml there; known: {', '.join(self.dimensions)}.",
            )
        return self.dimensions[code]

    @cached_property
    def alike(self) -> dict[str, str]:
        """Forms that count as another, such as pronouns of either gender."""
        return {form_of(one): form_of(other) for one, other in self.cues.alike.items()}

    @cached_property
    def stop_forms(self) -> frozenset[str]:
        """Forms that carry no topic."""
        return frozenset(form for word in self.cues.stop_words for form in _forms(word))


def _forms(word: str) -> list[str]:
    return [form for part in phrase(word) for form in part]


@lru_cache(maxsize=1)
def _code_hash() -> bytes:
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.digest()


def phrases(texts: tuple[str, ...]) -> list[Phrase]:
    """Phrases to look for."""
    return [phrase(text) for text in texts]


@lru_cache(maxsize=4)
def _read(folder: Path) -> Rubric:
    files = sorted((folder / "dimensions").glob("*.yml"))
    if not files:
        raise ConfigError(
            "There are no dimensions to score",
            where=str(folder / "dimensions"),
            remedy="Restore config/rubrics, or point TALENTLOOP_CONFIG at the right folder.",
        )
    return Rubric(
        load_model(folder / "scoring.yml", Scoring),
        load_model(folder / "cues.yml", Cues),
        {file.stem: load_model(file, Dimension) for file in files},
    )


def load_rubric(settings: Settings) -> Rubric:
    """The rubric under config/rubrics, read once per process.

    Raises:
        ConfigError: a file is missing or does not fit.
    """
    return _read(settings.config / "rubrics")
