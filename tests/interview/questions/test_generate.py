"""Questions from job descriptions: what is read, what is covered, within what time, how often."""

from __future__ import annotations

import random
from itertools import combinations
from pathlib import Path

import pytest

from interview.intake.taxonomy import load_taxonomy
from interview.questions.bank import load_bank
from interview.questions.choose import PAUSE_SECONDS, Candidate, choose
from interview.questions.competencies import load_competencies
from interview.questions.generate import (
    QuestionSet,
    Wanted,
    asked_in,
    family_of,
    generate,
    question_set,
)
from interview.questions.requirements import Requirement, level_of, requirements
from interview.session import LANGUAGES, Interview
from talentloop.errors import ConfigError
from talentloop.settings import PROJECT_ROOT, Settings
from tests.interview.questions.jobs import BACKEND, MECHANICAL, SALES

SHIPPED = Settings(config=PROJECT_ROOT / "config", home=Path("unused"))


def asked(text: str) -> tuple[Requirement, ...]:
    return requirements(text, load_taxonomy(SHIPPED), load_competencies(SHIPPED))


def made(text: str = MECHANICAL, **wanted: object) -> QuestionSet:
    return question_set(SHIPPED, text, Wanted.model_validate({"job_title": "机械工程师", **wanted}))


def codes(found: QuestionSet) -> list[str]:
    return [question.question_code for question in found.questions]


def test_a_chinese_description_tells_musts_wishes_depth_and_years() -> None:
    found = {r.code: r for r in asked(MECHANICAL)}
    musts = {code for code, r in found.items() if r.is_must}
    assert musts == {
        "skill:mechanical_design", "skill:solidworks", "skill:fea", "skill:plc", "years",
        "education", "behaviour:communication", "behaviour:teamwork", "behaviour:stress",
        "other:能适应短期出差",
    }  # fmt: skip
    assert set(found) - musts == {"skill:automation", "skill:welding"}
    depths = [found[f"skill:{name}"].depth for name in ("solidworks", "fea", "plc")]
    assert (depths, found["years"].years) == (["expert", "working", "basic"], 3)


def test_an_english_description_is_read_the_same_way() -> None:
    found = {r.code: r for r in asked(BACKEND)}
    assert {code for code, r in found.items() if r.is_must} == {
        "years", "education", "skill:python", "skill:sql", "skill:kubernetes", "skill:kafka",
        "behaviour:problem_solving", "behaviour:communication",
    }  # fmt: skip
    assert {code for code, r in found.items() if not r.is_must} == {
        "skill:microservices", "skill:go", "skill:machine_learning"
    }  # fmt: skip
    assert (found["years"].years, found["skill:sql"].depth) == (5, "expert")
    assert found["skill:kafka"].text == "familiar with Kubernetes and Kafka"


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("3年以上工作经验", 3), ("三年及以上相关经验", 3), ("5-8年研发经验", 5),
        ("具备两年客户管理经验", 2), ("10+ years of experience", 10),
        ("at least 4 years' professional experience", 4), ("成立20年的公司", None),
        ("founded 20 years ago", None),
    ],
)  # fmt: skip
def test_years_are_read_in_each_usual_form(text: str, years: int | None) -> None:
    assert next((r.years for r in asked(text) if r.kind == "years"), None) == years


@pytest.mark.parametrize(
    ("title", "text", "level", "family"),
    [
        ("机械工程师", MECHANICAL, "mid", "rd"), ("Senior Backend Engineer", BACKEND, "senior", "rd"),
        ("研发经理", MECHANICAL, "lead", "rd"), ("产品经理", MECHANICAL, "mid", "product"),
        ("大客户经理", SALES, "junior", "sales"), ("Head of Sales", SALES, "lead", "sales"),
        ("应届生", BACKEND, "junior", None), ("", BACKEND, "mid", None),
    ],
)  # fmt: skip
def test_title_and_years_tell_level_and_family(
    title: str, text: str, level: str, family: str | None
) -> None:
    assert (level_of(title, asked(text)), family_of(title)) == (level, family)


@pytest.mark.parametrize(
    ("text", "title"),
    [(MECHANICAL, "机械工程师"), (BACKEND, "Backend Engineer"), (SALES, "大客户经理")],
)
def test_every_must_is_covered_within_the_time(text: str, title: str) -> None:
    found = made(text, job_title=title, minutes=45)
    assert found.uncovered == ()
    spent = found.seconds + PAUSE_SECONDS * len(found.questions)
    assert spent <= 45 * 60
    wanted = {r.text for r in found.requirements if r.is_must and r.is_asked}
    assert wanted >= {q.requirement for q in found.questions if q.requirement in wanted} != set()


def test_each_question_carries_what_scoring_needs() -> None:
    found = made(BACKEND, job_title="Backend Engineer", minutes=75)
    assert {q.kind for q in found.questions} == {
        "behavioural", "situational", "technical", "coding"
    }  # fmt: skip
    for question in found.questions:
        assert (question.rubric_id or "").startswith("rubric-")
        assert question.dimension_codes
        assert bool(question.ideal_points) != (question.kind == "coding")
    about = next(q for q in found.questions if q.question_code.endswith(".kafka"))
    assert about.requirement == "familiar with Kubernetes and Kafka"
    assert "Kafka" in {p for point in about.ideal_points for p in point.phrases}
    assert "Kafka" in about.text["zh"]


