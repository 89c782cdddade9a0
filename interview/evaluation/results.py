"""What came out of one answer, and the file that keeps it.

The file is written at once and durably. For a recording its bytes follow from what came in, so that
evaluating it again gives the same file; for code, times and memory of the tests may differ. It holds
a person's words: never log it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from interview.evidence import AnswerScore
from interview.transcript import Transcript
from talentloop.files import replace_durably
from talentloop.strict import Strict


class TestVerdict(Strict):
    """One test of a code answer."""

    __test__ = False  # not a test of ours

    name: str
    verdict_code: str
    cpu_seconds: float | None = None
    memory_bytes: int | None = None


class Judgement(Strict):
    """What the judge found of a code answer.

    Attributes:
        verdict_code: of the whole, an entry of the code list `verdict`.
        passed_0_1: share of the tests' weight that passed.
        message: of the compiler or the judge, for the reviewer; may quote the code.
    """

    problem_code: str
    programming_language: str
    verdict_code: str
    passed_0_1: float | None = Field(None, ge=0, le=1)
    tests: tuple[TestVerdict, ...] = ()
    message: str = ""


class AnswerResult(Strict):
    """One evaluated answer.

    Attributes:
        input_hash: of everything that the result follows from, corrections left out.
        transcript: what was said; where a person has corrected it, in the corrected words.
        heard: what the recogniser heard, where that was corrected.
        source_text: code as it was handed in.
        score: None where the quality gate let nothing be scored.
    """

    answer_id: str
    question_code: str
    input_hash: str
    kind: Literal["audio", "code"]
    transcript: Transcript | None = None
    heard: Transcript | None = None
    source_text: str | None = None
    judgement: Judgement | None = None
    score: AnswerScore | None = None

    @model_validator(mode="after")
    def _no_score_without_evidence(self) -> AnswerResult:
        bare = [
            each.dimension_code
            for each in (self.score.dimensions if self.score else ())
            if not any(sub.evidence or sub.detail for sub in each.sub_scores)
        ]
        if bare:
            raise ValueError(f"scores without evidence: {', '.join(bare)}")
        return self

    @property
    def original(self) -> Transcript | None:
        """What the recogniser heard; None for code."""
        return self.heard or self.transcript

    @property
    def text(self) -> str:
        """What was said or written."""
        return self.transcript.text if self.transcript else self.source_text or ""

    @property
    def withheld_codes(self) -> tuple[str, ...]:
        """Why a person must look before there is a score; empty where there is one."""
        found = [each.code for each in self.transcript.findings] if self.transcript else []
        found += [flag.code for flag in (self.score.flags if self.score else ()) if flag.withholds]
        if not found and not (self.score and self.score.dimensions):
            found = ["nothing_scored"]
        return tuple(dict.fromkeys(found))

    @property
    def outcome(self) -> Literal["scored", "withheld"]:
        """Whether there is a score."""
        return "withheld" if self.withheld_codes else "scored"


def encode(result: AnswerResult) -> bytes:
    """The bytes of a result's file, the same for the same result."""
    return result.model_dump_json(indent=1).encode() + b"\n"


def save(path: Path, result: AnswerResult) -> str:
    """Write a result's file durably; the SHA-256 of its bytes."""
    data = encode(result)
    replace_durably(path, data, mode=0o600)
    return hashlib.sha256(data).hexdigest()


def load(path: Path) -> AnswerResult | None:
    """A result's file; None where there is none, or not a whole one of this version."""
    try:
        return AnswerResult.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
