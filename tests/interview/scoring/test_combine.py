"""From answers to an interview: means, supplements, the portrait's weights, comments."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from interview.evidence import AnswerScore, DimensionEvidence, Evidence, Flag, SubScore
from interview.scoring import Rubric, combine, load_rubric, score_answer, weights_in_force
from interview.scoring.combine import Weights, overall
from talentloop.codes import CodeLists, load_code_lists
from talentloop.settings import Settings
from talentloop.warehouse.portraits import PortraitVersion
from tests.interview.scoring.answers import GOOD, QUESTION, transcript

NOW = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return load_rubric(Settings())


@pytest.fixture(scope="module")
def codes() -> CodeLists:
    return load_code_lists(Settings())


def weights(least: int = 1, **each: float) -> Weights:
    version = PortraitVersion(portrait="p", version="1", effective_at=None, weights=each)
    return Weights(version=version, min_dimensions=least)


def answer(answer_id: str, dimension: str, **signals: float) -> AnswerScore:
    quote = Evidence(quote=f"said in {answer_id}", char_start=0, char_end=5)
    subs = tuple(
        SubScore(signal_code=name, score_0_1=share, weight=1 / len(signals), evidence=(quote,))
        for name, share in signals.items()
    )
    mean = sum(signals.values()) / len(signals)
    each = DimensionEvidence(dimension_code=dimension, score_0_1=mean, level=1, sub_scores=subs)
    return AnswerScore(
        answer_id=answer_id, scorer_code="rubric", scorer_version="v", dimensions=(each,)
    )


def test_a_dimension_is_the_mean_over_its_answers(rubric: Rubric, codes: CodeLists) -> None:
    scores = [answer("a", "logic", star=0.2), answer("b", "logic", star=0.8)]
    found = combine(rubric, weights(logic=1.0), scores, codes).dimensions[0]
    assert (found.score_0_1, found.score_0_100, found.stars) == (0.5, 50.0, 3)
    assert found.answer_ids == ("a", "b")


def test_a_supplement_raises_signal_by_signal_and_never_lowers(
    rubric: Rubric, codes: CodeLists
) -> None:
    main = answer("a", "logic", star=0.2, discourse=0.8)
    for supplement, expected in (
        (answer("s", "logic", star=0.6, discourse=0.1), 0.7),
        (answer("s", "logic", star=0.0, discourse=0.0), 0.5),
    ):
        found = combine(
            rubric, weights(logic=1.0), [main, supplement], codes, supplements={"s": "a"}
        ).dimensions[0]
        assert found.score_0_1 == pytest.approx(expected)
        assert found.answer_ids == ("a", "s")


def test_a_withheld_answer_adds_nothing_and_is_not_a_zero(rubric: Rubric, codes: CodeLists) -> None:
    withheld = AnswerScore(
        answer_id="w", scorer_code="rubric", scorer_version="v",
        flags=(Flag(code="too_short", withholds=True),),
    )  # fmt: skip
    found = combine(
        rubric, weights(logic=0.5, stress=0.5), [answer("a", "logic", star=0.6), withheld], codes
    )
    assert [d.score_0_1 for d in found.dimensions] == [0.6]
    assert found.unscored == ("stress",)


def test_overall_weighs_what_was_scored_and_asks_for_enough_dimensions() -> None:
    shares = {"logic": 0.5, "stress": 1.0, "charm": 0.0}
    assert overall(weights(2, logic=0.3, stress=0.1, culture=0.6), shares) == 62.5
    assert overall(weights(3, logic=0.3, stress=0.1, culture=0.6), shares) is None
    assert overall(weights(0, culture=1.0), shares) is None


def test_weights_are_those_of_the_job_familys_portrait(settings: Settings) -> None:
    found = weights_in_force(settings, "engineering", NOW)
    assert found.version.portrait == "default"
    assert found.version.weights["professionalism"] == 0.25
    assert found.min_dimensions == 4


@pytest.mark.parametrize("language", ["en", "zh"])
def test_comments_name_level_anchor_and_quotes_in_both_languages(
    rubric: Rubric, codes: CodeLists, language: str
) -> None:
    score = score_answer(rubric, QUESTION, transcript(GOOD[language], language))
    found = combine(rubric, weights(logic=1.0), [score], codes)
    logic = next(d for d in found.dimensions if d.dimension_code == "logic")
    anchor = rubric.dimension("logic").anchors[logic.stars]  # type: ignore[index]
    assert anchor.zh in logic.comment.zh
    assert anchor.en in logic.comment.en
    quote = logic.comment.zh.split("「")[1].split("」")[0].removesuffix("…")
    assert quote in GOOD[language]
    assert {e.answer_id for e in logic.evidence} == {"a1"}


def test_a_dimension_without_anything_says_so(rubric: Rubric, codes: CodeLists) -> None:
    found = combine(rubric, weights(logic=1.0), [answer("a", "logic", star=0.0)], codes)
    comment = found.dimensions[0].comment
    assert "Nothing in the answers" in comment.en
    assert "STAR structure" in comment.en
    assert "STAR 结构" in comment.zh
