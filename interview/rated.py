"""Answers that people have rated: a folder of files, checked row by row.

`questions.yml` lists what was asked (as in an interview's `questions`); `answers.csv` holds
answer_id, candidate_id, question_code, language_code, text; `ratings.csv` holds answer_id, rater_id,
dimension_code, level (1 to 5). `groups.csv` (candidate_id, attribute, group) is optional: it is read
by audits only and never by a model.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field, ValidationError

from interview.session import LanguageCode, Question
from talentloop.config import load_model
from talentloop.errors import ContractError
from talentloop.strict import Strict

RowT = TypeVar("RowT", bound="Strict")


class RatedAnswer(Strict):
    """A row of answers.csv."""

    answer_id: str = Field(min_length=1)
    candidate_id: str = Field(min_length=1)
    question_code: str
    language_code: LanguageCode
    text: str = Field(min_length=1)


class Rating(Strict):
    """A row of ratings.csv: what one person gave one answer on one dimension."""

    answer_id: str
    rater_id: str = Field(min_length=1)
    dimension_code: str
    level: int = Field(ge=1, le=5)


class GroupOf(Strict):
    """A row of groups.csv: a protected attribute of a candidate, for the audit only."""

    candidate_id: str
    attribute: str
    group: str


class _Asked(Strict):
    questions: tuple[Question, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Rated:
    """A folder of rated answers."""

    questions: Mapping[str, Question]
    answers: Sequence[RatedAnswer]
    ratings: Sequence[Rating]
    groups: Sequence[GroupOf] = field(default=())

    def levels(self, dimension_code: str) -> dict[str, dict[str, int]]:
        """Answer -> rater -> level, for one dimension."""
        found: dict[str, dict[str, int]] = {}
        for rating in self.ratings:
            if rating.dimension_code == dimension_code:
                found.setdefault(rating.answer_id, {})[rating.rater_id] = rating.level
        return found

    @property
    def dimension_codes(self) -> list[str]:
        """Dimensions that were rated, in alphabetical order."""
        return sorted({rating.dimension_code for rating in self.ratings})


def load_rated(folder: Path) -> Rated:
    """Read a folder of rated answers.

    Raises:
        ContractError: a file is missing, a row does not fit, or one names what is not there.
        ConfigError: questions.yml does not fit.
    """
    questions = {
        each.question_code: each for each in load_model(folder / "questions.yml", _Asked).questions
    }
    answers = list(_rows(folder / "answers.csv", RatedAnswer))
    ratings = list(_rows(folder / "ratings.csv", Rating))
    groups_file = folder / "groups.csv"
    groups = list(_rows(groups_file, GroupOf)) if groups_file.exists() else []
    _unique(folder / "answers.csv", "answer_id", [(a.answer_id,) for a in answers])
    _unique(folder / "ratings.csv", "answer_id, rater_id, dimension_code",
            [(r.answer_id, r.rater_id, r.dimension_code) for r in ratings])  # fmt: skip
    known = {a.answer_id for a in answers}
    _known(folder / "answers.csv", "question_code", [a.question_code for a in answers], questions)
    _known(folder / "ratings.csv", "answer_id", [r.answer_id for r in ratings], known)
    return Rated(questions, answers, ratings, groups)


def _rows(path: Path, model: type[RowT]) -> Iterator[RowT]:
    try:
        file = path.open(encoding="utf-8-sig", newline="")
    except OSError:
        raise ContractError(
            "A file of the rated answers is missing", where=str(path),
            remedy="Add it; interview/rated.py names the files and their columns.",
        ) from None  # fmt: skip
    with file:
        reader = csv.DictReader(file, strict=True)
        for row in reader:
            yield _checked(path, reader.line_num, row, model)


def _checked(path: Path, line: int, row: dict[Any, Any], model: type[RowT]) -> RowT:
    try:
        return model.model_validate(row)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise ContractError(
            f"A row does not fit: {first['msg']}", where=f"{path}, line {line}, field {name}",
            remedy=f"Correct the row; its fields are {', '.join(model.model_fields)}.",
        ) from None  # fmt: skip


def _unique(path: Path, name: str, keys: Sequence[tuple[str, ...]]) -> None:
    seen: set[tuple[str, ...]] = set()
    for row, key in enumerate(keys, start=1):
        if key in seen:
            raise ContractError(
                "A row stands twice", where=f"{path}, row {row}, field {name}",
                remedy="Keep one of them.",
            )  # fmt: skip
        seen.add(key)


def _known(path: Path, name: str, values: Sequence[str], known: Any) -> None:
    for row, value in enumerate(values, start=1):
        if value not in known:
            raise ContractError(
                f"A row names a {name} that is not there", where=f"{path}, row {row}, field {name}",
                remedy="Add what it names, or correct the row.",
            )  # fmt: skip
