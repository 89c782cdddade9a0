"""Verdicts, scores and what is told of them, by judging real programs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from interview.judge import judge, problem_codes
from interview.judge.judging import Bench, judge_on
from interview.judge.problem import Problem, load_problem
from interview.judge.result import JudgeResult
from interview.judge.source import LANGUAGE_OF
from interview.session import ProgrammingLanguage
from talentloop.errors import ConfigError, JudgeError
from talentloop.settings import Settings

PROBLEM = """
title: {zh: 加倍, en: Double}
statement: {zh: 输出两倍, en: Print the double}
limits: {cpu_seconds: 0.2, memory_mb: 64, output_kb: 16}
checker: {kind: tokens}
tests: [{name: example, given: "2", expected: "4"}]
"""
HIDDEN = """
tests:
  - {name: secret_one, weight: 2, given: "5", expected: "10"}
  - {name: secret_two, given: "-1", expected: "-2"}
  - {name: secret_three, weight: 4, given: "98765", expected: "197530"}
"""
RIGHT = "print(2 * int(input()))\n"


@pytest.fixture(scope="module")
def problem(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    config = tmp_path_factory.mktemp("problems")
    folder = config / "problems" / "double"
    folder.mkdir(parents=True)
    (folder / "problem.yml").write_text(PROBLEM)
    (folder / "hidden.yml").write_text(HIDDEN)
    return load_problem(Settings(config=config), "double")


def _judge(bench: Bench, problem: Problem, source: str) -> JudgeResult:
    return judge_on(bench, problem, source, "python", {})


@pytest.mark.parametrize(
    ("source", "verdicts"),
    [
        (RIGHT, ["AC", "AC", "AC", "AC"]),
        ("print(4)\n", ["AC", "WA", "WA", "WA"]),
        ("n = int(input())\nwhile n < 0: pass\nprint(2 * n)\n", ["AC", "AC", "TLE", "AC"]),
        ("n = int(input())\nheld = b'x' * (200 << 20 if n == 5 else 1)\nprint(2 * n)\n",
         ["AC", "MLE", "AC", "AC"]),
        ("n = int(input())\nprint(2 * n)\nif n == 5:\n    print('x' * 20000)\n",
         ["AC", "OLE", "AC", "AC"]),
        ("n = int(input())\nprint(2 * n)\nif n < 0:\n    raise SystemExit(1)\n",
         ["AC", "AC", "RE", "AC"]),
    ],
    ids=["AC", "WA", "TLE", "MLE", "OLE", "RE"],
)  # fmt: skip
def test_each_test_has_its_verdict(
    bench: Bench, problem: Problem, source: str, verdicts: list[str]
) -> None:
    found = _judge(bench, problem, source)
    assert [test.verdict for test in found.tests] == verdicts
    assert found.verdict == next((each for each in verdicts if each != "AC"), "AC")
    for test in found.tests:
        assert 0 < test.cpu_seconds < 2
        assert test.memory_bytes


def test_the_score_is_the_weight_of_the_tests_passed(bench: Bench, problem: Problem) -> None:
    # Weights 1, 2, 1 and 4; the second one fails: 6 of 8.
    source = "n = int(input())\nprint(2 * n if n != 5 else 0)\n"
    assert _judge(bench, problem, source).score_0_1 == 0.75


def test_what_does_not_compile_gets_no_test_and_its_line(bench: Bench, problem: Problem) -> None:
    found = _judge(bench, problem, "n = int(input())\nprint(2 * n\n")
    assert (found.verdict, found.score_0_1, found.tests) == ("CE", 0.0, ())
    assert found.lines == (2,)
    assert "SyntaxError" in found.message


def test_a_run_time_error_names_its_line_of_the_source(bench: Bench, problem: Problem) -> None:
    found = _judge(bench, problem, "n = int(input())\n\nprint(4 // (n - 5))\n")
    assert [test.verdict for test in found.tests] == ["WA", "RE", "WA", "WA"]
    assert found.tests[1].lines == (3,)


def test_a_source_that_is_too_long_or_no_text_does_not_compile(
    bench: Bench, problem: Problem
) -> None:
    assert _judge(bench, problem, RIGHT + "#" * 70_000).verdict == "CE"
    assert _judge(bench, problem, "print('\udc80')").verdict == "CE"
    assert _judge(bench, problem, "").verdict == "WA"


def test_nothing_of_a_hidden_test_is_in_the_result(bench: Bench, problem: Problem) -> None:
    # What a program prints of the input that it gets goes nowhere, either.
    source = "import sys\nn = input()\nprint(n, file=sys.stderr)\nprint(1 // (int(n) - 98765))\n"
    said = _judge(bench, problem, source).model_dump_json()
    assert "secret_three" in said
    assert "98765" not in said.replace(source.splitlines()[-1], "").replace("- 98765", "")
    assert "197530" not in said


def test_judging_again_says_the_same(bench: Bench, problem: Problem) -> None:
    first, second = (_judge(bench, problem, RIGHT) for _ in range(2))
    assert first.version == second.version
    assert [t.verdict for t in first.tests] == [t.verdict for t in second.tests]


def test_the_version_changes_with_the_tests(bench: Bench, problem: Problem, tmp_path: Path) -> None:
    folder = tmp_path / "problems" / "double"
    shutil.copytree(problem.folder, folder)
    (folder / "hidden.yml").write_text(HIDDEN.replace("weight: 2", "weight: 3"))
    changed = load_problem(Settings(config=tmp_path), "double")
    assert _judge(bench, changed, RIGHT).version != _judge(bench, problem, RIGHT).version


SOLUTIONS = {
    f"{path.parent.parent.name}/{path.name}": path
    for path in sorted((Settings().config / "problems").glob("*/solutions/*"))
    if path.suffix in LANGUAGE_OF
}


@pytest.mark.parametrize("name", SOLUTIONS)
def test_the_solutions_that_come_with_a_problem_get_the_verdict_they_should(
    judge_settings: Settings, bench: Bench, needs: Callable[[str], None], name: str
) -> None:
    path = SOLUTIONS[name]
    language: ProgrammingLanguage = LANGUAGE_OF[path.suffix]
    needs(language)
    problem = load_problem(judge_settings, path.parent.parent.name)
    if path.name != "hashing.py":  # one shows the growth; for the others it takes too long
        statement = problem.statement.model_copy(update={"probe": None})
        problem = replace(problem, statement=statement)
    found = judge_on(bench, problem, path.read_text(), language, {})
    slow = path.stem == "quadratic"
    assert found.verdict == ("TLE" if slow else "AC"), (found.message, found.tests)
    assert found.score_0_1 == (0.7 if slow else 1.0)
    if problem.statement.probe is not None:
        assert found.growth is not None
        assert [n for n, _ in found.growth.points] == [50_000, 100_000, 200_000]
        assert 0.3 < (found.growth.exponent or 1.0) < 1.7


def test_every_problem_has_a_solution(judge_settings: Settings) -> None:
    assert {name.split("/")[0] for name in SOLUTIONS} == set(problem_codes(judge_settings))


def test_a_language_that_the_problem_does_not_take_is_refused(
    bench: Bench, problem: Problem, tmp_path: Path
) -> None:
    shutil.copytree(problem.folder, tmp_path / "problems" / "double")
    file = tmp_path / "problems" / "double" / "problem.yml"
    file.write_text(PROBLEM + "languages: [cpp]\n")
    with pytest.raises(JudgeError, match="not answered in python"):
        _judge(bench, load_problem(Settings(config=tmp_path), "double"), RIGHT)


def test_a_judge_tries_its_sandbox_before_it_judges(judge_settings: Settings, bench: Bench) -> None:
    source = (judge_settings.config / "problems/brackets/solutions/stack.py").read_text()
    assert judge(judge_settings, "brackets", source, "python").verdict == "AC"
    with pytest.raises(ConfigError, match="There is no problem 'nothing'"):
        judge(judge_settings, "nothing", source, "python")
