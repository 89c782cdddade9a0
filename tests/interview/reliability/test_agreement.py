"""Agreement: published examples, and the folder of rated answers that it is computed on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from interview.rated import Rated, load_rated
from interview.reliability.agreement import agreement
from interview.reliability.report import people_agreement, with_people
from interview.scoring import load_rubric
from talentloop.errors import ContractError
from talentloop.settings import Settings
from tests.interview.scoring.answers import GOOD

#: Shrout and Fleiss (1979): four judges score six subjects.
JUDGES = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
)
QUESTIONS = """
questions:
  - question_code: q1
    kind: behavioural
    text: {en: Tell me about a deadline.}
    dimension_codes: [stress]
"""


def test_intraclass_correlations_are_those_of_shrout_and_fleiss() -> None:
    found = agreement(JUDGES)
    icc = [found.icc_1_1, found.icc_2_1, found.icc_2_k]
    assert [round(value or 0, 2) for value in icc] == [0.17, 0.29, 0.62]


def test_kappa_and_shares_are_those_counted_by_hand_and_by_scikit_learn() -> None:
    levels = np.array([[1, 1], [2, 3], [3, 3], [4, 2], [5, 5]], float)
    found = agreement(levels)
    known = cohen_kappa_score(levels[:, 0], levels[:, 1], weights="quadratic", labels=range(1, 6))
    assert found.weighted_kappa == pytest.approx(known)
    assert (found.exact, found.adjacent) == (0.6, 0.8)


def test_ratings_that_never_vary_have_no_correlation() -> None:
    found = agreement(np.full((5, 2), 3.0))
    assert (found.icc_1_1, found.weighted_kappa, found.exact) == (None, None, 1.0)


def test_missing_ratings_are_refused() -> None:
    with pytest.raises(ValueError, match="complete"):
        agreement(np.array([[1.0, np.nan], [2.0, 2.0]]))


def folder(root: Path, n: int = 12) -> Path:
    root.mkdir(exist_ok=True)
    parts = GOOD["en"].split(". ")
    rows = [f'a{i},c{i},q1,en,"{". ".join(parts[: 1 + i % len(parts)])}. That is all of it."'
            for i in range(n)]  # fmt: skip
    ratings = [f"a{i},{rater},stress,{1 + min(4, i % len(parts))}"
               for i in range(n) for rater in ("r1", "r2")]  # fmt: skip
    (root / "questions.yml").write_text(QUESTIONS)
    (root / "answers.csv").write_text(
        "answer_id,candidate_id,question_code,language_code,text\n" + "\n".join(rows)
    )
    (root / "ratings.csv").write_text(
        "answer_id,rater_id,dimension_code,level\n" + "\n".join(ratings)
    )
    return root


def test_the_scorer_is_set_beside_people_who_rated_a_file(tmp_path: Path) -> None:
    found = with_people(load_rubric(Settings()), load_rated(folder(tmp_path / "r")))
    assert [each.dimension_code for each in found] == ["stress"]
    people, scorer = found[0].people, found[0].scorer
    assert people is not None
    assert people.exact == 1.0
    assert scorer is not None
    assert scorer.n + found[0].n_unscored == 12
    assert (scorer.icc_2_1 or 0) > 0.3  # longer stories were rated higher by both


def test_agreement_of_people_is_that_of_the_pair_with_most_in_common() -> None:
    both = {f"a{i}": {"r1": 1 + i % 5, "r2": 1 + i % 5} for i in range(12)}
    third = {**both, "a0": {**both["a0"], "r3": 5}}
    found = people_agreement(third)
    assert found is not None
    assert (found.n, found.n_raters) == (12, 2)
    assert people_agreement({"a0": {"r1": 1, "r2": 2}}) is None


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("ratings.csv", "a0,r1,stress,1", "a0,r1,stress,9", r"ratings\.csv, line 2, field level"),
        ("ratings.csv", "a0,r1", "zz,r1", r"ratings\.csv, row 1, field answer_id"),
        ("ratings.csv", "a1,r1,stress,2", "a0,r1,stress,2", "stands twice"),
        ("answers.csv", ",q1,en", ",q9,en", r"answers\.csv, row 1, field question_code"),
        ("answers.csv", "candidate_id", "person", r"answers\.csv, line 2, field"),
    ],
)
def test_a_row_that_does_not_fit_is_named(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    root = folder(tmp_path / "r")
    path = root / file
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(ContractError, match=message) as caught:
        load_rated(root)
    assert "payment" not in str(caught.value)  # never what somebody said


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    root = folder(tmp_path / "r")
    (root / "ratings.csv").unlink()
    with pytest.raises(ContractError, match=r"ratings\.csv"):
        load_rated(root)


def test_groups_are_read_where_they_are_given(tmp_path: Path) -> None:
    root = folder(tmp_path / "r")
    (root / "groups.csv").write_text("candidate_id,attribute,group\nc0,gender,female\n")
    found: Rated = load_rated(root)
    assert [(g.candidate_id, g.group) for g in found.groups] == [("c0", "female")]
