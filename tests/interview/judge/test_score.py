"""From a verdict to evidence."""

from __future__ import annotations

import pytest

from interview.judge.advice import functions, remarkable
from interview.judge.config import AdviceRule
from interview.judge.result import Copy, Function, JudgeResult, TestResult
from interview.judge.score import to_score
from interview.session import Question
from talentloop.codes import load_code_lists
from talentloop.settings import Settings

SOURCE = "import sys\n\n\ndef main():\n    n = int(input())\n    print(10 // n)\n\n\nmain()\n"
QUESTION = Question(
    question_code="q1", kind="coding", text={"zh": "写程序", "en": "Write a program"},
    dimension_codes=("logic", "professionalism"), problem_code="double",
)  # fmt: skip


def _test(
    name: str, verdict: str, *, hidden: bool, weight: float = 1, lines: tuple[int, ...] = ()
) -> TestResult:
    return TestResult.model_validate(
        {"name": name, "hidden": hidden, "weight": weight, "verdict": verdict, "lines": lines,
         "cpu_seconds": 0.123}
    )  # fmt: skip


def _result(**changes: object) -> JudgeResult:
    fields = {
        "problem_code": "double", "language": "python", "source": SOURCE, "verdict": "WA",
        "score_0_1": 0.625, "version": "judge-1-abc", "isolation": "full",
        "tests": (
            _test("example", "AC", hidden=False),
            _test("other", "WA", hidden=False),
            _test("h1", "AC", hidden=True, weight=4),
            _test("h2", "RE", hidden=True, lines=(6,)),
            _test("h3", "RE", hidden=True, lines=(6,)),
        ),
        "functions": (Function(function="main", line=4, complexity=1, lines=3),),
        **changes,
    }  # fmt: skip
    return JudgeResult.model_validate(fields)


def test_a_score_says_which_tests_passed_and_quotes_the_code() -> None:
    score = to_score(_result(), QUESTION, "q1-1", settings=Settings())
    assert (score.scorer_code, score.scorer_version, score.flags) == ("judge", "judge-1-abc", ())
    (dimension,) = score.dimensions
    # 0.625 reaches 0.6 and not 0.8: level 4
    assert (dimension.dimension_code, dimension.score_0_1, dimension.level) == (
        "professionalism",
        0.625,
        4,
    )
    public, hidden = dimension.sub_scores
    assert (public.signal_code, public.score_0_1, public.weight) == ("tests", 0.5, 0.25)
    assert (hidden.signal_code, hidden.score_0_1, hidden.weight) == ("hidden_tests", 0.666667, 0.75)
    assert public.detail == {
        "zh": "example：通过；other：答案错误", "en": "example: Accepted; other: Wrong answer",
    }  # fmt: skip
    assert hidden.detail == {"zh": "通过：1；运行时错误：2", "en": "Accepted: 1; Run-time error: 2"}
    assert [each.quote for each in public.evidence] == ["def main():"]
    assert [each.quote for each in hidden.evidence] == ["    print(10 // n)"]
    for each in (*public.evidence, *hidden.evidence):
        assert SOURCE[each.char_start : each.char_end] == each.quote
        assert each.audio_start is None


def test_times_do_not_change_a_score() -> None:
    slower = tuple(t.model_copy(update={"cpu_seconds": 9.0}) for t in _result().tests)
    first = to_score(_result(), QUESTION, "q1-1", settings=Settings())
    assert to_score(_result(tests=slower), QUESTION, "q1-1", settings=Settings()) == first


def test_what_does_not_compile_scores_nothing_and_quotes_the_line() -> None:
    result = _result(tests=(), verdict="CE", score_0_1=0.0, lines=(5,), functions=())
    (dimension,) = to_score(result, QUESTION, "q1-1", settings=Settings()).dimensions
    assert (dimension.score_0_1, dimension.level) == (0.0, 1)
    assert dimension.sub_scores[0].detail == {"zh": "编译错误", "en": "Does not compile"}
    assert [each.quote for each in dimension.sub_scores[0].evidence] == ["    n = int(input())"]


def test_likeness_flags_the_answer_for_a_person_and_leaves_its_score() -> None:
    begin = SOURCE.index("def main")
    copies = (Copy(answer_id="other", share=0.9, spans=((begin, begin + 11),)),)
    score = to_score(_result(copies=copies), QUESTION, "q1-1", settings=Settings())
    assert [(flag.code, flag.withholds) for flag in score.flags] == [("copied_code", False)]
    assert score.flags[0].evidence[0].quote == "def main():"
    assert score.dimensions == to_score(_result(), QUESTION, "q1-1", settings=Settings()).dimensions


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("verdict", ["AC", "WA", "TLE", "MLE", "OLE", "RE", "CE"]),
        ("signal", ["tests", "hidden_tests"]),
        ("answer_flag", ["copied_code"]),
    ],
)
def test_every_code_is_said_in_both_languages(name: str, codes: list[str]) -> None:
    lists = load_code_lists(Settings())
    assert set(codes) <= set(lists.codes(name))
    for code in codes:
        assert lists.label(name, code, "zh") != lists.label(name, code, "en")


def test_long_and_branching_functions_get_a_remark() -> None:
    branching = "def f(x):\n" + "".join(f"    if x == {i}:\n        return {i}\n" for i in range(4))
    found = functions("main.py", branching + "\ndef g():\n    return 1\n")
    assert [(each.function, each.line, each.complexity) for each in found] == [
        ("f", 1, 5), ("g", 11, 1),
    ]  # fmt: skip
    rule = AdviceRule(complexity=4, lines=50)
    assert [each.function for each in remarkable(found, rule)] == ["f"]
    assert (
        functions("main.go", "func f(a int) int { if a > 1 { return 1 }; return 2 }")[0].complexity
        == 2
    )


def test_a_source_that_nobody_can_read_gets_no_remark() -> None:
    assert functions("main.js", "(" * 50_000) == ()
