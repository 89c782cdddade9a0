"""An interview's answers drawn together, and the remark that goes out."""

from __future__ import annotations

from pathlib import Path

import pytest

from interview.evaluation.answer import evaluate_answer
from interview.evaluation.folder import load_folder
from interview.evaluation.outcome import GIVEN_UP, Outcome, outcome_of, stars
from interview.evaluation.results import AnswerResult
from interview.session import Interview
from talentloop.settings import Settings
from tests.interview.evaluation.made import engines, folder, interview


def drawn(settings: Settings, given: Interview, *, without: str = "") -> Outcome:
    found = load_folder(folder(settings.home, given))
    results: dict[str, AnswerResult] = {}
    for turn in found.interview.turns:
        if turn.answer_id != without:
            results[turn.answer_id] = evaluate_answer(engines(), found, turn)[0]
    return outcome_of(settings, given, results, is_simulated=True)


@pytest.mark.parametrize(
    ("points", "expected"), [(0, 0), (62.4, 3), (62.5, 3), (65, 3.5), (80, 4), (100, 5)]
)
def test_points_become_stars_to_the_half(points: float, expected: float) -> None:
    assert stars(points) == expected


def test_the_weights_of_the_portrait_make_the_overall_score(settings: Settings) -> None:
    found = drawn(settings, interview(code=True))
    # communication .15, logic .20, teamwork .15, stress .15 at 80; professionalism .25 at 100
    assert found.score.overall_0_100 == round((0.65 * 80 + 0.25 * 100) / 0.90, 2) == 85.56
    assert found.overall_stars_0_5 == 4.5
    assert found.is_high_potential
    assert found.score.unscored == ("culture",)


def test_an_answer_that_was_given_up_waits_for_a_person_and_lowers_nothing(
    settings: Settings,
) -> None:
    whole = drawn(settings, interview())
    less = drawn(settings, interview("I-2"), without="q2-1")
    assert less.score.overall_0_100 == whole.score.overall_0_100 == 80
    assert less.n_withheld == 1
    assert next(a for a in less.answers if a.result is None).withheld_codes == (GIVEN_UP,)
    assert "1 个回答未评分" in less.remark.zh


def test_too_few_dimensions_make_no_overall_score(settings: Settings) -> None:
    given = interview()
    narrow = [q.model_copy(update={"dimension_codes": ("logic",)}) for q in given.questions]
    found = drawn(settings, given.model_copy(update={"questions": tuple(narrow)}))
    assert found.score.overall_0_100 is None
    assert found.overall_stars_0_5 is None
    assert not found.is_high_potential


def test_only_the_attempt_that_counts_is_scored_and_supplements_stand_by_it(
    settings: Settings,
) -> None:
    given = interview()
    first = given.turns[0]
    more = (
        first.model_copy(update={"answer_id": "q1-2", "attempt": 2}),
        first.model_copy(update={"answer_id": "q1-3", "follows_id": "q1-2", "follow_up": "Why?"}),
    )
    found = drawn(settings, given.model_copy(update={"turns": (*given.turns, *more)}))
    assert [a.turn.answer_id for a in found.counted] == ["q2-1", "q1-2", "q1-3"]
    assert found.n_supplements == 1
    rests_on = {a for d in found.score.dimensions for a in d.answer_ids}
    assert rests_on == {"q2-1", "q1-2", "q1-3"}


def test_a_remark_quotes_nobody_says_that_people_decide_and_what_is_simulated(
    settings: Settings, tmp_path: Path
) -> None:
    found = drawn(settings, interview(code=True))
    said = [e.evidence.quote for d in found.score.dimensions for e in d.evidence]
    assert said
    for remark in (found.remark.zh, found.remark.en):
        assert not any(quote in remark.split() for quote in said)
        assert "85.56" in remark
    assert "由人决定" in found.remark.zh
    assert found.remark.zh.startswith("【模拟数据】")
    assert found.remark.en.startswith("[Simulated]")
