"""What holds by construction holds, and each check fails where it should."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from interview.evidence import AnswerScore
from interview.reliability import assess
from interview.reliability.checks import comparability, invariance, retest, scored, sensitivity
from interview.reliability.material import MadeAnswer, Material, ladders, load_material
from interview.reliability.versions import Anchors, anchors, compare, load, save
from interview.scoring import Rubric, load_rubric
from talentloop.errors import ContractError
from talentloop.settings import Settings


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The rubric as shipped, with one ladder a question."""
    config = tmp_path_factory.mktemp("made") / "config"
    shutil.copytree(Settings().config / "rubrics", config / "rubrics")
    file = config / "rubrics" / "self_test.yml"
    file.write_text(file.read_text().replace("ladders: 6", "ladders: 1"))
    return Settings(config=config)


@pytest.fixture(scope="module")
def rubric(small: Settings) -> Rubric:
    return load_rubric(small)


@pytest.fixture(scope="module")
def material(small: Settings) -> Material:
    return load_material(small)


@pytest.fixture(scope="module")
def pairs(rubric: Rubric, material: Material) -> list[tuple[MadeAnswer, AnswerScore]]:
    return scored(rubric, ladders(material))


def test_the_scorer_passes_its_own_checks(small: Settings) -> None:
    found = assess(small)
    assert found.passed, (found.retest, found.sensitivity, found.invariance)
    assert found.retest.n_answers == found.retest.n_identical == 36
    assert (found.sensitivity.n_falls, found.sensitivity.n_steps) == (0, 112)
    assert found.sensitivity.mean_rise > 0.7
    assert all(abs(pair.mean_difference) < 0.15 for pair in found.languages)
    assert "not evidence of validity" in found.label["en"]
    assert "不能证明效度" in found.label["zh"]
    assert found.as_dict()["passed"] is True


def test_a_re_run_that_differs_is_counted(
    small: Settings, pairs: list[tuple[MadeAnswer, AnswerScore]]
) -> None:
    scores = [score for _, score in pairs]
    altered = [scores[0].model_copy(update={"scorer_version": "other"}), *scores[1:]]
    found = retest(small, altered)
    assert found.n_answers - found.n_identical == 1


def test_a_better_answer_that_scores_lower_is_counted(
    pairs: list[tuple[MadeAnswer, AnswerScore]],
) -> None:
    n = len({a.group for a, _ in pairs})
    upside_down = [(replace(a, rung=len(pairs) - i), s) for i, (a, s) in enumerate(reversed(pairs))]
    assert sensitivity(pairs).n_falls == 0
    found = sensitivity(upside_down)
    assert found.n_ladders == n
    assert found.n_falls == sensitivity(pairs).n_rises


def test_a_scorer_that_likes_a_name_is_found_out(rubric: Rubric, material: Material) -> None:
    behaviours = rubric.dimension("teamwork").behaviours
    partial = behaviours[0].model_copy(update={"code": "likes", "phrases": ("Garcia", "秀英")})
    loves = rubric.dimension("teamwork").model_copy(update={"behaviours": (*behaviours, partial)})
    biased = Rubric(rubric.scoring, rubric.cues, {**rubric.dimensions, "teamwork": loves})
    found = {each.trait: each.largest_difference for each in invariance(biased, material)}
    assert found["name"] > 0.1
    assert found["school"] == found["gender"] == 0
    assert all(each.largest_difference == 0 for each in invariance(rubric, material))


def test_languages_are_compared_answer_by_answer(
    pairs: list[tuple[MadeAnswer, AnswerScore]],
) -> None:
    only_zh = [(a, s) for a, s in pairs if a.transcript.language_code == "zh"]
    assert comparability(only_zh) == []
    found = {pair.dimension_code: pair for pair in comparability(pairs)}
    assert found["stress"].n == 9
    assert found["communication"].n == 18


def test_a_version_is_comparable_with_itself_and_a_shift_is_mapped(
    small: Settings, tmp_path: Path
) -> None:
    now = anchors(small)
    path = tmp_path / "anchors.json"
    save(path, now)
    assert load(path) == now
    assert {c.verdict for c in compare(now, load(path))} == {"same"}
    old = {a: {d: 0.5 * s + 0.1 for d, s in each.items()} for a, each in now.scores.items()}
    found = compare(Anchors(scorer_version="old", scores=old), now)
    enough = [c for c in found if c.n >= 20]
    assert all(c.verdict == "mapped" for c in enough)
    assert all(c.mapped(0.35) == pytest.approx(0.5) for c in enough)
    assert all(c.verdict == "refused" for c in found if c.n < 20)


def test_versions_that_rank_answers_differently_are_not_mapped() -> None:
    was = {f"a{i}": {"logic": i / 40} for i in range(40)}
    now = {f"a{i}": {"logic": (i * 17 % 40) / 40} for i in range(40)}
    found = compare(
        Anchors(scorer_version="1", scores=was), Anchors(scorer_version="2", scores=now)
    )
    assert [c.verdict for c in found] == ["refused"]
    with pytest.raises(ContractError, match="Score the old answers again"):
        found[0].mapped(0.5)


def test_a_file_without_anchors_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="--save"):
        load(tmp_path / "nothing.json")
