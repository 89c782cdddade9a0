"""All checks of the scorer's reliability in one report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from interview.rated import Rated, load_rated
from interview.reliability.agreement import Agreement, agreement
from interview.reliability.checks import (
    Invariance,
    LanguagePair,
    Retest,
    Sensitivity,
    comparability,
    invariance,
    retest,
    scored,
    sensitivity,
    shares,
)
from interview.reliability.material import LABEL, ladders, load_material, typed
from interview.scoring import Rubric, load_rubric, score_answer
from talentloop.settings import Settings

#: Raters must have rated so many answers in common before their agreement is told.
LEAST_COMMON = 10


@dataclass(frozen=True)
class PeopleAgreement:
    """One dimension of a rated file.

    Attributes:
        people: raters among themselves, on answers that the same raters all rated.
        scorer: the scorer with the mean of the people; None where too few were scored.
        n_unscored: answers that people rated and the scorer withheld.
    """

    dimension_code: str
    people: Agreement | None
    scorer: Agreement | None
    n_unscored: int


@dataclass(frozen=True)
class Reliability:
    """What the command prints."""

    scorer_version: str
    label: Mapping[str, str]
    retest: Retest
    sensitivity: Sensitivity
    invariance: Sequence[Invariance]
    languages: Sequence[LanguagePair]
    people: Sequence[PeopleAgreement] = ()

    @property
    def passed(self) -> bool:
        """Whether everything that holds by construction holds: bytes, monotony, invariance."""
        return (
            self.retest.n_identical == self.retest.n_answers
            and self.sensitivity.n_falls == 0
            and all(each.largest_difference == 0 for each in self.invariance)
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {"passed": self.passed, **asdict(self)}


def assess(settings: Settings, rated: Path | None = None) -> Reliability:
    """Run every check.

    Args:
        rated: a folder of answers that people rated (see `interview.rated`).

    Raises:
        ConfigError: a rubric or the material does not fit.
        ContractError: the rated answers do not fit.
    """
    rubric, material = load_rubric(settings), load_material(settings)
    answers = scored(rubric, ladders(material))
    return Reliability(
        scorer_version=rubric.version,
        label=LABEL.model_dump(),
        retest=retest(settings, [score for _, score in answers]),
        sensitivity=sensitivity(answers),
        invariance=invariance(rubric, material),
        languages=comparability(answers),
        people=() if rated is None else with_people(rubric, load_rated(rated)),
    )


def with_people(rubric: Rubric, rated: Rated) -> list[PeopleAgreement]:
    """The scorer beside people, dimension by dimension, on levels 1 to 5."""
    scores = {
        a.answer_id: shares(
            score_answer(
                rubric, rated.questions[a.question_code],
                typed(a.answer_id, a.text, a.language_code),
            )
        )
        for a in rated.answers
    }  # fmt: skip
    return [_dimension(code, rated.levels(code), scores) for code in rated.dimension_codes]


def _dimension(
    code: str, levels: Mapping[str, Mapping[str, int]], scores: Mapping[str, Mapping[str, float]]
) -> PeopleAgreement:
    means = {answer: float(np.mean(list(by.values()))) for answer, by in levels.items()}
    both = [(means[a], 1 + 4 * scores[a][code]) for a in sorted(levels) if code in scores[a]]
    return PeopleAgreement(
        code,
        people_agreement(levels),
        agreement(np.array(both)) if len(both) >= LEAST_COMMON else None,
        len(levels) - len(both),
    )


def people_agreement(levels: Mapping[str, Mapping[str, int]]) -> Agreement | None:
    """Agreement of the raters that rated most answers in common; None below `LEAST_COMMON`.

    Of sets of raters, the pair with the most answers in common is taken, and whoever else rated
    all of those.
    """
    raters = sorted({rater for by in levels.values() for rater in by})
    rated = {r: {a for a, by in levels.items() if r in by} for r in raters}
    pairs = [(rated[a] & rated[b]) for i, a in enumerate(raters) for b in raters[i + 1 :]]
    common = max(pairs, key=len, default=set())
    if len(common) < LEAST_COMMON:
        return None
    panel = [r for r in raters if common <= rated[r]]
    return agreement(np.array([[levels[a][r] for r in panel] for a in sorted(common)], dtype=float))
