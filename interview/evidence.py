"""What a score rests on. No score without evidence that a person can check."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from talentloop.strict import Strict

Share = Annotated[float, Field(ge=0, le=1)]


class Evidence(Strict):
    """A place in the answer.

    Attributes:
        quote: the words, exactly as they stand in the text.
        char_start, char_end: where in the text.
        audio_start, audio_end: where in the recording, in seconds; None for code and text.
    """

    quote: str
    char_start: int
    char_end: int
    audio_start: float | None = None
    audio_end: float | None = None


class SubScore(Strict):
    """One signal of an answer.

    Attributes:
        signal_code: what was looked at, an entry of the code list `signal`.
        weight: share of the dimension's score.
        detail: what a person should know of it beside the quotes, by language.
    """

    signal_code: str
    score_0_1: Share
    weight: Share
    evidence: tuple[Evidence, ...] = ()
    detail: dict[str, str] = Field(default_factory=dict)


class DimensionEvidence(Strict):
    """One dimension of one answer: a share, the level of its anchors, and what it rests on.

    Attributes:
        level: level 1 to 5 of the behavioural anchors that the score reaches.
    """

    dimension_code: str
    score_0_1: Share
    level: int = Field(ge=1, le=5)
    sub_scores: tuple[SubScore, ...] = Field(min_length=1)


class Flag(Strict):
    """Something that a person should look at; a flag never lowers a score by itself.

    Attributes:
        code: an entry of the code list `answer_flag`.
        withholds: no score is given until a person has looked.
    """

    code: str
    withholds: bool = False
    evidence: tuple[Evidence, ...] = ()


class AnswerScore(Strict):
    """What a scorer says of one answer.

    Attributes:
        scorer_code: who scored: `rubric`, `llm`, `learned`, `judge`.
        scorer_version: changes with everything that could change the score.
        dimensions: empty where a flag withholds the score.
    """

    answer_id: str
    scorer_code: Literal["rubric", "llm", "learned", "judge"]
    scorer_version: str
    dimensions: tuple[DimensionEvidence, ...] = ()
    flags: tuple[Flag, ...] = ()
