"""What a model must reply, and the checks that a reply passes before it counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from interview.llm.mask import HIDDEN
from interview.scoring.reading import Reading
from interview.scoring.rubric import phrases

#: A shorter quote could stand anywhere.
_LEAST_QUOTE = 4
_MOST_QUOTES = 3


class BadReplyError(Exception):
    """A reply that does not count; `reason` is said back to the model, and holds no personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class JudgedDimension(_Model):
    """One dimension as a model judged it."""

    dimension_code: str
    level: int = Field(ge=1, le=5)
    quotes: tuple[str, ...] = Field(min_length=1, max_length=_MOST_QUOTES)
    confidence: float = Field(ge=0, le=1)


class Judgement(_Model):
    """A model's reply."""

    dimensions: tuple[JudgedDimension, ...]


def schema(dimension_codes: Sequence[str]) -> dict[str, Any]:
    """The reply's JSON schema, for endpoints that bind a model to one."""
    item = {
        "type": "object",
        "additionalProperties": False,
        "required": ["dimension_code", "level", "quotes", "confidence"],
        "properties": {
            "dimension_code": {"type": "string", "enum": list(dimension_codes)},
            "level": {"type": "integer", "minimum": 1, "maximum": 5},
            "quotes": {
                "type": "array", "minItems": 1, "maxItems": _MOST_QUOTES,
                "items": {"type": "string"},
            },
            "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        },
    }  # fmt: skip
    n = len(dimension_codes)
    return {
        "type": "object", "additionalProperties": False, "required": ["dimensions"],
        "properties": {
            "dimensions": {"type": "array", "minItems": n, "maxItems": n, "items": item},
        },
    }  # fmt: skip


def checked(raw: str, reading: Reading, masked: str) -> Judgement:
    """A reply that counts: its form, each dimension once, every quote in the masked answer.

    A quote that lies in an instruction to the scorer, or is hidden text, is no evidence.

    Raises:
        BadReplyError: it does not count.
    """
    try:
        found = Judgement.model_validate_json(_unfenced(raw))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the reply"
        raise BadReplyError(f"{place}: {first['msg'].split(':')[0]}") from None
    codes = [each.dimension_code for each in found.dimensions]
    if sorted(codes) != sorted(reading.question.dimension_codes):
        raise BadReplyError("each listed dimension must be judged exactly once, and no other")
    for each in found.dimensions:
        for quote in each.quotes:
            _check_quote(quote, reading, masked)
    return found


def _unfenced(raw: str) -> str:
    """The reply without the code fence that some models put around JSON."""
    return raw.strip().removeprefix("```json").removeprefix("```").removesuffix("```").strip()


def _check_quote(quote: str, reading: Reading, masked: str) -> None:
    if len(quote.strip()) < _LEAST_QUOTE or HIDDEN in quote:
        raise BadReplyError("a quote is too short or holds hidden text")
    start = masked.find(quote)
    if start < 0:
        raise BadReplyError("a quote does not stand in the answer")
    for begins, ends in _instructions(reading):
        if begins < start + len(quote) and start < ends:
            raise BadReplyError("a quote is an instruction to the scorer, which is no evidence")


def _instructions(reading: Reading) -> list[tuple[int, int]]:
    return [
        reading.text.characters(span)
        for wanted in phrases(reading.rubric.cues.instructions)
        for span in reading.text.find(wanted)
    ]