def test_too_little_time_leaves_musts_to_a_person_and_says_so() -> None:
    found = made(minutes=6)
    assert found.questions
    assert found.seconds <= 360
    assert {u.reason_code for u in found.uncovered} == {"no_time"}
    covered = {"years", "behaviour:communication"} | {u.requirement.code for u in found.uncovered}
    assert covered <= {r.code for r in found.requirements}


def test_a_must_comes_before_any_number_of_wishes() -> None:
    found = question_set(
        SHIPPED, "必备条件：焊接经验\n加分项：熟悉PLC、AutoCAD、ANSYS、FMEA、CATIA",
        Wanted(job_title="工程师", minutes=3),
    )  # fmt: skip
    (question,) = found.questions
    assert (question.requirement, found.uncovered) == ("焊接经验", ())


def test_the_same_seed_gives_the_same_questions_and_another_may_not() -> None:
    first = made(minutes=30, seed=7)
    assert made(minutes=30, seed=7) == first
    others = {tuple(codes(made(minutes=30, seed=seed))) for seed in range(6)}
    assert len(others) > 1
    for chosen in others:
        assert len(set(chosen)) == len(chosen)


def test_what_was_asked_in_earlier_interviews_is_not_asked_again() -> None:
    first = made(minutes=30)
    earlier = Interview.model_validate(
        {"interview_id": "i1", "source": "hr", "application_id": "a1", "questions": first.questions,
         "ended_at": "2026-11-01T00:00:00Z"}
    )  # fmt: skip
    again = made(minutes=30, asked_before=asked_in([earlier]))
    assert again.questions
    assert not set(codes(first)) & set(codes(again))


def test_what_the_description_must_not_ask_is_warned_of_and_never_asked() -> None:
    found = made(minutes=120)
    assert {w.topic_code for w in found.warnings} == {"age", "marriage"}
    assert not [q for q in found.questions if "已婚" in q.text["zh"] or "35岁" in q.text["zh"]]
    banned = question_set(SHIPPED, "任职要求：\n具备已婚人士的稳定性", Wanted(minutes=120))
    assert [u.reason_code for u in banned.uncovered] == ["banned_topic"]
    assert not [q for q in banned.questions if "已婚" in q.text["zh"]]


def test_a_requirement_that_no_list_knows_is_asked_about_in_its_own_words() -> None:
    found = made(minutes=120)
    question = next(q for q in found.questions if q.requirement == "能适应短期出差")
    assert "“能适应短期出差”" in question.text["zh"]


def test_multilingual_sets_have_every_question_in_every_language() -> None:
    found = made(BACKEND, languages=LANGUAGES, minutes=90, job_title="Backend Engineer")
    assert len(found.questions) > 10
    for question in found.questions:
        assert tuple(question.text) == LANGUAGES
        assert len(set(question.text.values())) == 4
        assert not [text for text in question.text.values() if "{" in text]
    (text,) = (
        q.text for q in made("熟悉有限元分析", languages=["ja", "fr"]).questions
        if q.question_code == "skill_depth.fea"
    )  # fmt: skip
    assert "l'analyse par éléments finis" in text["fr"]
    assert "有限要素解析" in text["ja"]


def test_leaders_get_questions_about_leading() -> None:
    leader = codes(made(job_title="研发经理", minutes=60))
    engineer = codes(made(job_title="机械工程师", minutes=60))
    of_leaders = {e.template.code for e in load_bank(SHIPPED) if e.levels == ("lead",)}
    assert of_leaders & set(leader)
    assert not of_leaders & set(engineer)


def test_the_choice_is_the_best_there_is() -> None:
    """Against all choices of a small bank by hand: most musts, then wishes, then seconds used."""
    entries = {e.template.code: e for e in load_bank(SHIPPED)}
    draw = random.Random(3)
    for seed in range(4):
        needs = [
            Requirement(code=f"r{n}", kind="behaviour", text="x", is_must=n < 3) for n in range(5)
        ]
        names = draw.sample(sorted(c for c, e in entries.items() if e.template.kind != "coding"), 8)
        usable = [
            Candidate(n, entries[n], frozenset(draw.sample([r.code for r in needs], 2)))
            for n in names
        ]
        chosen = choose(usable, needs, budget_seconds=420, seed=seed)
        best = max(
            _covered(group, needs)
            for size in range(9)
            for group in combinations(usable, size)
            if sum(c.cost_seconds for c in group) <= 420
        )
        assert sum(c.cost_seconds for c in chosen) <= 420
        assert _covered(chosen, needs) == best


def _covered(group: object, needs: list[Requirement]) -> tuple[int, int]:
    covered = {code for each in group for code in each.covers}  # type: ignore[attr-defined]
    musts = sum(r.is_must and r.code in covered for r in needs)
    return musts, len(covered) - musts


def test_a_list_of_questions_is_what_interviews_take() -> None:
    questions = generate(SHIPPED, SALES, Wanted(job_title="大客户经理"))
    assert {"price_pressure", "target_missed"} & {q.question_code for q in questions}
    with pytest.raises(ConfigError, match="empty"):
        generate(SHIPPED, " \n")


def test_programmers_get_one_coding_task_of_their_level_and_others_none() -> None:
    backend = made(BACKEND, job_title="Senior Backend Engineer", minutes=75)
    problems = [q.problem_code for q in backend.questions if q.kind == "coding"]
    assert len(problems) == 1
    assert set(problems) <= {"moving_average", "build_order"}
    assert not [q for q in made(minutes=120).questions if q.kind == "coding"]
