"""Checkers, archives, growth, problems: the parts that need no sandbox, by hand-worked cases."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from interview.judge.build import unpack
from interview.judge.check import close, is_right
from interview.judge.growth import exponent, probe_growth
from interview.judge.judging import named_lines
from interview.judge.problem import Problem, load_problem
from interview.judge.source import read_source
from talentloop.errors import ConfigError, JudgeError
from talentloop.settings import Settings

HEAD = "title: {zh: 一, en: One}\nstatement: {zh: 一, en: One}\n"


def _problem(tmp_path: Path, text: str, tools: str = "", hidden: str = "") -> Problem:
    folder = tmp_path / "problems" / "one"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "problem.yml").write_text(HEAD + text)
    for name, content in (("tools.py", tools), ("hidden.yml", hidden)):
        if content:
            (folder / name).write_text(content)
    return load_problem(Settings(config=tmp_path), "one")


@pytest.mark.parametrize(
    ("found", "wanted", "same"),
    [
        ("1.0000009", "1", True),      # 9e-7 <= 1e-6
        ("1.000002", "1", False),      # 2e-6 > 1e-6
        ("1000000.9", "1000000", True),  # 0.9 <= 1e-6 x 1e6
        ("1000002", "1000000", False),
        ("nan", "1", False),
        ("nan", "nan", True),
        ("inf", "1e308", False),
        ("1e999", "1e308", False),
        ("YES", "YES", True),
        ("one", "1", False),
        ("1_0", "10.5", False),
    ],
)  # fmt: skip
def test_numbers_are_close_within_the_larger_tolerance(found: str, wanted: str, same: bool) -> None:
    assert close(found, wanted, 1e-6, 1e-6) is same


@pytest.mark.parametrize(
    ("kind", "output", "right"),
    [
        ("exact", b"a  b\r\nc\n\n", True),
        ("exact", b"a b\nc\n", False),
        ("exact", b"a  b c", False),
        ("tokens", b" a b\n\nc", True),
        ("tokens", b"a b", False),
        ("tokens", b"a b c d", False),
        ("tokens", b"a b \xff", False),
        ("numbers", b"a b c 1", False),
    ],
)
def test_outputs_are_compared_as_the_problem_says(
    tmp_path: Path, kind: str, output: bytes, right: bool
) -> None:
    text = f'checker: {{kind: {kind}}}\ntests: [{{name: t, given: "", expected: "a  b\\nc\\n"}}]'
    problem = _problem(tmp_path, text)
    assert is_right(problem, problem.tests[0], output) is right


TESTS = 'tests: [{name: t, given: "", expected: ""}]\n'


def test_a_checker_of_the_problem_decides_where_there_is_one(tmp_path: Path) -> None:
    tools = "def check(given, expected, output):\n    return output.strip() in ('3', 'three')\n"
    problem = _problem(tmp_path, "checker: {kind: custom}\n" + TESTS, tools)
    assert is_right(problem, problem.tests[0], b"three\n")
    assert not is_right(problem, problem.tests[0], b"four\n")


@pytest.mark.parametrize("said", ["int(output) == 1", "'yes'"])
def test_a_checker_that_fails_is_not_the_candidates_fault(tmp_path: Path, said: str) -> None:
    tools = f"def check(given, expected, output):\n    return {said}\n"
    problem = _problem(tmp_path, "checker: {kind: custom}\n" + TESTS, tools)
    with pytest.raises(JudgeError, match="checker of a problem"):
        is_right(problem, problem.tests[0], b"what is this")


def test_the_checker_of_the_build_order_takes_every_valid_order_and_no_other() -> None:
    problem = load_problem(Settings(), "build_order")
    check = problem.tool("check")
    given = "4 3\n1 2\n1 3\n3 4\n"
    for right in ("1 2 3 4", "1 3 2 4", "1 3 4 2"):
        assert check(given, "1 2 3 4", right) is True
    for wrong in ("", "1 2 3", "2 1 3 4", "1 2 4 3", "1 1 3 4", "1 2 3 x", "1 2 3 ４", "9" * 9000,
                  "1 2 3 4 4", "IMPOSSIBLE"):  # fmt: skip
        assert check(given, "1 2 3 4", wrong) is False
    assert check("2 2\n1 2\n2 1\n", "IMPOSSIBLE", "IMPOSSIBLE\n") is True
    assert check("2 2\n1 2\n2 1\n", "IMPOSSIBLE", "1 2") is False


@pytest.mark.parametrize(
    ("text", "tools", "what"),
    [
        ("tests: []", "", "tests"),
        ("tests: [{name: t, given: ''}]", "", "tests.0"),
        (TESTS + "more: 1", "", "more"),
        ("tests: [{name: t, generated: {n: 3}}]", "", "tools.py"),
        ("checker: {kind: custom}\n" + TESTS, "", "tools.py"),
        (TESTS, "import nowhere", "tools.py"),
        (TESTS + "probe: {n: 5, exponent: 2}", "x = 1", "tools.py"),
    ],
)
def test_a_problem_that_does_not_fit_names_the_place(
    tmp_path: Path, text: str, tools: str, what: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        _problem(tmp_path, text, tools)
    assert what in raised.value.where


def test_two_tests_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="stands twice"):
        _problem(tmp_path, TESTS, hidden=TESTS)


def test_the_exponent_is_the_slope_in_logarithms() -> None:
    assert exponent([(10, 0.1), (20, 0.2), (40, 0.4)]) == 1.0
    assert exponent([(10, 0.1), (20, 0.4), (40, 1.6)]) == 2.0
    # log2 t = 0, 1, 3 over log2 n = 0, 1, 2: mean 4/3, slope (1 x (3 - 4/3) + 1 x 4/3) / 2 = 1.5
    assert exponent([(1, 1.0), (2, 2.0), (4, 8.0)]) == 1.5
    assert exponent([(10, 0.001), (20, 0.002), (40, 0.004)]) is None


def test_growth_takes_the_start_off_and_the_median_of_three() -> None:
    times = {1: iter([0.5, 0.5, 0.9]), 10: iter([0.7, 0.6, 0.5]), 20: iter([0.9, 0.9, 5.0]),
             40: iter([2.1, 2.1, 0.0])}  # fmt: skip
    found = probe_growth(10, 1.3, lambda n: next(times[n]))
    assert found is not None
    # medians 0.6, 0.9, 2.1 less 0.5: 0.1, 0.4, 1.6
    assert found.points == ((10, 0.1), (20, 0.4), (40, 1.6))
    assert (found.exponent, found.limit) == (2.0, 1.3)
    assert probe_growth(10, 1.3, lambda n: None if n == 40 else 0.1) is None


def _archive(**members: bytes | str) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            if isinstance(content, str):
                info.type, info.linkname = tarfile.SYMTYPE, content
                tar.addfile(info)
            else:
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    return made.getvalue()


def test_plain_files_are_unpacked() -> None:
    packed = _archive(**{"./Main.class": b"a", "Main$答案.class": b"b"})
    assert unpack(packed) == {"Main.class": b"a", "Main$答案.class": b"b"}


@pytest.mark.parametrize(
    "packed",
    [
        _archive(**{"../up": b"a"}), _archive(**{"/etc/passwd": b"a"}), _archive(**{"a/b": b"a"}),
        _archive(link="/etc/passwd"), _archive(**{"..": b"a"}), b"no archive" * 200,
        _archive(a=b"x" * 2000)[:1000], _archive(**{f"f{i}": b"" for i in range(501)}),
    ],
    ids=["up", "absolute", "folder", "link", "dots", "rubbish", "cut", "many"],
)  # fmt: skip
def test_an_archive_with_anything_else_is_refused(packed: bytes) -> None:
    assert unpack(packed) is None


@pytest.mark.parametrize(
    ("file", "text", "lines"),
    [
        ("main.py", 'File "/w/main.py", line 3, in f\n  File "/w/main.py", line 2', (3, 2)),
        ("Main.java", "at Main.main(Main.java:4)", (4,)),
        ("main.go", "in main.go:2 +0x1d\nmain.go:99:1", (2,)),
        ("main.cpp", "Segmentation fault", ()),
    ],
)
def test_lines_that_a_message_names_are_found(file: str, text: str, lines: tuple[int, ...]) -> None:
    assert named_lines(text, file, "a\nb\nc\nd") == lines


def test_a_source_is_read_by_its_ending(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"\xef\xbb\xbfprint(1)")
    (tmp_path / "b.go").write_bytes(b"package \xff")
    assert read_source(tmp_path / "a.py") == ("print(1)", "python")
    with pytest.raises(ConfigError, match="from byte 8 on"):
        read_source(tmp_path / "b.go")
    with pytest.raises(ConfigError, match="belongs to no language"):
        read_source(tmp_path / "a.rb")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_source(tmp_path / "c.py")
