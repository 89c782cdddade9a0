"""Whether scores of two scorer versions may be compared: the same anchor answers under both.

Scores that different versions gave are never put side by side as they are. The anchors, a fixed set
of simulated answers, are scored under both; where the two rank them alike, a straight line maps old
scores to new ones, and where they do not, no mapping is given and old answers must be scored again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import orjson
from pydantic import ValidationError

from interview.evidence import AnswerScore
from interview.reliability.checks import scored, shares
from interview.reliability.material import ladders, load_material
from interview.scoring import load_rubric
from interview.session import Question
from interview.transcript import Transcript
from talentloop.errors import ContractError
from talentloop.files import replace_durably
from talentloop.settings import Settings
from talentloop.strict import Strict

#: Below this correlation two versions do not measure the same.
LEAST_CORRELATION = 0.9
#: A line fitted to fewer anchors is not told.
LEAST_ANCHORS = 20
#: A mean difference that nobody needs to map.
SMALL_SHIFT = 0.02


class Scorer(Protocol):
    """A scorer beside the rubric; it gives back the rubric's score where it has none of its own."""

    version: str

    def judge_answer(
        self, question: Question, transcript: Transcript, by_rule: AnswerScore
    ) -> AnswerScore:
        """Its score of an answer that the rubric has scored."""


class Anchors(Strict):
    """Scores of the anchor answers under one version: answer -> dimension -> share."""

    scorer_version: str
    scores: dict[str, dict[str, float]]


@dataclass(frozen=True)
class Comparison:
    """One dimension under two versions.

    Attributes:
        mean_shift: new minus old, over the anchors.
        correlation: None where one of them does not vary.
        slope, intercept: of the line from old to new scores; None where they do not agree.
        verdict: `same`, `mapped` or `refused`.
    """

    dimension_code: str
    n: int
    mean_shift: float
    correlation: float | None
    slope: float | None
    intercept: float | None
    verdict: str

    def mapped(self, score_0_1: float) -> float:
        """An old score on the new version's scale.

        Raises:
            ContractError: the versions do not agree on this dimension.
        """
        if self.slope is None or self.intercept is None:
            raise ContractError(
                "Scores of the two scorer versions cannot be mapped: they rank anchors differently",
                where=f"dimension {self.dimension_code}",
                remedy="Score the old answers again under the new version.",
            )
        return float(np.clip(self.intercept + self.slope * score_0_1, 0, 1))


def anchors(settings: Settings, other: Scorer | None = None) -> Anchors:
    """The anchor answers as a scorer that is configured now scores them.

    Args:
        other: scores instead of the rubric, such as the language model's judge. Answers for which
            it falls back to the rubric are left out: they are not its own.
    """
    rubric = load_rubric(settings)
    found = scored(rubric, ladders(load_material(settings)))
    if other is None:
        scores = {a.transcript.answer_id: shares(s) for a, s in found}
        return Anchors(scorer_version=rubric.version, scores=scores)
    asked = (
        (a.transcript.answer_id, other.judge_answer(a.question, a.transcript, s)) for a, s in found
    )
    own = {name: shares(s) for name, s in asked if s.scorer_version == other.version}
    return Anchors(scorer_version=other.version, scores=own)


def save(path: Path, found: Anchors) -> None:
    """Keep anchor scores, to compare a later version with."""
    data: dict[str, Any] = found.model_dump()
    replace_durably(path, orjson.dumps(data, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2))


def load(path: Path) -> Anchors:
    """Kept anchor scores.

    Raises:
        ContractError: the file is missing or is no such file.
    """
    try:
        return Anchors.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        raise ContractError(
            "The file holds no anchor scores", where=str(path),
            remedy="Write it with `talentloop interview reliability --save FILE` under the old version.",
        ) from None  # fmt: skip


def compare(old: Anchors, new: Anchors) -> list[Comparison]:
    """Both versions on the anchors that both have scored, dimension by dimension."""
    pairs: dict[str, list[tuple[float, float]]] = {}
    for answer in sorted(old.scores.keys() & new.scores.keys()):
        was, now = old.scores[answer], new.scores[answer]
        for code in was.keys() & now.keys():
            pairs.setdefault(code, []).append((was[code], now[code]))
    return [_compared(code, np.array(pairs[code])) for code in sorted(pairs)]


def _compared(code: str, values: np.ndarray[Any, np.dtype[np.float64]]) -> Comparison:
    was, now = values[:, 0], values[:, 1]
    shift = float((now - was).mean())
    if np.array_equal(was, now):
        return Comparison(code, len(values), 0.0, 1.0, 1.0, 0.0, "same")
    varies = was.std() > 0 and now.std() > 0
    r = float(np.corrcoef(was, now)[0, 1]) if varies else None
    if r is None or r < LEAST_CORRELATION or len(values) < LEAST_ANCHORS:
        return Comparison(code, len(values), shift, r, None, None, "refused")
    slope, intercept = np.polyfit(was, now, 1)
    spread = float(np.abs(now - was).max())
    verdict = "same" if spread <= SMALL_SHIFT else "mapped"
    return Comparison(code, len(values), shift, r, float(slope), float(intercept), verdict)
